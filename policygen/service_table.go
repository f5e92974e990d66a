package policygen

// AWS's pages behind the table of services.
const (
	docSQSKeys      = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
	docSNSKeys      = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
	docSNSToSQS     = "https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
	docEventBridge  = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
	docS3Events     = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
	docSNSUseCases  = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
	docAlarmKey     = "https://aws.github.io/modern-data-architecture-accelerator/typedocs/functions/_aws-mdaa_cloudwatch-constructs.grantCloudWatchAlarmsTopicAccess.html"
	docSESTopics    = "https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html"
	docBudgets      = "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"
	docCostAlerts   = "https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"
	docRDSEvents    = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"
	docDMSEvents    = "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html"
	docCloudTrail   = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html"
	docConfig       = "https://docs.aws.amazon.com/config/latest/developerguide/sns-topic-policy.html"
	docDevOpsGuru   = "https://docs.aws.amazon.com/devops-guru/latest/userguide/sns-required-permissions.html"
	docDevOpsKey    = "https://docs.aws.amazon.com/devops-guru/latest/userguide/sns-kms-permissions.html"
	docBackup       = "https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html"
	docDevTools     = "https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html"
	docGameLift     = "https://docs.aws.amazon.com/gamelift/latest/flexmatchguide/queue-notification-sns-sse.html"
	docEndUserSMS   = "https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-sns-creating-role.html"
	docProfiles     = "https://docs.aws.amazon.com/connect/latest/adminguide/enable-customer-profiles.html"
	docLambdaAsync  = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
	docAutoScaling  = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ASGettingNotifications.html"
	docTranscoder   = "https://docs.aws.amazon.com/elastictranscoder/latest/developerguide/notifications.html"
	docPipeline     = "https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html"
	docCodeDeploy   = "https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-sns-event-notifications-permisssions.html"
	docBeanstalk    = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.sns.html"
	docIoT          = "https://docs.aws.amazon.com/iot/latest/developerguide/iot-sns-rule.html"
	docImageBuilder = "https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-sns.html"
	docStates       = "https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html"
	docScheduler    = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"
	docPipes        = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html"
	docAPIGateway   = "https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html"
	docGuardDuty    = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html"
	docInspector    = "https://docs.aws.amazon.com/inspector/latest/user/findings-managing-automating-responses.html"
	docHealth       = "https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html"
)

const (
	// unsureTopicKey: the SNS guide names the service for encrypted topics and no more.
	unsureTopicKey = "the SNS guide lists the service for encrypted topics, but no page says which source condition keys it passes to KMS; none are used"
	// unsureUnlisted: the SNS guide does not name the service for encrypted topics.
	unsureUnlisted = "the SNS guide does not list the service among those that publish to encrypted topics, and no other page was found that does"
	// unsureOpen: nothing limits the service to a source.
	unsureOpen = "no page says which source condition keys the service passes; none are used, so that it may do so for any account"
)

// services is the table. A field that is not set is something that no AWS page says.
var services = []Service{
	{
		Principal: "s3.amazonaws.com", Name: "Amazon S3", Publishes: true, Sends: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docS3Events},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Queue:    SourceSupport{ARN: true, Account: true, Doc: docS3Events},
		QueueKey: SourceSupport{ARN: true, Account: true, Doc: docSQSKeys,
			Unsure: "the S3 guide's own key policy has no source condition; the SQS guide says that S3 supports aws:SourceArn there, with aws:SourceAccount as the general alternative"},
		Source: "bucket", SourceService: "s3", Doc: docS3Events,
	},
	{
		Principal: "events.amazonaws.com", Name: "Amazon EventBridge", Publishes: true, Sends: true,
		Topic:    SourceSupport{Doc: docEventBridge},
		TopicKey: SourceSupport{None: true, Doc: docSNSKeys},
		Queue:    SourceSupport{ARN: true, Doc: docEventBridge},
		QueueKey: SourceSupport{ARN: true, Doc: docSQSKeys,
			Unsure: "the EventBridge guide's own key policy has no source condition; the SQS guide says that CloudWatch Events supports aws:SourceArn there"},
		Source: "rule", SourceService: "events", SourceResource: "rule/", SourceHasAccount: true, Doc: docEventBridge,
		Unsure: "newer copies of the EventBridge guide allow an execution role for topics and queues as an alternative, older ones warn against it",
	},
	{
		Principal: "cloudwatch.amazonaws.com", Name: "Amazon CloudWatch alarms", Publishes: true,
		Topic: SourceSupport{ARN: true, Account: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{ARN: true, Account: true, Doc: docAlarmKey,
			Unsure: "no page of the CloudWatch or SNS guide shows the condition; AWS's own accelerator for data architectures uses both keys and says that they work"},
		Source: "alarm", SourceService: "cloudwatch", SourceResource: "alarm:", SourceHasAccount: true, Doc: docSNSKeys,
	},
	{
		Principal: "ses.amazonaws.com", Name: "Amazon SES", Publishes: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docSESTopics},
		TopicKey: SourceSupport{Doc: docSESTopics},
		Source:   "identity, configuration set or receipt rule", SourceService: "ses", SourceHasAccount: true, Doc: docSESTopics,
		Unsure: "the SNS guide limits SES by aws:SourceOwner, the SES guide by aws:SourceAccount and aws:SourceArn; the SES guide is followed",
	},
	{
		Principal: "budgets.amazonaws.com", Name: "AWS Budgets", Publishes: true, SameAccount: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docBudgets},
		TopicKey: SourceSupport{Doc: docBudgets},
		Source:   "budget", SourceService: "budgets", SourceHasAccount: true, Doc: docBudgets,
	},
	{
		Principal: "costalerts.amazonaws.com", Name: "AWS Cost Anomaly Detection", Publishes: true,
		Topic:    SourceSupport{Account: true, Doc: docCostAlerts},
		TopicKey: SourceSupport{Doc: docCostAlerts},
		Source:   "anomaly subscription", SourceService: "ce", SourceResource: "anomalysubscription/", SourceHasAccount: true, Doc: docCostAlerts,
	},
	{
		Principal: "events.rds.amazonaws.com", Name: "Amazon RDS events", Publishes: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docRDSEvents},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Source:   "DB resource", SourceService: "rds", SourceHasAccount: true, Doc: docRDSEvents,
	},
	{
		Principal: "cloudtrail.amazonaws.com", Name: "AWS CloudTrail", Publishes: true,
		Topic:    SourceSupport{ARN: true, Doc: docCloudTrail},
		TopicKey: SourceSupport{Doc: docCloudTrail},
		Source:   "trail", SourceService: "cloudtrail", SourceResource: "trail/", SourceHasAccount: true, Doc: docCloudTrail,
	},
	{
		Principal: "config.amazonaws.com", Name: "AWS Config", Publishes: true, Unencrypted: true,
		Topic: SourceSupport{Account: true, Doc: docConfig}, Doc: docConfig,
		Unsure: "the Config guide says that encrypted topics are not supported, the SNS guide that they need an IAM role in the key policy",
	},
	{
		Principal: "dms.amazonaws.com", Name: "AWS DMS", Publishes: true,
		Topic:    SourceSupport{ARN: true, Doc: docDMSEvents},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Source:   "event subscription", SourceService: "dms", SourceResource: "es:", SourceHasAccount: true, Doc: docDMSEvents,
	},
	{
		Principal: "devops-guru.amazonaws.com", Name: "Amazon DevOps Guru", Publishes: true, RegionalPrincipal: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docDevOpsGuru},
		TopicKey: SourceSupport{Doc: docDevOpsKey, Unsure: unsureTopicKey},
		Source:   "notification channel", SourceService: "devops-guru", SourceResource: "channel/", SourceHasAccount: true, Doc: docDevOpsGuru,
	},
	{
		Principal: "sms-voice.amazonaws.com", Name: "AWS End User Messaging SMS", Publishes: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docEndUserSMS},
		TopicKey: SourceSupport{Doc: docEndUserSMS, Unsure: unsureTopicKey},
		Source:   "configuration set", SourceService: "sms-voice", SourceResource: "configuration-set/", SourceHasAccount: true, Doc: docEndUserSMS,
	},
	{
		Principal: "gamelift.amazonaws.com", Name: "Amazon GameLift FlexMatch", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{ARN: true, Doc: docGameLift},
		Source:   "matchmaking configuration", SourceService: "gamelift", SourceResource: "matchmakingconfiguration/", SourceHasAccount: true, Doc: docGameLift,
	},
	{
		Principal: "redshift.amazonaws.com", Name: "Amazon Redshift", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "dynamodb.amazonaws.com", Name: "Amazon DynamoDB Accelerator", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "elasticache.amazonaws.com", Name: "Amazon ElastiCache", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureUnlisted},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "codecommit.amazonaws.com", Name: "AWS CodeCommit triggers", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ds.amazonaws.com", Name: "AWS Directory Service", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ssm-incidents.amazonaws.com", Name: "AWS Systems Manager Incident Manager", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "ssm-contacts.amazonaws.com", Name: "AWS Systems Manager Incident Manager contacts", Publishes: true,
		Topic:    SourceSupport{Owner: true, Doc: docSNSUseCases},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSUseCases,
	},
	{
		Principal: "backup.amazonaws.com", Name: "AWS Backup", Publishes: true, SameAccount: true,
		Topic:    SourceSupport{Doc: docBackup, Unsure: unsureOpen},
		TopicKey: SourceSupport{Doc: docBackup, Unsure: unsureUnlisted},
		Doc:      docBackup,
	},
	{
		Principal: "codestar-notifications.amazonaws.com", Name: "notification rules of the developer tools", Publishes: true,
		Topic:    SourceSupport{Doc: docDevTools, Unsure: unsureOpen},
		TopicKey: SourceSupport{Doc: docDevTools, Unsure: unsureUnlisted},
		Doc:      docDevTools,
	},
	{
		Principal: "inspector.amazonaws.com", Name: "Amazon Inspector Classic", Publishes: true,
		Topic:    SourceSupport{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "glacier.amazonaws.com", Name: "Amazon S3 Glacier", Publishes: true,
		Topic:    SourceSupport{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "importexport.amazonaws.com", Name: "AWS Snowball", Publishes: true,
		Topic:    SourceSupport{Doc: docSNSKeys, Unsure: unsureOpen},
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Doc:      docSNSKeys,
	},
	{
		Principal: "profile.amazonaws.com", Name: "Amazon Connect Customer Profiles", Sends: true,
		Queue:    SourceSupport{Doc: docProfiles, Unsure: unsureOpen},
		QueueKey: SourceSupport{ARN: true, Doc: docSQSKeys},
		Source:   "domain", SourceService: "profile", SourceResource: "domains/", SourceHasAccount: true, Doc: docProfiles,
	},
	{
		// A delivery is a hop of its own; its source is the topic.
		Principal: "sns.amazonaws.com", Name: "Amazon SNS", Sends: true,
		Queue: SourceSupport{ARN: true, Account: true, Doc: docSNSToSQS},
		QueueKey: SourceSupport{ARN: true, Account: true, Doc: docSQSKeys,
			Unsure: "the SQS guide lists SNS for aws:SourceArn; aws:SourceAccount is there only its general alternative"},
		Source: "topic", SourceService: "sns", SourceHasAccount: true, Doc: docSNSToSQS,
	},

	// Services that have their events sent by EventBridge.
	{Principal: "guardduty.amazonaws.com", Name: "Amazon GuardDuty", Doc: docGuardDuty},
	{Principal: "inspector2.amazonaws.com", Name: "Amazon Inspector", Doc: docInspector},
	{Principal: "health.amazonaws.com", Name: "AWS Health", Doc: docHealth},

	// Services that act under an IAM role.
	{Principal: "apigateway.amazonaws.com", Name: "Amazon API Gateway", Role: true, Doc: docAPIGateway,
		Unsure: "the SNS guide counts API Gateway among the services that pass aws:SourceOwner, but its integrations act under a role"},
	{Principal: "autoscaling.amazonaws.com", Name: "Amazon EC2 Auto Scaling", Role: true, Doc: docAutoScaling,
		Unsure: "the SQS guide counts Auto Scaling among the services that pass aws:SourceArn to a queue's key, the SNS guide among those that need a role"},
	{Principal: "codedeploy.amazonaws.com", Name: "AWS CodeDeploy", Role: true, Doc: docCodeDeploy},
	{Principal: "codepipeline.amazonaws.com", Name: "AWS CodePipeline", Role: true, Doc: docPipeline},
	{Principal: "elasticbeanstalk.amazonaws.com", Name: "AWS Elastic Beanstalk", Role: true, Doc: docBeanstalk},
	{Principal: "elastictranscoder.amazonaws.com", Name: "Amazon Elastic Transcoder", Role: true, Doc: docTranscoder},
	{Principal: "imagebuilder.amazonaws.com", Name: "EC2 Image Builder", Role: true, Doc: docImageBuilder},
	{Principal: "iot.amazonaws.com", Name: "AWS IoT", Role: true, Doc: docIoT},
	{Principal: "lambda.amazonaws.com", Name: "AWS Lambda", Role: true, Doc: docLambdaAsync,
		Unsure: "the SQS guide counts Lambda among the services that pass aws:SourceArn to a queue's key, but destinations and dead-letter queues are sent to under the execution role"},
	{Principal: "pipes.amazonaws.com", Name: "Amazon EventBridge Pipes", Role: true, Doc: docPipes},
	{Principal: "scheduler.amazonaws.com", Name: "Amazon EventBridge Scheduler", Role: true, Doc: docScheduler},
	{Principal: "states.amazonaws.com", Name: "AWS Step Functions", Role: true, Doc: docStates},
}
