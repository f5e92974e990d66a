package fanout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// namer gives every queue without a name one.
type namer struct {
	visited []string
	queues  []*fanout.Queue
}

func (n *namer) Visit(c constructs.IConstruct) {
	n.visited = append(n.visited, *c.Node().Path())
	if q, ok := c.(*fanout.Queue); ok {
		n.queues = append(n.queues, q)
	}
	if q, ok := c.(awssqs.CfnQueue); ok {
		q.SetQueueName(q.LogicalId())
	}
}

// TestTheyAreConstructs uses topics and queues where the CDK takes constructs: as scopes, for tags, aspects and dependencies.
func TestTheyAreConstructs(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), nil)
	queue := topic.AddQueue(jsii.String("Q"), nil)
	archive := awssqs.NewQueue(queue, jsii.String("Archive"), nil)
	archive.Node().AddDependency(topic)
	awscdk.Tags_Of(topic).Add(jsii.String("team"), jsii.String("orders"), nil)
	awscdk.Tags_Of(queue).Add(jsii.String("part"), jsii.String("billing"), nil)
	n := &namer{}
	awscdk.Aspects_Of(queue).Add(n, nil)

	if got := *queue.Node().Path(); got != "S/T/Q" || *queue.ToString() != got {
		t.Errorf("path of the queue is %s, its text %s", got, *queue.ToString())
	}
	if child := topic.Node().FindChild(jsii.String("Q")); child != queue {
		t.Errorf("the topic's child is %s", *child.Node().Path())
	}
	if scope := queue.Node().Scope(); scope != topic {
		t.Errorf("the queue's scope is %s", *scope.Node().Path())
	}
	var _ awssns.ITopic = topic
	var _ awssqs.IQueue = queue
	if got := awscdk.Stack_Of(queue); got != s {
		t.Errorf("the queue's stack is %v", got)
	}
	scopes := *queue.Node().Scopes()
	if len(scopes) != 4 || *scopes[2].Node().Path() != "S/T" {
		t.Errorf("the queue is in %d scopes", len(scopes))
	}

	tt := synth(t, app)["S"]
	if len(n.queues) != 1 || n.queues[0] != queue {
		t.Errorf("the aspect visited %d queues: %v", len(n.queues), n.visited)
	}
	tags := text(tt.one("AWS::SNS::Topic", "").Properties["Tags"])
	if tags != `[{"Key":"team","Value":"orders"}]` {
		t.Errorf("the topic's tags are %s", tags)
	}
	for id, r := range tt.Resources {
		if r.Type != "AWS::SQS::Queue" {
			continue
		}
		if tags := text(r.Properties["Tags"]); tags != `[{"Key":"part","Value":"billing"},{"Key":"team","Value":"orders"}]` {
			t.Errorf("tags of %s are %s", id, tags)
		}
		if r.Properties["QueueName"] != id {
			t.Errorf("the aspect did not reach %s: %v", id, n.visited)
		}
	}
	if deps := text(tt.one("AWS::SQS::Queue", "TQArchive").DependsOn); deps == "null" {
		t.Error("the archive does not wait for the topic")
	}
}

// TestNoStack makes a topic where there is no stack.
func TestNoStack(t *testing.T) {
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "should be created in the scope of a Stack") {
			t.Errorf("panics with %q, want what the CDK says", got)
		}
	}()
	fanout.NewTopic(newApp(t, nil), jsii.String("T"), nil)
}

// TestFailureOfTheCDK makes a queue that the CDK refuses, and goes on.
func TestFailureOfTheCDK(t *testing.T) {
	app := newApp(t, nil)
	topic := fanout.NewTopic(newStack(app, "S"), jsii.String("T"), nil)
	func() {
		defer func() {
			if got := fmt.Sprint(recover()); !strings.Contains(got, "retention period must be between 60") {
				t.Errorf("panics with %q, want what the CDK says", got)
			}
		}()
		topic.AddQueue(jsii.String("Bad"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{RetentionPeriod: awscdk.Duration_Seconds(jsii.Number(1))}})
	}()
	topic.AddQueue(jsii.String("Good"), nil)
	tt := synth(t, app)["S"]
	tt.one("AWS::SNS::Subscription", "TGood")
	tt.one("AWS::SQS::QueuePolicy", "TGoodPolicy")
}

// TestSecondSubscription subscribes a queue twice to a topic, of which SNS refuses the second, and goes on.
func TestSecondSubscription(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	queue, topic := fanout.NewQueue(s, jsii.String("Q"), nil), fanout.NewTopic(s, jsii.String("B"), nil)
	fanout.Subscribe(topic, queue, nil)
	if got := misused(t, func() { fanout.Subscribe(topic, queue, &fanout.SubscriptionProps{RawMessageDelivery: jsii.Bool(true)}) }).Error(); !strings.Contains(got,
		`construct "S/Q": topic "S/B"`) || !strings.Contains(got, "the queue is subscribed to it already") {
		t.Errorf("got %s", got)
	}
	if got := synth(t, app)["S"].one("AWS::SQS::QueuePolicy", "QPolicy").statements(); len(got) != 1 {
		t.Errorf("the queue policy has %d statements, want 1: %s", len(got), got)
	}
}
