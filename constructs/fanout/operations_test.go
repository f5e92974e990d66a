package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

func TestAlarms(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), nil)
	topic.AddQueue(jsii.String("Before"), nil)
	pager := fanout.NewTopic(s, jsii.String("Pager"), nil)
	pager.AllowPublishFrom("cloudwatch.amazonaws.com", nil)
	topic.AddAlarms(&fanout.AlarmProps{
		OldestMessage: awscdk.Duration_Minutes(jsii.Number(5)),
		Actions:       []awscloudwatch.IAlarmAction{awscloudwatchactions.NewSnsAction(pager)},
	})
	topic.AddQueue(jsii.String("After"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}})
	topic.NewDashboard(jsii.String("Dashboard"))
	tt := synth(t, app)["S"]
	want := map[string]string{
		"TAlarmsNotificationsFailed": `"MetricName":"NumberOfNotificationsFailed"`, "TAlarmsFailedToRedrive": `"MetricName":"NumberOfNotificationsFailedToRedriveToDlq"`,
		"TBeforeAlarmsOldestMessage": `"Threshold":300`, "TBeforeAlarmsDeadLetters": `"MetricName":"ApproximateNumberOfMessagesVisible"`,
		"TAfterAlarmsOldestMessage": `"MetricName":"ApproximateAgeOfOldestMessage"`,
	}
	for prefix, part := range want {
		if got := text(tt.one("AWS::CloudWatch::Alarm", prefix).Properties); !strings.Contains(got, part) || !strings.Contains(got, "AlarmActions") {
			t.Errorf("%s: no %s, or no action, in %s", prefix, part, got)
		}
	}
	if n := len(tt.of("AWS::CloudWatch::Alarm", "")); n != len(want) {
		t.Errorf("%d alarms, want %d", n, len(want))
	}
	if got := text(tt.one("AWS::CloudWatch::Dashboard", "T").Properties); !strings.Contains(got, "Before: messages") || !strings.Contains(got, "Not delivered") {
		t.Errorf("dashboard: %s", got)
	}
}

func TestDeliveryLogging(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{DeliveryLogging: &fanout.DeliveryLogging{SuccessSampleRate: jsii.Number(10)}})
	tt := synth(t, app)["S"]
	got := text(joined(tt.one("AWS::SNS::Topic", "T").Properties["DeliveryStatusLogging"]))
	for _, part := range []string{`"Protocol":"sqs"`, "FailureFeedbackRoleArn", "SuccessFeedbackRoleArn", `"SuccessFeedbackSampleRate":"10"`} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
	contains(t, tt.one("AWS::IAM::Policy", "T").allowed(), "logs:PutLogEvents", ":log-group:sns/${AWS::Region}/${AWS::AccountId}/${T.TopicName}/Failure")
}

func TestTagsAndRemoval(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{Encryption: fanout.CustomerManagedKey})
	topic.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{RemovalPolicy: awscdk.RemovalPolicy_RETAIN}, DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}})
	awscdk.Tags_Of(topic).Add(jsii.String("team"), jsii.String("orders"), nil)
	tt := synth(t, app)["S"]
	for _, kind := range []string{"AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::KMS::Key"} {
		r := tt.one(kind, "T")
		if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s is not kept", kind)
		}
		if got := text(r.Properties["Tags"]); got != `[{"Key":"team","Value":"orders"}]` {
			t.Errorf("%s has tags %s", kind, got)
		}
	}
}

func TestSubscriptionProps(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), nil)
	topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{
		RawMessageDelivery: jsii.Bool(true), NewDeadLetterQueue: jsii.Bool(true), FilterPolicyScope: fanout.MessageBody,
		FilterPolicy: map[string]any{"order": map[string]any{"total": []any{map[string]any{"numeric": []any{">", 100}}}}},
	}})
	got := text(joined(synth(t, app)["S"].one("AWS::SNS::Subscription", "TQ").Properties))
	for _, part := range []string{`"RawMessageDelivery":true`, `"FilterPolicyScope":"MessageBody"`, `{"order":{"total":[{"numeric":[">",100]}]}}`, `"deadLetterTargetArn":"${TQSTE7DEDF33DeadLetterQueue`} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
}

// TestSeveralTopics: a queue of its own with two topics, of which one has a key.
func TestSeveralTopics(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	a := fanout.NewTopic(s, jsii.String("A"), nil)
	b := fanout.NewTopic(s, jsii.String("B"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: q.EncryptionMasterKey()}})
	fanout.Subscribe(a, q, nil)
	fanout.Subscribe(b, q, &fanout.SubscriptionProps{RawMessageDelivery: jsii.Bool(true)})
	tt := synth(t, app)["S"]
	if got := tt.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(); len(got) != 1 || !strings.Contains(got[0], `["${A}","${B}"]`) {
		t.Errorf("queue policy: %v", got)
	}
	contains(t, keyStatements(tt, "Q"), `"ArnEquals":{"aws:SourceArn":"${A}"}`, ":${AWS::StackName}-B-*")
	if len(b.Queues()) != 1 || len(a.Queues()) != 1 {
		t.Errorf("queues of the topics: %v, %v", a.Queues(), b.Queues())
	}
}

// TestAddedLater: what is added after a synthesis is in the next one.
func TestAddedLater(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	fanout.Subscribe(fanout.NewTopic(s, jsii.String("A"), nil), q, nil)
	synth(t, app)
	fanout.Subscribe(fanout.NewTopic(s, jsii.String("B"), nil), q, nil)
	tt := synth(t, app)["S"]
	contains(t, tt.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), "${A}", "${B}")
	contains(t, keyStatements(tt, "Q"), "${A}", "${B}")
}
