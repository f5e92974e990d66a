// S3 is a bucket that publishes to a topic with a customer managed key, and two queues behind it, with alarms and a
// dashboard.
//
// The topic policy and the key policy admit S3. The topic policy admits it for this bucket of this account only. It
// names the bucket by the ARN that follows from its name, because the bucket can be created only once it may publish.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// NewStack returns the example's stack.
func NewStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	uploads := fanout.NewTopic(stack, jsii.String("Uploads"), &fanout.TopicProps{
		TopicProps:      awssns.TopicProps{MasterKey: fanout.NewKey(stack, jsii.String("Key"), nil)},
		DeliveryLogging: jsii.Bool(true),
		SuppressNag:     jsii.Bool(true), // the log streams that the role of DeliveryLogging may write
	})

	name := "uploads-" + *stack.Account() + "-" + *stack.Region()
	uploads.AllowPublishFrom("s3.amazonaws.com", &fanout.Source{
		ARN:     jsii.String("arn:" + *stack.Partition() + ":s3:::" + name),
		Account: stack.Account(),
	})
	bucket := awss3.NewBucket(stack, jsii.String("Bucket"), &awss3.BucketProps{
		BucketName:        jsii.String(name),
		EnforceSSL:        jsii.Bool(true),
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
	})
	resource := bucket.Node().DefaultChild().(awss3.CfnBucket)
	resource.SetNotificationConfiguration(&awss3.CfnBucket_NotificationConfigurationProperty{
		TopicConfigurations: []any{&awss3.CfnBucket_TopicConfigurationProperty{Event: jsii.String("s3:ObjectCreated:*"), Topic: uploads.TopicArn()}},
	})
	// S3 tries to publish when the notification is set.
	resource.Node().AddDependency(uploads.Node().FindChild(jsii.String("Policy")))
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{
		"rules_to_suppress": []map[string]any{{"id": "AwsSolutions-S1", "reason": "The example's notifications are its access log."}},
	})

	thumbnails := uploads.AddQueue(jsii.String("Thumbnails"), nil)
	thumbnails.GrantConsumeMessages(role(stack, "Thumbnailer"))

	index := uploads.AddQueue(jsii.String("Index"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{EncryptionMasterKey: uploads.MasterKey()},
		Subscription: &fanout.SubscriptionProps{
			FilterPolicyWithMessageBody: map[string]any{"Records": map[string]any{"s3": map[string]any{"object": map[string]any{
				"key": []any{map[string]any{"suffix": ".pdf"}},
			}}}},
		},
	})
	index.GrantConsumeMessages(role(stack, "Indexer"))

	watch(uploads)
	return stack
}

// watch makes alarms and a dashboard. The metrics are those of every topic and queue of the CDK's.
func watch(topic *fanout.Topic) {
	failed := topic.MetricNumberOfNotificationsFailed(nil)
	alarm(topic, "NotDelivered", failed, 0)
	graphs := []awscloudwatch.IWidget{graph("Not delivered", failed)}
	for _, q := range topic.Queues() {
		age, dead := q.MetricApproximateAgeOfOldestMessage(nil), q.DeadLetterQueue().Queue.MetricApproximateNumberOfMessagesVisible(nil)
		alarm(q, "Late", age, 15*60)
		alarm(q, "DeadLetters", dead, 0)
		graphs = append(graphs, graph(*q.Node().Id()+": age of the oldest message", age), graph(*q.Node().Id()+": dead letters", dead))
	}
	awscloudwatch.NewDashboard(topic, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{Widgets: &[]*[]awscloudwatch.IWidget{&graphs}})
}

func alarm(scope constructs.Construct, id string, metric awscloudwatch.Metric, above float64) {
	metric.CreateAlarm(scope, jsii.String(id), &awscloudwatch.CreateAlarmOptions{
		Threshold:          jsii.Number(above),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_THRESHOLD,
		EvaluationPeriods:  jsii.Number(1),
	})
}

func graph(title string, metric awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{Title: jsii.String(title), Left: &[]awscloudwatch.IMetric{metric}})
}

func role(stack awscdk.Stack, id string) awsiam.Role {
	return awsiam.NewRole(stack, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	NewStack(app, "S3")
	app.Synth(nil)
}
