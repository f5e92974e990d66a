package fanout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
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
	if q := fanout.QueueOf(c); q != nil {
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
	if child := topic.Node().FindChild(jsii.String("Q")); fanout.QueueOf(child) != queue || fanout.TopicOf(child) != nil {
		t.Errorf("the topic's child is %s", *child.Node().Path())
	}
	if scope := queue.Node().Scope(); fanout.TopicOf(scope) != topic || fanout.QueueOf(scope) != nil {
		t.Errorf("the queue's scope is %s", *scope.Node().Path())
	}
	if fanout.QueueOf(queue) != queue || fanout.TopicOf(topic) != topic || fanout.QueueOf(archive) != nil {
		t.Error("a queue and a topic are what they are, and a queue of the CDK's is neither")
	}
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

// TestFailureOfASubscription subscribes a queue under an id that is taken, and goes on.
func TestFailureOfASubscription(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	queue := fanout.NewQueue(s, jsii.String("Q"), nil)
	func() {
		defer func() {
			if got := fmt.Sprint(recover()); !strings.Contains(got, "already a Construct with name 'Resource'") {
				t.Errorf("panics with %q, want what the CDK says", got)
			}
		}()
		queue.Subscribe(jsii.String("Resource"), fanout.NewTopic(s, jsii.String("A"), nil), nil)
	}()
	queue.Subscribe(jsii.String("FromB"), fanout.NewTopic(s, jsii.String("B"), nil), nil)
	if got := synth(t, app)["S"].one("AWS::SQS::QueuePolicy", "QPolicy").statements(); len(got) != 1 {
		t.Errorf("the queue policy has %d statements, want 1: %s", len(got), got)
	}
}
