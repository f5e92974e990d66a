package catalog

// runners are the types under whose role code of the owner's runs, so that its service has to assume the role. AWS's pages say so of
// [tasks], [instances], [builds], [App Runner], [Glue] and [SageMaker].
//
// Types whose role another identity than a service may assume are none of them, as service accounts of a cluster.
//
// [tasks]: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
// [instances]: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
// [builds]: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
// [App Runner]: https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html
// [Glue]: https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html
// [SageMaker]: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
var runners = []Type{
	{Name: "task definition", Kind: Runner, Service: "ecs-tasks.amazonaws.com",
		CloudFormation: Form{Type: "AWS::ECS::TaskDefinition", Role: "TaskRoleArn"},
		Terraform:      Form{Type: "aws_ecs_task_definition", Role: "task_role_arn"}},
	{Name: "instance profile", Kind: Runner, ARN: global("iam", "instance-profile{path}{name}"), Service: "ec2.amazonaws.com",
		CloudFormation: Form{Type: "AWS::IAM::InstanceProfile", Name: "InstanceProfileName", Ref: "{name}", Attributes: arn, Role: "Roles"},
		Terraform:      Form{Type: "aws_iam_instance_profile", Name: "name", Attributes: map[string]string{"arn": "{arn}", "id": "{name}"}, Role: "role"}},
	{Name: "build project", Kind: Runner, ARN: regional("codebuild", "project/{name}"), Service: "codebuild.amazonaws.com",
		CloudFormation: Form{Type: "AWS::CodeBuild::Project", Name: "Name", Ref: "{name}", Attributes: arn, Role: "ServiceRole"},
		Terraform:      Form{Type: "aws_codebuild_project", Name: "name", Attributes: map[string]string{"arn": "{arn}", "id": "{arn}"}, Role: "service_role"}},
	{Name: "App Runner service", Kind: Runner, Service: "tasks.apprunner.amazonaws.com",
		CloudFormation: Form{Type: "AWS::AppRunner::Service", Role: "InstanceConfiguration.InstanceRoleArn"},
		Terraform:      Form{Type: "aws_apprunner_service", Role: "instance_configuration.instance_role_arn"}},
	{Name: "Glue job", Kind: Runner, Service: "glue.amazonaws.com",
		CloudFormation: Form{Type: "AWS::Glue::Job", Role: "Role"},
		Terraform:      Form{Type: "aws_glue_job", Role: "role_arn"}},
	{Name: "SageMaker notebook", Kind: Runner, Service: "sagemaker.amazonaws.com",
		CloudFormation: Form{Type: "AWS::SageMaker::NotebookInstance", Role: "RoleArn"},
		Terraform:      Form{Type: "aws_sagemaker_notebook_instance", Role: "role_arn"}},
	{Name: "SageMaker model", Kind: Runner, Service: "sagemaker.amazonaws.com",
		CloudFormation: Form{Type: "AWS::SageMaker::Model", Role: "ExecutionRoleArn"},
		Terraform:      Form{Type: "aws_sagemaker_model", Role: "execution_role_arn"}},
}
