package policygen

// AWS's pages behind the table of services.
const (
	docEventBridge   = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
	docEventBridgeKM = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html"
	docS3Events      = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
	docSNSUseCases   = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"
	docAlarmKey      = "https://aws.github.io/modern-data-architecture-accelerator/typedocs/functions/_aws-mdaa_cloudwatch-constructs.grantCloudWatchAlarmsTopicAccess.html"
	docSESTopics     = "https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html"
	docBudgets       = "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html"
	docCostAlerts    = "https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html"
	docRDSEvents     = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"
	docCloudTrail    = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html"
	docConfig        = "https://docs.aws.amazon.com/config/latest/developerguide/sns-topic-policy.html"
	docLambdaAsync   = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
)

// unsureTopicKey: the SNS guide names the service for encrypted topics without saying which source keys it passes to KMS.
const unsureTopicKey = "the SNS guide lists the service for encrypted topics, but no page says which source condition keys it passes to KMS; none are used"

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
		TopicKey: SourceSupport{Doc: docSNSKeys},
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
		TopicKey: SourceSupport{Doc: docSNSKeys, Unsure: unsureTopicKey},
		Source:   "identity, configuration set or receipt rule", SourceService: "ses", SourceHasAccount: true, Doc: docSESTopics,
		Unsure: "the SNS guide limits SES by aws:SourceOwner, the SES guide by aws:SourceAccount and aws:SourceArn; the SES guide is followed",
	},
	{
		Principal: "budgets.amazonaws.com", Name: "AWS Budgets", Publishes: true, SameAccount: true,
		Topic:    SourceSupport{ARN: true, Account: true, Doc: docBudgets},
		TopicKey: SourceSupport{Doc: docBudgets, Unsure: unsureTopicKey},
		Source:   "budget", SourceService: "budgets", SourceHasAccount: true, Doc: docBudgets,
	},
	{
		Principal: "costalerts.amazonaws.com", Name: "AWS Cost Anomaly Detection", Publishes: true,
		Topic:    SourceSupport{Account: true, Doc: docCostAlerts},
		TopicKey: SourceSupport{Doc: docCostAlerts, Unsure: unsureTopicKey},
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
	{Principal: "lambda.amazonaws.com", Name: "AWS Lambda", Role: true, Doc: docLambdaAsync,
		Unsure: "the SQS guide counts Lambda among the services that pass aws:SourceArn to a queue's key, but the Lambda guide sends to destinations and dead-letter queues under the execution role"},
}
