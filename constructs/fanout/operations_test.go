package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

func TestDeliveryLogging(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{DeliveryLogging: jsii.Bool(true)})
	tt := synth(t, app)["S"]
	got := text(joined(tt.one("AWS::SNS::Topic", "T").Properties["DeliveryStatusLogging"]))
	for _, part := range []string{`"Protocol":"sqs"`, "FailureFeedbackRoleArn"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
	contains(t, tt.one("AWS::IAM::Policy", "T").allowed(), "logs:PutLogEvents", ":log-group:sns/${AWS::Region}/${AWS::AccountId}/${T.TopicName}/Failure")
}

func TestTagsAndRemoval(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := encryptedTopic(s)
	topic.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{RemovalPolicy: awscdk.RemovalPolicy_RETAIN}, DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}})
	awscdk.Tags_Of(s).Add(jsii.String("team"), jsii.String("orders"), nil)
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
	undelivered := fanout.NewQueue(s, jsii.String("Undelivered"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("it is one")}})
	topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{
		RawMessageDelivery: jsii.Bool(true), DeadLetterQueue: undelivered,
		FilterPolicyWithMessageBody: map[string]any{"order": map[string]any{"total": []any{map[string]any{"numeric": []any{">", 100}}}}},
	}})
	got := text(joined(synth(t, app)["S"].one("AWS::SNS::Subscription", "TQ").Properties))
	for _, part := range []string{`"RawMessageDelivery":true`, `"FilterPolicyScope":"MessageBody"`, `{"order":{"total":[{"numeric":[">",100]}]}}`, `"deadLetterTargetArn":"${Undelivered`} {
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
