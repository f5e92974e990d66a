package service

const (
	// unsureTopicKey is for services that the SNS guide lists for encrypted topics without saying more.
	unsureTopicKey = "the SNS guide lists the service for encrypted topics, but no page says which source condition keys it passes to KMS; none are used"
	// unsureUnlisted is for services that the SNS guide does not list for encrypted topics.
	unsureUnlisted = "the SNS guide does not list the service among those that publish to encrypted topics, and no other page was found that does"
	// unsureOpen is for services that nothing limits to a source.
	unsureOpen = "no page says which source condition keys the service passes; none are used, so that it may do so for any account"
)

// services is the table. A zero field is something that no AWS page says.
var services = []Service{
	{
		Principal: "s3.amazonaws.com", Name: "Amazon S3", StandardOnly: true, Tests: true,
		Calls:    []Call{{To: ToTopics | ToQueues, By: ByPrincipal, Types: []string{"AWS::S3::Bucket", "Custom::S3BucketNotifications", "aws_s3_bucket_notification"}}},
		Topic:    Keys{ARN: true, Account: true, Doc: docS3Events},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Queue:    Keys{ARN: true, Account: true, Organization: docOrganization, Doc: docS3Events},
		QueueKey: Keys{ARN: true, Account: true, Organization: docOrganization, Doc: docSQSKeys,
			Unsure: "the S3 guide's own key policy has no source condition; the SQS guide says that S3 supports aws:SourceArn there, with aws:SourceAccount as the general alternative"},
		Source: Source{Name: "bucket", Service: "s3"}, Doc: docS3Events,
	},
	{
		Principal: "events.amazonaws.com", Name: "Amazon EventBridge",
		Calls: []Call{
			{To: ToTopics | ToQueues, By: ByPrincipal | ByRole, Types: []string{"AWS::Events::Rule", "aws_cloudwatch_event_target"}},
			{To: ToDeadLetters, By: ByPrincipal, Types: []string{"AWS::Events::Rule", "AWS::Events::EventBus", "aws_cloudwatch_event_target", "aws_cloudwatch_event_bus"}, StandardOnly: true, Doc: docEventBridgeDLQ},
		},
		Topic:    Keys{Doc: docEventBridge},
		TopicKey: Keys{None: true, Doc: docSNSKeys},
		Queue:    Keys{ARN: true, Doc: docEventBridge},
		QueueKey: Keys{ARN: true, Doc: docSQSKeys,
			Unsure: "the EventBridge guide's own key policy has no source condition; the SQS guide says that CloudWatch Events supports aws:SourceArn there"},
		Source: Source{Name: "rule", Service: "events", Resource: "rule/", HasAccount: true}, Doc: docEventBridge,
		Unsure: "newer copies of the EventBridge guide allow an execution role for topics and queues as an alternative, older ones warn against it",
	},
	{
		Principal: "cloudwatch.amazonaws.com", Name: "Amazon CloudWatch alarms",
		Calls: []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"}}},
		Topic: Keys{ARN: true, Account: true, Owner: true, Organization: docAlarmsOfOrganization, Doc: docSNSUseCases,
			Unsure: "no guide shows aws:SourceOrgID for alarms; a sample of AWS's for all accounts of an organization does"},
		TopicKey: Keys{ARN: true, Account: true, Organization: docOrganization, Doc: docAlarmKey,
			Unsure: "no page of the CloudWatch or SNS guide shows the condition; AWS's own accelerator for data architectures uses both keys and says that they work"},
		Source: Source{Name: "alarm", Service: "cloudwatch", Resource: "alarm:", HasAccount: true}, Doc: docSNSKeys,
	},
	{
		Principal: "ses.amazonaws.com", Name: "Amazon SES",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::SES::ReceiptRule", "AWS::SES::ConfigurationSetEventDestination", "aws_ses_receipt_rule", "aws_ses_event_destination", "aws_ses_identity_notification_topic", "aws_sesv2_configuration_set_event_destination"}}},
		Topic:    Keys{ARN: true, Account: true, Owner: true, Doc: docSESTopics},
		TopicKey: Keys{Doc: docSESTopics},
		Source:   Source{Name: "identity, configuration set or receipt rule", Service: "ses", HasAccount: true}, Doc: docSESTopics,
		Unsure: "the SNS guide limits SES by aws:SourceOwner, the SES guide by aws:SourceAccount and aws:SourceArn; the SES guide is followed",
	},
	{
		Principal: "budgets.amazonaws.com", Name: "AWS Budgets", SameAccount: true,
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction", "aws_budgets_budget", "aws_budgets_budget_action"}}},
		Topic:    Keys{ARN: true, Account: true, Doc: docBudgets},
		TopicKey: Keys{Doc: docBudgets},
		Source:   Source{Name: "budget", Service: "budgets", HasAccount: true}, Doc: docBudgets,
	},
	{
		Principal: "costalerts.amazonaws.com", Name: "AWS Cost Anomaly Detection",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::CE::AnomalySubscription", "aws_ce_anomaly_subscription"}}},
		Topic:    Keys{Account: true, Doc: docCostAlerts},
		TopicKey: Keys{Doc: docCostAlerts},
		Source:   Source{Name: "anomaly subscription", Service: "ce", Resource: "anomalysubscription/", HasAccount: true}, Doc: docCostAlerts,
	},
	{
		Principal: "events.rds.amazonaws.com", Name: "Amazon RDS events",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::RDS::EventSubscription", "aws_db_event_subscription"}}},
		Topic:    Keys{ARN: true, Account: true, Owner: true, Doc: docRDSEvents},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Source:   Source{Name: "DB resource", Service: "rds", HasAccount: true}, Doc: docRDSEvents,
	},
	{
		Principal: "cloudtrail.amazonaws.com", Name: "AWS CloudTrail",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::CloudTrail::Trail", "aws_cloudtrail"}}},
		Topic:    Keys{ARN: true, Doc: docCloudTrail},
		TopicKey: Keys{Doc: docCloudTrail},
		Source:   Source{Name: "trail", Service: "cloudtrail", Resource: "trail/", HasAccount: true}, Doc: docCloudTrail,
	},
	{
		Principal: "config.amazonaws.com", Name: "AWS Config", Unencrypted: true,
		Calls: []Call{{To: ToTopics, By: ByPrincipal | ByRole, Types: []string{"AWS::Config::DeliveryChannel", "aws_config_delivery_channel"}}},
		Topic: Keys{Account: true, Doc: docConfig}, Doc: docConfig,
		Unsure: "the Config guide says that encrypted topics are not supported, the SNS guide that they need an IAM role in the key policy",
	},
	{
		Principal: "dms.amazonaws.com", Name: "AWS DMS",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::DMS::EventSubscription", "aws_dms_event_subscription"}}},
		Topic:    Keys{ARN: true, Doc: docDMSEvents},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Source:   Source{Name: "event subscription", Service: "dms", Resource: "es:", HasAccount: true}, Doc: docDMSEvents,
	},
	{
		Principal: "devops-guru.amazonaws.com", Name: "Amazon DevOps Guru", Regional: true,
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::DevOpsGuru::NotificationChannel", "aws_devopsguru_notification_channel"}}},
		Topic:    Keys{ARN: true, Account: true, Owner: true, Doc: docDevOpsGuru},
		TopicKey: Keys{Doc: docDevOpsKey, Unsure: unsureTopicKey},
		Source:   Source{Name: "notification channel", Service: "devops-guru", Resource: "channel/", HasAccount: true}, Doc: docDevOpsGuru,
	},
	{
		Principal: "sms-voice.amazonaws.com", Name: "AWS End User Messaging SMS",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::SMSVOICE::ConfigurationSet"}}},
		Topic:    Keys{ARN: true, Account: true, Doc: docEndUserSMS},
		TopicKey: Keys{Doc: docEndUserSMS, Unsure: unsureTopicKey},
		Source:   Source{Name: "configuration set", Service: "sms-voice", Resource: "configuration-set/", HasAccount: true}, Doc: docEndUserSMS,
	},
	{
		Principal: "gamelift.amazonaws.com", Name: "Amazon GameLift FlexMatch",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::GameLift::MatchmakingConfiguration"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{ARN: true, Doc: docGameLift},
		Source:   Source{Name: "matchmaking configuration", Service: "gamelift", Resource: "matchmakingconfiguration/", HasAccount: true}, Doc: docGameLift,
	},
	{
		Principal: "redshift.amazonaws.com", Name: "Amazon Redshift",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::Redshift::EventSubscription", "aws_redshift_event_subscription"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "dynamodb.amazonaws.com", Name: "Amazon DynamoDB Accelerator",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::DAX::Cluster", "aws_dax_cluster"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "elasticache.amazonaws.com", Name: "Amazon ElastiCache",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "aws_elasticache_cluster", "aws_elasticache_replication_group"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureUnlisted},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "codecommit.amazonaws.com", Name: "AWS CodeCommit triggers",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::CodeCommit::Repository", "aws_codecommit_trigger"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ds.amazonaws.com", Name: "AWS Directory Service",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ssm-incidents.amazonaws.com", Name: "AWS Systems Manager Incident Manager",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::SSMIncidents::ResponsePlan", "aws_ssmincidents_response_plan"}}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ssm-contacts.amazonaws.com", Name: "AWS Systems Manager Incident Manager contacts",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal}},
		Topic:    Keys{Owner: true, Doc: docSNSUseCases},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "backup.amazonaws.com", Name: "AWS Backup", SameAccount: true,
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::Backup::BackupVault", "aws_backup_vault_notifications"}}},
		Topic:    Keys{Doc: docBackup, Unsure: unsureOpen},
		TopicKey: Keys{Doc: docBackup, Unsure: unsureUnlisted},
		Doc:      docBackup,
	},
	{
		Principal: "codestar-notifications.amazonaws.com", Name: "notification rules of the developer tools",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"AWS::CodeStarNotifications::NotificationRule", "aws_codestarnotifications_notification_rule"}}},
		Topic:    Keys{Doc: docDevTools, Unsure: unsureOpen},
		TopicKey: Keys{Doc: docDevTools, Unsure: unsureUnlisted},
		Doc:      docDevTools,
	},
	{
		Principal: "inspector.amazonaws.com", Name: "Amazon Inspector Classic",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal}},
		Topic:    Keys{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "glacier.amazonaws.com", Name: "Amazon S3 Glacier",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal, Types: []string{"aws_glacier_vault"}}},
		Topic:    Keys{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "importexport.amazonaws.com", Name: "AWS Snowball",
		Calls:    []Call{{To: ToTopics, By: ByPrincipal}},
		Topic:    Keys{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: Keys{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "profile.amazonaws.com", Name: "Amazon Connect Customer Profiles",
		Calls:    []Call{{To: ToDeadLetters, By: ByPrincipal, Types: []string{"AWS::CustomerProfiles::Domain", "aws_customerprofiles_domain"}}},
		Queue:    Keys{Doc: docProfiles, Unsure: unsureOpen},
		QueueKey: Keys{ARN: true, Doc: docSQSKeys},
		Source:   Source{Name: "domain", Service: "profile", Resource: "domains/", HasAccount: true}, Doc: docProfiles,
	},
	{
		// A delivery is a kind of hop of its own; its source is the topic.
		Principal: "sns.amazonaws.com", Name: "Amazon SNS",
		Calls: []Call{
			{To: ToQueues, By: ByPrincipal, Types: []string{"AWS::SNS::Subscription", "AWS::SNS::Topic", "aws_sns_topic_subscription"}},
			{To: ToDeadLetters, By: ByPrincipal, Types: []string{"AWS::SNS::Subscription", "AWS::SNS::Topic", "aws_sns_topic_subscription"}, Doc: docSNSDLQ},
		},
		Queue: Keys{ARN: true, Account: true, Organization: docOrganization, Doc: docSNSToSQS},
		QueueKey: Keys{ARN: true, Account: true, Organization: docOrganization, Doc: docSQSKeys,
			Unsure: "the SQS guide lists SNS for aws:SourceArn; aws:SourceAccount is there only its general alternative"},
		Source: Source{Name: "topic", Service: "sns", HasAccount: true}, Doc: docSNSToSQS,
	},

	// The events of these services are sent by EventBridge.
	{Principal: "guardduty.amazonaws.com", Name: "Amazon GuardDuty", Doc: docGuardDuty},
	{Principal: "inspector2.amazonaws.com", Name: "Amazon Inspector", Doc: docInspector},
	{Principal: "health.amazonaws.com", Name: "AWS Health", Doc: docHealth},

	// These services act under an IAM role.
	{
		Principal: "apigateway.amazonaws.com", Name: "Amazon API Gateway", Doc: docAPIGateway,
		Calls: []Call{{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::ApiGateway::Method", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Api",
			"aws_api_gateway_integration", "aws_api_gateway_rest_api", "aws_apigatewayv2_integration", "aws_apigatewayv2_api"}}},
		Unsure: "the SNS guide counts API Gateway among the services that pass aws:SourceOwner, but its integrations act under a role",
	},
	{
		Principal: "appconfig.amazonaws.com", Name: "AWS AppConfig", Doc: docAppConfig,
		Calls:  []Call{{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::AppConfig::Extension", "aws_appconfig_extension"}}},
		Unsure: "extensions that AWS wrote send without a role, and no page says with which conditions; what is associated with one is not followed",
	},
	{
		Principal: "autoscaling.amazonaws.com", Name: "Amazon EC2 Auto Scaling", Doc: docAutoScaling,
		LinkedRole: "AWSServiceRoleForAutoScaling", LinkedPolicy: "AutoScalingServiceRolePolicy",
		Calls: []Call{
			{To: ToTopics, By: ByServiceLinkedRole, Types: []string{"AWS::AutoScaling::AutoScalingGroup", "aws_autoscaling_notification"}, Doc: docAutoScalingSNS},
			{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::AutoScaling::LifecycleHook", "AWS::AutoScaling::AutoScalingGroup", "aws_autoscaling_lifecycle_hook", "aws_autoscaling_group"}, Doc: docLifecycleHooks},
		},
		Unsure: "the SQS guide counts Auto Scaling among the services that pass aws:SourceArn to a queue's key, the SNS guide among those that need a role",
	},
	{
		Principal: "codedeploy.amazonaws.com", Name: "AWS CodeDeploy", Doc: docCodeDeploy,
		Calls: []Call{{To: ToTopics, By: ByRole, Types: []string{"AWS::CodeDeploy::DeploymentGroup", "aws_codedeploy_deployment_group"}}},
	},
	{
		Principal: "codepipeline.amazonaws.com", Name: "AWS CodePipeline", Doc: docPipeline,
		Calls: []Call{{To: ToTopics, By: ByRole, Types: []string{"AWS::CodePipeline::Pipeline", "aws_codepipeline"}}},
	},
	{
		Principal: "elasticbeanstalk.amazonaws.com", Name: "AWS Elastic Beanstalk", Doc: docBeanstalk,
		Calls: []Call{{To: ToTopics, By: ByRole, Types: []string{"AWS::ElasticBeanstalk::Environment", "aws_elastic_beanstalk_environment"}}},
	},
	{
		Principal: "elastictranscoder.amazonaws.com", Name: "Amazon Elastic Transcoder", Doc: docTranscoder,
		Calls: []Call{{To: ToTopics, By: ByRole, Types: []string{"aws_elastictranscoder_pipeline"}}},
	},
	{
		Principal: "imagebuilder.amazonaws.com", Name: "EC2 Image Builder", Doc: docImageBuilder,
		LinkedRole: "AWSServiceRoleForImageBuilder", LinkedPolicy: "AWSServiceRoleForImageBuilder",
		Calls: []Call{{To: ToTopics, By: ByServiceLinkedRole, Types: []string{"AWS::ImageBuilder::InfrastructureConfiguration", "aws_imagebuilder_infrastructure_configuration"}}},
	},
	{
		Principal: "iot.amazonaws.com", Name: "AWS IoT", StandardOnly: true, Doc: docIoT,
		Calls: []Call{{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::IoT::TopicRule", "aws_iot_topic_rule"}}},
	},
	{
		Principal: "lambda.amazonaws.com", Name: "AWS Lambda", Doc: docLambdaAsync,
		Calls: []Call{
			{To: ToTopics | ToQueues | ToDeadLetters, By: ByRole, Types: []string{"AWS::Lambda::EventInvokeConfig", "aws_lambda_function_event_invoke_config"}, StandardOnly: true},
			{To: ToDeadLetters, By: ByRole, Types: []string{"AWS::Lambda::EventSourceMapping", "aws_lambda_event_source_mapping"}, Doc: docLambdaESM},
			{To: ToDeadLetters, By: ByRole, Types: []string{"AWS::Lambda::Function", "aws_lambda_function"}, StandardOnly: true, Doc: docLambdaDLQ},
		},
		Unsure: "the SQS guide counts Lambda among the services that pass aws:SourceArn to a queue's key, but destinations and dead-letter queues are sent to under the execution role",
	},
	{
		Principal: "pipes.amazonaws.com", Name: "Amazon EventBridge Pipes", Doc: docPipes,
		Calls: []Call{{To: ToTopics | ToQueues | ToDeadLetters, By: ByRole, Types: []string{"AWS::Pipes::Pipe", "aws_pipes_pipe"}}},
	},
	{
		Principal: "scheduler.amazonaws.com", Name: "Amazon EventBridge Scheduler", Doc: docScheduler,
		Calls: []Call{
			{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::Scheduler::Schedule", "aws_scheduler_schedule"}},
			{To: ToDeadLetters, By: ByRole, Types: []string{"AWS::Scheduler::Schedule", "aws_scheduler_schedule"}, Doc: docSchedulerDLQ},
		},
	},
	{
		Principal: "states.amazonaws.com", Name: "AWS Step Functions", Doc: docStates,
		Calls: []Call{{To: ToTopics | ToQueues, By: ByRole, Types: []string{"AWS::StepFunctions::StateMachine", "aws_sfn_state_machine"}}},
	},
}
