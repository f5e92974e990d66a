package fanout_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// TestQueueProps: every field of awssqs.QueueProps has the effect that it has on the CDK's own construct.
func TestQueueProps(t *testing.T) {
	seconds := func(n float64) awscdk.Duration { return awscdk.Duration_Seconds(jsii.Number(n)) }
	app := newApp(t, nil)
	theirs, ours := newStack(app, "Theirs"), newStack(app, "Ours")
	props := func(s stack) awssqs.QueueProps {
		return awssqs.QueueProps{
			ContentBasedDeduplication: jsii.Bool(true), DataKeyReuse: seconds(120), DeduplicationScope: awssqs.DeduplicationScope_QUEUE,
			DeadLetterQueue: &awssqs.DeadLetterQueue{MaxReceiveCount: jsii.Number(2), Queue: awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{Fifo: jsii.Bool(true)})},
			DeliveryDelay:   seconds(3), Encryption: awssqs.QueueEncryption_KMS, EncryptionMasterKey: awskms.NewKey(s, jsii.String("Key"), nil),
			EnforceSSL: jsii.Bool(true), Fifo: jsii.Bool(true), FifoThroughputLimit: awssqs.FifoThroughputLimit_PER_QUEUE, MaxMessageSizeBytes: jsii.Number(2048),
			QueueName: jsii.String("q.fifo"), ReceiveMessageWaitTime: seconds(4), RedriveAllowPolicy: &awssqs.RedriveAllowPolicy{RedrivePermission: awssqs.RedrivePermission_DENY_ALL},
			RemovalPolicy: awscdk.RemovalPolicy_RETAIN, RetentionPeriod: seconds(600), VisibilityTimeout: seconds(77),
		}
	}
	set := reflect.ValueOf(props(newStack(app, "Other")))
	for i := range set.NumField() {
		if set.Field(i).IsZero() {
			t.Errorf("awssqs.QueueProps has a field %s that the test does not know", set.Type().Field(i).Name)
		}
	}
	awssqs.NewQueue(theirs, jsii.String("Q"), ptr(props(theirs)))
	fanout.NewQueue(ours, jsii.String("Q"), &fanout.QueueProps{QueueProps: props(ours)})
	all := synth(t, app)
	want, got := all["Theirs"].one("AWS::SQS::Queue", "Q"), all["Ours"].one("AWS::SQS::Queue", "Q")
	if diff := cmp.Diff(text(want.Properties), text(got.Properties)); diff != "" {
		t.Errorf("(-CDK +ours):\n%s", diff)
	}
	if got.DeletionPolicy != "Retain" {
		t.Error("the removal policy has no effect")
	}
}

// TestTopicProps: the same for awssns.TopicProps.
func TestTopicProps(t *testing.T) {
	app := newApp(t, nil)
	theirs, ours := newStack(app, "Theirs"), newStack(app, "Ours")
	props := func(s stack) awssns.TopicProps {
		return awssns.TopicProps{
			ContentBasedDeduplication: jsii.Bool(true), DisplayName: jsii.String("Orders"), EnforceSSL: jsii.Bool(true), Fifo: jsii.Bool(true),
			FifoThroughputScope: awssns.FifoThroughputScope_MESSAGE_GROUP, MasterKey: awskms.NewKey(s, jsii.String("Key"), nil), MessageRetentionPeriodInDays: jsii.Number(7),
			LoggingConfigs:   &[]*awssns.LoggingConfig{{Protocol: awssns.LoggingProtocol_SQS, FailureFeedbackRole: role(s, "Role")}},
			SignatureVersion: jsii.String("2"), TopicName: jsii.String("orders.fifo"), TracingConfig: awssns.TracingConfig_ACTIVE,
		}
	}
	set := reflect.ValueOf(props(newStack(app, "Other")))
	for i := range set.NumField() {
		if set.Field(i).IsZero() {
			t.Errorf("awssns.TopicProps has a field %s that the test does not know", set.Type().Field(i).Name)
		}
	}
	awssns.NewTopic(theirs, jsii.String("T"), ptr(props(theirs)))
	fanout.NewTopic(ours, jsii.String("T"), &fanout.TopicProps{TopicProps: props(ours)})
	all := synth(t, app)
	if diff := cmp.Diff(text(all["Theirs"].one("AWS::SNS::Topic", "T").Properties), text(all["Ours"].one("AWS::SNS::Topic", "T").Properties)); diff != "" {
		t.Errorf("(-CDK +ours):\n%s", diff)
	}
}

func ptr[T any](v T) *T { return &v }
