package catalog

// publishers are the types that send events on, or act for a caller of their own.
var publishers = []Type{
	{Name: "EventBridge rule", Kind: Publisher, ARN: regional("events", "rule/{bus/}{name}"), Service: "events.amazonaws.com",
		CloudFormation: Form{Type: "AWS::Events::Rule", Name: "Name", Ref: "{bus|}{name}", Attributes: arn, Off: "State=DISABLED", Role: "RoleArn", Source: "{arn}", Targets: []Target{
			{At: "Targets.Arn", Group: "SqsParameters.MessageGroupId", Content: true},
			{At: "Targets.DeadLetterConfig.Arn", What: "EventBridge rule's dead-letter queue", DeadLetter: true},
		}}},
	{Name: "EventBridge rule", Kind: Named, ARN: regional("events", "rule/{bus/}{name}"),
		Terraform: Form{Type: "aws_cloudwatch_event_rule", Name: "name", Attributes: computed, Off: "state=DISABLED is_enabled=false"}},
	{Name: "EventBridge rule", Kind: Publisher, Service: "events.amazonaws.com",
		Terraform: Form{Type: "aws_cloudwatch_event_target", Role: "role_arn", Source: "{rule}", Targets: []Target{
			{At: "arn", Group: "sqs_target.message_group_id", Content: true},
			{At: "dead_letter_config.arn", What: "EventBridge rule's dead-letter queue", DeadLetter: true},
		}}},
	{Name: "event bus", Kind: Publisher, ARN: regional("events", "event-bus/{name}"), Service: "events.amazonaws.com",
		CloudFormation: Form{Type: "AWS::Events::EventBus", Name: "Name", Ref: "{name}", Attributes: arn, Targets: []Target{
			{At: "DeadLetterConfig.Arn", What: "event bus's dead-letter queue", DeadLetter: true},
		}},
		Terraform: Form{Type: "aws_cloudwatch_event_bus", Name: "name", Attributes: computed, Targets: []Target{
			{At: "dead_letter_config.arn", What: "event bus's dead-letter queue", DeadLetter: true},
		}}},
	{Name: "pipe", Kind: Pipe, ARN: regional("pipes", "pipe/{name}"), Service: "pipes.amazonaws.com",
		CloudFormation: Form{Type: "AWS::Pipes::Pipe", Name: "Name", Ref: "{name}", Attributes: arn, On: "Source", Off: "DesiredState=STOPPED", Role: "RoleArn", Targets: []Target{
			{At: "Target", Group: "TargetParameters.SqsQueueParameters.MessageGroupId"},
			{At: "SourceParameters.*.DeadLetterConfig.Arn", What: "pipe's dead-letter queue", DeadLetter: true},
		}},
		Terraform: Form{Type: "aws_pipes_pipe", Name: "name", Attributes: computed, On: "source", Off: "desired_state=STOPPED", Role: "role_arn", Targets: []Target{
			{At: "target", Group: "target_parameters.sqs_queue_parameters.message_group_id"},
			{At: "source_parameters.kinesis_stream_parameters.dead_letter_config.arn", What: "pipe's dead-letter queue", DeadLetter: true},
			{At: "source_parameters.dynamodb_stream_parameters.dead_letter_config.arn", What: "pipe's dead-letter queue", DeadLetter: true},
		}}},
	{Name: "schedule", Kind: Publisher, ARN: regional("scheduler", "schedule/{group}/{name}"), Service: "scheduler.amazonaws.com",
		CloudFormation: Form{Type: "AWS::Scheduler::Schedule", Name: "Name", Ref: "{name}", Attributes: arn, Off: "State=DISABLED", Role: "RoleArn", Targets: []Target{
			{At: "Target.Arn", Input: "Input", Group: "SqsParameters.MessageGroupId", Content: true},
			{At: "Target.DeadLetterConfig.Arn", What: "schedule's dead-letter queue", DeadLetter: true},
		}},
		Terraform: Form{Type: "aws_scheduler_schedule", Name: "name", Attributes: map[string]string{}, Off: "state=DISABLED", Role: "role_arn", Targets: []Target{
			{At: "target.arn", Input: "input", Group: "sqs_parameters.message_group_id", Content: true},
			{At: "target.dead_letter_config.arn", What: "schedule's dead-letter queue", DeadLetter: true},
		}}},
	{Name: "bucket", Kind: Publisher, ARN: "arn:{partition}:s3:::{name}", Service: "s3.amazonaws.com",
		CloudFormation: Form{Type: "AWS::S3::Bucket", Name: "BucketName", Ref: "{name}", Attributes: arn, Source: "{arn}", Targets: []Target{
			{At: "NotificationConfiguration.QueueConfigurations.Queue", What: "S3 notification"},
			{At: "NotificationConfiguration.TopicConfigurations.Topic", What: "S3 notification"},
		}}},
	{Name: "bucket", Kind: Named, ARN: "arn:{partition}:s3:::{name}", Terraform: Form{Type: "aws_s3_bucket", Name: "bucket", Attributes: map[string]string{"arn": "{arn}", "id": "{name}"}}},
	// The custom resource is the one with which the CDK sets notifications.
	{Name: "S3 notification", Kind: Publisher, Service: "s3.amazonaws.com",
		CloudFormation: Form{Type: "Custom::S3BucketNotifications", Source: "arn:{partition}:s3:::{BucketName}", Targets: []Target{
			{At: "NotificationConfiguration.QueueConfigurations.QueueArn"},
			{At: "NotificationConfiguration.TopicConfigurations.TopicArn"},
		}},
		Terraform: Form{Type: "aws_s3_bucket_notification", Source: "arn:{partition}:s3:::{bucket}", Targets: []Target{
			{At: "topic.topic_arn"},
			{At: "queue.queue_arn"},
		}}},
	{Name: "state machine", Kind: Publisher, ARN: regional("states", "stateMachine:{name}"), Service: "states.amazonaws.com",
		CloudFormation: Form{Type: "AWS::StepFunctions::StateMachine", Name: "StateMachineName", Ref: "{arn}",
			Attributes: map[string]string{"Arn": "{arn}", "Name": "{name}"}, Role: "RoleArn", Chained: true, Targets: []Target{
				{At: "DefinitionString", In: Definition, Input: "DefinitionSubstitutions", Elsewhere: "DefinitionS3Location"},
				{At: "Definition", In: Definition, Input: "DefinitionSubstitutions"},
			}},
		Terraform: Form{Type: "aws_sfn_state_machine", Name: "name", Attributes: computed, Role: "role_arn", Chained: true, Targets: []Target{
			{At: "definition", In: Definition},
		}}},
	{Name: "API method", Kind: Publisher, Service: "apigateway.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ApiGateway::Method", Role: "Credentials", Targets: []Target{{At: "Integration.Uri", In: Integration}}},
		Terraform:      Form{Type: "aws_api_gateway_integration", Role: "credentials", Targets: []Target{{At: "uri", In: Integration}}}},
	{Name: "API integration", Kind: Publisher, Service: "apigateway.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ApiGatewayV2::Integration", Role: "CredentialsArn", Targets: []Target{
			{At: "RequestParameters.QueueUrl", Group: "MessageGroupId"},
			{At: "IntegrationUri", In: Integration},
		}},
		Terraform: Form{Type: "aws_apigatewayv2_integration", Role: "credentials_arn", Targets: []Target{
			{At: "request_parameters.QueueUrl", Group: "MessageGroupId"},
			{At: "integration_uri", In: Integration},
		}}},
	{Name: "REST API", Kind: Publisher, Service: "apigateway.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ApiGateway::RestApi", Role: "credentials", Targets: []Target{{At: "Body", In: OpenAPI, Elsewhere: "BodyS3Location"}}},
		Terraform:      Form{Type: "aws_api_gateway_rest_api", Role: "credentials", Targets: []Target{{At: "body", In: OpenAPI}}}},
	{Name: "HTTP API", Kind: Publisher, Service: "apigateway.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ApiGatewayV2::Api", Role: "credentials", Targets: []Target{{At: "Body", In: OpenAPI, Elsewhere: "BodyS3Location"}}},
		Terraform:      Form{Type: "aws_apigatewayv2_api", Role: "credentials", Targets: []Target{{At: "body", In: OpenAPI}}}},
	{Name: "AppConfig extension", Kind: Publisher, Service: "appconfig.amazonaws.com",
		CloudFormation: Form{Type: "AWS::AppConfig::Extension", Role: "RoleArn", Targets: []Target{{At: "Actions.*.Uri"}}},
		Terraform:      Form{Type: "aws_appconfig_extension", Role: "role_arn", Targets: []Target{{At: "action_point.action.uri"}}}},
	{Name: "IoT rule", Kind: Publisher, Service: "iot.amazonaws.com",
		CloudFormation: Form{Type: "AWS::IoT::TopicRule", Off: "TopicRulePayload.RuleDisabled=true", Role: "RoleArn", Targets: []Target{
			{At: "TopicRulePayload.Actions.Sqs.QueueUrl"},
			{At: "TopicRulePayload.Actions.Sns.TargetArn"},
			{At: "TopicRulePayload.ErrorAction.Sqs.QueueUrl"},
			{At: "TopicRulePayload.ErrorAction.Sns.TargetArn"},
		}},
		Terraform: Form{Type: "aws_iot_topic_rule", Off: "enabled=false", Role: "role_arn", Targets: []Target{
			{At: "sqs.queue_url"},
			{At: "sns.target_arn"},
			{At: "error_action.sqs.queue_url"},
			{At: "error_action.sns.target_arn"},
		}}},
	{Name: "Auto Scaling group", Kind: Publisher, ARN: regional("autoscaling", "autoScalingGroup:{id}:autoScalingGroupName/{name}"), Service: "autoscaling.amazonaws.com",
		CloudFormation: Form{Type: "AWS::AutoScaling::AutoScalingGroup", Name: "AutoScalingGroupName", Ref: "{name}", Role: "RoleARN", Targets: []Target{
			{At: "NotificationConfigurations.TopicARN NotificationConfiguration.TopicARN", LinkedRole: "ServiceLinkedRoleARN"},
			{At: "LifecycleHookSpecificationList.NotificationTargetARN", What: "lifecycle hook"},
		}},
		Terraform: Form{Type: "aws_autoscaling_group", Name: "name", Role: "role_arn", Targets: []Target{
			{At: "initial_lifecycle_hook.notification_target_arn", What: "lifecycle hook"},
		}}},
	{Name: "Auto Scaling notification", Kind: Publisher, Service: "autoscaling.amazonaws.com",
		Terraform: Form{Type: "aws_autoscaling_notification", Targets: []Target{{At: "topic_arn", LinkedRole: "service_linked_role_arn"}}}},
	{Name: "lifecycle hook", Kind: Publisher, Service: "autoscaling.amazonaws.com",
		CloudFormation: Form{Type: "AWS::AutoScaling::LifecycleHook", Role: "RoleARN", Targets: []Target{{At: "NotificationTargetARN"}}},
		Terraform:      Form{Type: "aws_autoscaling_lifecycle_hook", Role: "role_arn", Targets: []Target{{At: "notification_target_arn"}}}},
	{Name: "image infrastructure", Kind: Publisher, Service: "imagebuilder.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ImageBuilder::InfrastructureConfiguration", Targets: []Target{{At: "SnsTopicArn", LinkedRole: "-"}}},
		Terraform:      Form{Type: "aws_imagebuilder_infrastructure_configuration", Targets: []Target{{At: "sns_topic_arn", LinkedRole: "-"}}}},
	{Name: "deployment group", Kind: Publisher, Service: "codedeploy.amazonaws.com",
		CloudFormation: Form{Type: "AWS::CodeDeploy::DeploymentGroup", Role: "ServiceRoleArn", Targets: []Target{{At: "TriggerConfigurations.TriggerTargetArn"}}},
		Terraform:      Form{Type: "aws_codedeploy_deployment_group", Role: "service_role_arn", Targets: []Target{{At: "trigger_configuration.trigger_target_arn"}}}},
	{Name: "pipeline", Kind: Publisher, ARN: regional("codepipeline", "{name}"), Service: "codepipeline.amazonaws.com",
		CloudFormation: Form{Type: "AWS::CodePipeline::Pipeline", Name: "Name", Ref: "{name}", Role: "RoleArn", Chained: true, Targets: []Target{
			{At: "Stages.Actions.Configuration.NotificationArn"},
		}},
		Terraform: Form{Type: "aws_codepipeline", Name: "name", Attributes: computed, Role: "role_arn", Chained: true, Targets: []Target{
			{At: "stage.action.configuration.NotificationArn"},
		}}},
	// The role of an environment is one of its option settings, or the platform's; it stays unknown.
	{Name: "Elastic Beanstalk environment", Kind: Publisher, Service: "elasticbeanstalk.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ElasticBeanstalk::Environment", Role: "-", Targets: []Target{{At: "OptionSettings.Value", Where: "OptionName=Notification Topic ARN"}}},
		Terraform:      Form{Type: "aws_elastic_beanstalk_environment", Role: "-", Targets: []Target{{At: "setting.value", Where: "name=Notification Topic ARN"}}}},
	{Name: "transcoding pipeline", Kind: Publisher, Service: "elastictranscoder.amazonaws.com",
		Terraform: Form{Type: "aws_elastictranscoder_pipeline", Role: "role", Targets: []Target{
			{At: "notifications.completed notifications.error notifications.progressing notifications.warning"},
		}}},
}
