package fanout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// A maker makes the parts of an app, with the CDK's constructs or with ours.
type maker struct {
	topic     func(scope constructs.Construct, id string, p awssns.TopicProps) awssns.Topic
	queue     func(scope constructs.Construct, id string, p awssqs.QueueProps) awssqs.Queue
	subscribe func(t awssns.ITopic, q awssqs.IQueue, filter map[string]any, dead awssqs.IQueue)
}

var plainMaker = maker{
	topic: func(scope constructs.Construct, id string, p awssns.TopicProps) awssns.Topic {
		return awssns.NewTopic(scope, jsii.String(id), &p)
	},
	queue: func(scope constructs.Construct, id string, p awssqs.QueueProps) awssqs.Queue {
		return awssqs.NewQueue(scope, jsii.String(id), &p)
	},
	subscribe: func(t awssns.ITopic, q awssqs.IQueue, filter map[string]any, dead awssqs.IQueue) {
		p := &awssnssubscriptions.SqsSubscriptionProps{DeadLetterQueue: dead}
		if filter != nil {
			p.FilterPolicy = &map[string]awssns.SubscriptionFilter{}
			for k, v := range filter {
				(*p.FilterPolicy)[k] = v.(awssns.SubscriptionFilter)
			}
		}
		t.AddSubscription(awssnssubscriptions.NewSqsSubscription(q, p))
	},
}

var ourMaker = maker{
	topic: func(scope constructs.Construct, id string, p awssns.TopicProps) awssns.Topic {
		return fanout.NewTopic(scope, jsii.String(id), &fanout.TopicProps{TopicProps: p})
	},
	queue: func(scope constructs.Construct, id string, p awssqs.QueueProps) awssqs.Queue {
		return fanout.NewQueue(scope, jsii.String(id), &fanout.QueueProps{QueueProps: p})
	},
	subscribe: func(t awssns.ITopic, q awssqs.IQueue, filter map[string]any, dead awssqs.IQueue) {
		fanout.Subscribe(t, q, &fanout.SubscriptionProps{FilterPolicy: filter, DeadLetterQueue: dead})
	},
}

// decliningMaker makes ours without what they add by themselves.
var decliningMaker = maker{
	topic: func(scope constructs.Construct, id string, p awssns.TopicProps) awssns.Topic {
		p.EnforceSSL = jsii.Bool(false)
		return fanout.NewTopic(scope, jsii.String(id), &fanout.TopicProps{TopicProps: p})
	},
	queue: func(scope constructs.Construct, id string, p awssqs.QueueProps) awssqs.Queue {
		ours := &fanout.QueueProps{QueueProps: p}
		ours.EnforceSSL = jsii.Bool(false)
		if p.DeadLetterQueue == nil {
			ours.DeadLetter = &fanout.DeadLetter{OffBecause: jsii.String("there was none")}
		}
		return fanout.NewQueue(scope, jsii.String(id), ours)
	},
	subscribe: ourMaker.subscribe,
}

// A movingApp is made with the CDK's constructs, and then with ours.
type movingApp struct {
	name, reason string
	build        func(app awscdk.App, m maker)
}

var movingApps = []movingApp{{
	name: "single stack", reason: "the common case",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		topic, queue := m.topic(s, "T", awssns.TopicProps{}), m.queue(s, "Q", awssqs.QueueProps{})
		m.subscribe(topic, queue, nil, nil)
		topic.GrantPublish(role(s, "Publisher"))
		queue.GrantConsumeMessages(role(s, "Consumer"))
		queue.GrantSendMessages(role(s, "Producer"))
	},
}, {
	name: "shared key", reason: "the key's policy changes, and it stays",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		key := awskms.NewKey(s, jsii.String("K"), nil)
		topic, queue := m.topic(s, "T", awssns.TopicProps{MasterKey: key}), m.queue(s, "Q", awssqs.QueueProps{EncryptionMasterKey: key})
		m.subscribe(topic, queue, nil, nil)
		queue.GrantConsumeMessages(role(s, "Consumer"))
	},
}, {
	name: "key that the CDK makes", reason: "a replaced key leaves messages that nobody can read",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		m.subscribe(m.topic(s, "T", awssns.TopicProps{}), m.queue(s, "Q", awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}), nil, nil)
	},
}, {
	name: "FIFO", reason: "the CDK makes the topic's name of its path",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		m.subscribe(m.topic(s, "T", awssns.TopicProps{Fifo: jsii.Bool(true)}), m.queue(s, "Q", awssqs.QueueProps{Fifo: jsii.Bool(true)}), nil, nil)
	},
}, {
	name: "dead-letter queues", reason: "of the queue and of the subscription",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		dead, undelivered := m.queue(s, "D", awssqs.QueueProps{}), m.queue(s, "U", awssqs.QueueProps{})
		queue := m.queue(s, "Q", awssqs.QueueProps{DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(3)}})
		m.subscribe(m.topic(s, "T", awssns.TopicProps{}), queue, nil, undelivered)
	},
}, {
	name: "filter policies", reason: "the CDK's filters say the same",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		m.subscribe(m.topic(s, "T", awssns.TopicProps{}), m.queue(s, "Q", awssqs.QueueProps{}), map[string]any{
			"kind": awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("order", "refund")}),
		}, nil)
	},
}, {
	name: "nested stack", reason: "their ids are those within it",
	build: func(app awscdk.App, m maker) {
		s := nestedStack(newStack(app, "S"), "Inner")
		m.subscribe(m.topic(s, "T", awssns.TopicProps{}), m.queue(s, "Q", awssqs.QueueProps{}), nil, nil)
	},
}, {
	name: "two stacks", reason: "the subscription is with the queue",
	build: func(app awscdk.App, m maker) {
		m.subscribe(m.topic(newStack(app, "Topics"), "T", awssns.TopicProps{}), m.queue(newStack(app, "Queues"), "Q", awssqs.QueueProps{}), nil, nil)
	},
}, {
	name: "imported topic", reason: "its id is the subscription's",
	build: func(app awscdk.App, m maker) {
		s := inEnv(app, "S", account, "eu-west-1")
		m.subscribe(awssns.Topic_FromTopicArn(s, jsii.String("T"), jsii.String(aTopic)), m.queue(s, "Q", awssqs.QueueProps{}), nil, nil)
	},
}, {
	name: "imported queue", reason: "the subscription is under the import",
	build: func(app awscdk.App, m maker) {
		s := inEnv(app, "S", account, "eu-west-1")
		m.subscribe(m.topic(s, "T", awssns.TopicProps{TopicName: jsii.String("orders")}), importedQueue(s), nil, nil)
	},
}, {
	name: "Lambda triggers", reason: "the CDK's event source takes our queue",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		queue := m.queue(s, "Q", awssqs.QueueProps{})
		m.subscribe(m.topic(s, "T", awssns.TopicProps{}), queue, nil, nil)
		lambda(s, "F", nil).AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	},
}, {
	name: "policies", reason: "statements of the app stay beside ours",
	build: func(app awscdk.App, m maker) {
		s := newStack(app, "S")
		topic, queue := m.topic(s, "T", awssns.TopicProps{}), m.queue(s, "Q", awssqs.QueueProps{})
		queue.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings("sqs:ReceiveMessage"),
			Principals: &[]awsiam.IPrincipal{awsiam.NewAccountPrincipal(elsewhere)}, Resources: &[]*string{queue.QueueArn()}}))
		m.subscribe(topic, queue, nil, nil)
	},
}}

// TestDropIn: an app that moves from the CDK's constructs to ours keeps its topics, queues, keys, policies and subscriptions.
// A queue that is replaced loses its messages.
func TestDropIn(t *testing.T) {
	for _, tt := range movingApps {
		t.Run(tt.name, func(t *testing.T) {
			build := func(m maker) map[string]template {
				app := newApp(t, nil)
				tt.build(app, m)
				return synth(t, app)
			}
			old := build(plainMaker)
			for _, after := range []struct {
				name    string
				now     map[string]template
				addable func(id string, r resource) bool
			}{
				{"with our defaults", build(ourMaker), addable},
				{"with what they add declined", build(decliningMaker), func(_ string, r resource) bool { return r.Type == "AWS::KMS::Alias" }},
			} {
				for stack, tpl := range old {
					for _, problem := range moved(tpl, after.now[stack], after.addable) {
						t.Errorf("%s: %s, %s", tt.reason, problem, after.name)
					}
				}
			}
		})
	}
}

// moved returns what is wrong with a template after the move.
func moved(old, now template, addable func(id string, r resource) bool) []string {
	var problems []string
	for id, r := range old.Resources {
		got, ok := now.Resources[id]
		if !ok || got.Type != r.Type {
			problems = append(problems, fmt.Sprintf("%s, a %s, is gone: %s", id, r.Type, got.Type))
			continue
		}
		for _, replaces := range replacing[r.Type] {
			if a, b := sortedText(r.Properties[replaces]), sortedText(got.Properties[replaces]); a != b {
				problems = append(problems, fmt.Sprintf("%s is replaced: %s was %s and is %s", id, replaces, a, b))
			}
		}
	}
	for id, r := range now.Resources {
		if _, ok := old.Resources[id]; !ok && !addable(id, r) {
			problems = append(problems, fmt.Sprintf("%s, a %s, is new", id, r.Type))
		}
	}
	return problems
}

// replacing are the properties whose change replaces a resource, after the types' pages in the CloudFormation reference, and
// of subscriptions those that say what is delivered.
var replacing = map[string][]string{
	"AWS::SNS::Topic":        {"TopicName", "FifoTopic"},
	"AWS::SQS::Queue":        {"QueueName", "FifoQueue"},
	"AWS::KMS::Key":          {"KeySpec", "KeyUsage", "Origin", "MultiRegion"},
	"AWS::SNS::Subscription": {"TopicArn", "Endpoint", "Protocol", "Region", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"},
}

// addable reports whether a default of ours may add the resource: a dead-letter queue, the policy that denies requests without
// TLS, a key's alias.
func addable(id string, r resource) bool {
	switch r.Type {
	case "AWS::SQS::Queue":
		return strings.Contains(id, "DeadLetterQueue")
	case "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::KMS::Alias":
		return true
	}
	return false
}
