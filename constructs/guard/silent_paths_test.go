package guard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

var us = &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("us-east-1")}

const foreignKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func rule(stack awscdk.Stack, target awsevents.IRuleTarget) {
	awsevents.NewRule(stack, jsii.String("Nightly"), &awsevents.RuleProps{
		Schedule: awsevents.Schedule_Rate(awscdk.Duration_Days(jsii.Number(1))), Targets: &[]awsevents.IRuleTarget{target}})
}

func subscribe(stack awscdk.Stack, queue awssqs.IQueue, props *awssnssubscriptions.SqsSubscriptionProps) {
	awssns.NewTopic(stack, jsii.String("Orders"), nil).AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, props))
}

// Each of these the CDK of this module's version synthesizes without an error or a warning, with its recommended feature
// flags on, and each loses messages or fails to deploy; some are told from working ones only by what is not in the app.
func TestSilentPathsOfTheCDK(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		build        func(awscdk.Stack)
		rule         string
		severity     string
	}{
		{"the AWS managed key by alias", "the CDK looks only at the encryption property", func(s awscdk.Stack) {
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{
				EncryptionMasterKey: awskms.Alias_FromAliasName(s, jsii.String("K"), jsii.String("alias/aws/sqs"))}), nil)
		}, "aws-managed-key", "error"},
		{"the AWS managed key by an override", "the CDK does not see it", func(s awscdk.Stack) {
			q := awssqs.NewQueue(s, jsii.String("Q"), nil)
			q.Node().DefaultChild().(awssqs.CfnQueue).SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
			subscribe(s, q, nil)
		}, "aws-managed-key", "error"},
		{"an imported key", "the key statement is thrown away", func(s awscdk.Stack) {
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{
				EncryptionMasterKey: awskms.Key_FromKeyArn(s, jsii.String("K"), jsii.String(foreignKey))}), nil)
		}, "unseen-policy", "info"},
		{"an imported queue", "the queue statement is thrown away", func(s awscdk.Stack) {
			subscribe(s, awssqs.Queue_FromQueueArn(s, jsii.String("Q"), jsii.String("arn:aws:sqs:us-east-1:111122223333:elsewhere")), nil)
		}, "unseen-policy", "info"},
		{"a subscription dead-letter queue with a key", "its key policy does not admit SNS", func(s awscdk.Stack) {
			dead := awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS})
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), nil), &awssnssubscriptions.SqsSubscriptionProps{DeadLetterQueue: dead})
		}, "subscription-dead-letter", "error"},
		{"an EventBridge rule and the AWS managed key", "EventBridge is no principal of the account", func(s awscdk.Stack) {
			rule(s, awseventstargets.NewSqsQueue(awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED}), nil))
		}, "aws-managed-key", "error"},
		{"an EventBridge rule and an imported key", "the key statement is thrown away", func(s awscdk.Stack) {
			rule(s, awseventstargets.NewSqsQueue(awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{
				EncryptionMasterKey: awskms.Key_FromKeyArn(s, jsii.String("K"), jsii.String(foreignKey))}), nil))
		}, "unseen-policy", "info"},
		{"the dead-letter queue of an EventBridge target", "its key policy does not admit EventBridge", func(s awscdk.Stack) {
			dead := awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS})
			rule(s, awseventstargets.NewSqsQueue(awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}),
				&awseventstargets.SqsQueueProps{DeadLetterQueue: dead}))
		}, "key-policy-service", "error"},
		{"an alarm and a topic with a key", "nothing grants the key to CloudWatch", func(s awscdk.Stack) {
			topic := awssns.NewTopic(s, jsii.String("Alarms"), &awssns.TopicProps{MasterKey: awskms.NewKey(s, jsii.String("K"), nil)})
			queue := awssqs.NewQueue(s, jsii.String("Q"), nil)
			alarm := awscloudwatch.NewAlarm(s, jsii.String("Depth"), &awscloudwatch.AlarmProps{
				Metric: queue.MetricApproximateNumberOfMessagesVisible(nil), Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1)})
			alarm.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
		}, "key-policy-service", "error"},
		{"a standard topic and a FIFO queue", "SNS refuses the subscription at deployment", func(s awscdk.Stack) {
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Fifo: jsii.Bool(true)}), nil)
		}, "fifo-mismatch", "error"},
		{"25 topics and one queue", "a statement for each is over the limit of 20", func(s awscdk.Stack) {
			queue := awssqs.NewQueue(s, jsii.String("Q"), nil)
			for i := range 25 {
				awssns.NewTopic(s, jsii.String(fmt.Sprintf("T%d", i)), nil).AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
			}
		}, "policy-limit", "error"},
		{"a consumer and a dead-letter queue with another key", "it gets kms:Decrypt on the queue's key alone", func(s awscdk.Stack) {
			dead := awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS})
			queue := awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS,
				DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(3)}})
			queue.GrantConsumeMessages(awsiam.NewRole(s, jsii.String("Biller"), &awsiam.RoleProps{
				AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)}))
		}, "dead-letter-key", "warning"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stack := recommended(t)
			tt.build(stack)
			r, err := Check(stack)
			if err != nil {
				t.Fatal(err)
			}
			if !found(r, tt.rule, tt.severity) {
				t.Errorf("no %s of rule %s, though %s; found:\n%v\n%v", tt.severity, tt.rule, tt.reason, r.Findings, r.Hops)
			}
		})
	}
}

// recommended returns a stack of an app with the CDK's recommended feature flags.
func recommended(t *testing.T) awscdk.Stack {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption": true,
		"@aws-cdk/aws-iam:minimizePolicies":                     true,
	}})
	return awscdk.NewStack(app, jsii.String("Stack"), &awscdk.StackProps{Env: us})
}

func found(r Report, rule, severity string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Rule == rule && f.Severity == severity })
}

// SNS delivers from an opt-in Region under that Region's principal. Older versions of the CDK admit sns.amazonaws.com
// instead, and newer ones are right: the check tells them apart.
func TestTopicInAnOptInRegion(t *testing.T) {
	stack := recommended(t)
	topic := awssns.Topic_FromTopicArn(stack, jsii.String("T"), jsii.String("arn:aws:sns:af-south-1:111122223333:orders"))
	topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(stack, jsii.String("Q"), nil), nil))
	r, err := Check(stack)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	if err != nil {
		t.Fatal(err)
	}
	right := strings.Contains(string(text), `"sns.af-south-1.amazonaws.com"`)
	if found(r, "regional-principal", "error") == right {
		t.Errorf("the queue policy admits the Region's principal: %t; found:\n%v\n%v", right, r.Findings, r.Hops)
	}
}
