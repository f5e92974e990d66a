package catalog

// named are the types whose names and ARNs stand in policies and as the sources of calls, and those that stand for others.
var named = []Type{
	{Name: "schedule group", Kind: Named, CloudFormation: Form{Type: "AWS::Scheduler::ScheduleGroup", Name: "Name", Ref: "{name}"}},
	{Name: "DynamoDB table", Kind: Named, CloudFormation: Form{Type: "AWS::DynamoDB::Table", Name: "TableName", Ref: "{name}"}},
	{Name: "DB instance", Kind: Named, CloudFormation: Form{Type: "AWS::RDS::DBInstance", Name: "DBInstanceIdentifier", Ref: "{name}"}},
	{Name: "nested stack", Kind: NestedStack, CloudFormation: Form{Type: "AWS::CloudFormation::Stack"}},
	{Name: "stack set", Kind: NestedStack, CloudFormation: Form{Type: "AWS::CloudFormation::StackSet"}},
	{Name: "function", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::Function"}},
	{Name: "state machine", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::StateMachine"}},
	{Name: "REST API", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::Api"}},
	{Name: "HTTP API", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::HttpApi"}},
	{Name: "nested application", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::Application"}},
	{Name: "connector", Kind: Serverless, CloudFormation: Form{Type: "AWS::Serverless::Connector"}},
}
