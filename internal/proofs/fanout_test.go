package proofs

import (
	"fmt"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// drawFanout returns a fan-out within one account and Region, and options to grant its hops. Its queues and topics have
// customer managed keys or none.
func drawFanout(t *rapid.T) (policygen.Fanout, policygen.Options) {
	w := worldOf(t, "aws", []string{"us-east-1"}, []string{"111111111111"})
	key := func(what string) policygen.KeyARN {
		if w.is(what) {
			return ""
		}
		return policygen.KeyARN(fmt.Sprintf("arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-00000000000%d", rapid.IntRange(0, 5).Draw(t, "key")))
	}
	queue := func(name string) policygen.Queue {
		return policygen.Queue{ARN: policygen.QueueARN("arn:aws:sqs:us-east-1:111111111111:" + name), Key: key("encrypted queue")}
	}
	role := func(name string) policygen.RoleARN {
		return policygen.RoleARN("arn:aws:iam::111111111111:role/" + name)
	}
	o := policygen.Options{
		KeyAccess: pick(t, "key access", []policygen.KeyAccess{policygen.ByIdentityPolicy, policygen.ByKeyPolicy, policygen.AccountWide}),
		TLSOnly:   w.is("TLS only"),
	}
	var f policygen.Fanout
	for i := range rapid.IntRange(1, 3).Draw(t, "topics") {
		f.Topics = append(f.Topics, policygen.Topic{ARN: policygen.TopicARN(fmt.Sprintf("arn:aws:sns:us-east-1:111111111111:topic%d", i)), Key: key("encrypted topic")})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "publishers") {
		f.Publishers = append(f.Publishers, policygen.Publisher{Principal: role(fmt.Sprint("publisher", i))})
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "queues") {
		s := policygen.Subscription{Queue: queue(fmt.Sprint("queue", i))}
		if w.is("some topics") {
			s.Topics = []policygen.TopicARN{f.Topics[0].ARN}
		}
		if w.is("producer") {
			s.Producers = []policygen.Producer{{Principal: role(fmt.Sprint("producer", i))}}
		}
		if w.is("consumer") {
			s.Consumers = []policygen.Consumer{{Principal: role(fmt.Sprint("consumer", i))}}
		}
		if w.is("subscription's dead-letter queue") {
			q := queue(fmt.Sprint("undelivered", i))
			s.SubscriptionDeadLetterQueue = &q
		}
		if w.is("dead-letter queue") {
			q := queue(fmt.Sprint("dlq", i))
			s.DeadLetterQueue = &q
			s.DeadLetterConsumers = []policygen.Consumer{{Principal: role(fmt.Sprint("reader", i))}}
			s.Redrivers = []policygen.Redriver{{Principal: role(fmt.Sprint("operator", i))}}
		}
		f.Queues = append(f.Queues, s)
	}
	return f, o
}

// A need is one thing that a principal must be allowed to do for messages to get through.
type need struct {
	who    policygen.Principal
	action string
	on     policygen.ARN
	topic  policygen.TopicARN // the topic that SNS delivers from
}

// needs returns what messages need according to AWS's pages, without the use of policygen's table.
func needs(f policygen.Fanout) []need {
	const sns = policygen.ServicePrincipal("sns.amazonaws.com")
	var all []need
	add := func(who policygen.Principal, on string, topic policygen.TopicARN, actions ...string) {
		for _, a := range actions {
			if on != "" {
				all = append(all, need{who, a, policygen.ARN(on), topic})
			}
		}
	}
	for _, p := range f.Publishers {
		for _, topic := range f.Topics {
			add(p.Principal, string(topic.ARN), "", "sns:Publish")
			add(p.Principal, string(topic.Key), "", "kms:GenerateDataKey", "kms:Decrypt")
		}
	}
	for _, s := range f.Queues {
		topics := s.Topics
		if topics == nil {
			for _, topic := range f.Topics {
				topics = append(topics, topic.ARN)
			}
		}
		for _, topic := range topics {
			for _, q := range []*policygen.Queue{&s.Queue, s.SubscriptionDeadLetterQueue} {
				if q != nil {
					add(sns, string(q.ARN), topic, "sqs:SendMessage")
					add(sns, string(q.Key), topic, "kms:GenerateDataKey", "kms:Decrypt")
				}
			}
		}
		for _, p := range s.Producers {
			add(p.Principal, string(s.Queue.ARN), "", "sqs:SendMessage")
			add(p.Principal, string(s.Queue.Key), "", "kms:GenerateDataKey", "kms:Decrypt")
		}
		for _, c := range s.Consumers {
			add(c.Principal, string(s.Queue.ARN), "", "sqs:ReceiveMessage", "sqs:DeleteMessage")
			add(c.Principal, string(s.Queue.Key), "", "kms:Decrypt")
		}
		if s.DeadLetterQueue == nil {
			continue
		}
		for _, c := range s.DeadLetterConsumers {
			add(c.Principal, string(s.DeadLetterQueue.ARN), "", "sqs:ReceiveMessage", "sqs:DeleteMessage")
			add(c.Principal, string(s.DeadLetterQueue.Key), "", "kms:Decrypt")
			add(c.Principal, string(s.Queue.Key), "", "kms:Decrypt") // SQS moves messages without encrypting them again
		}
		for _, r := range s.Redrivers {
			add(r.Principal, string(s.DeadLetterQueue.ARN), "", "sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
			add(r.Principal, string(s.Queue.ARN), "", "sqs:SendMessage")
			add(r.Principal, string(s.DeadLetterQueue.Key), "", "kms:Decrypt")
			add(r.Principal, string(s.Queue.Key), "", "kms:GenerateDataKey", "kms:Decrypt")
		}
	}
	return all
}

// TestFanoutGetsEveryMessageThrough checks that a fan-out's documents allow what its messages need.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
func TestFanoutGetsEveryMessageThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, options := drawFanout(t)
		all, err := policygen.Generate(options, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range needs(f) {
			request := eval.Request{Principal: n.who, Action: n.action, Resource: n.on, Context: map[string][]string{"aws:SecureTransport": {"true"}}}
			if n.topic != "" {
				request.Context["aws:SourceArn"] = []string{string(n.topic)}
			} else if text.Known(string(n.on), text.Service) == "kms" {
				via := "sqs.us-east-1.amazonaws.com"
				for _, p := range f.Publishers {
					if p.Principal == n.who {
						via = "sns.us-east-1.amazonaws.com"
					}
				}
				request.Context["kms:ViaService"] = []string{via}
			}
			p := eval.Policies{Identity: identityOf(all, n.who)}
			if d, ok := all.Of(n.on); ok {
				p.Resource = &d
			} else if text.Known(string(n.on), text.Service) == "kms" {
				d := defaultKey(n.on)
				p.Resource = &d
			}
			if d := eval.Evaluate(request, p); d.Outcome != eval.Allowed {
				t.Fatalf("%s by %v on %s is %v\n%s\n%s", n.action, n.who, n.on, d.Outcome, d.Explain(), show(all))
			}
		}
	})
}

// TestCallersThatAreNotNamed checks that an unnamed caller stands for any principal of the account that has the
// identity policy, and that an account stands for any principal to which the account gives the policy.
func TestCallersThatAreNotNamed(t *testing.T) {
	topic := policygen.Topic{ARN: storyTopic, Key: storyKey}
	role := policygen.RoleARN("arn:aws:iam::111122223333:role/somebody")
	foreign := policygen.RoleARN("arn:aws:iam::444455556666:role/somebody")
	key := policygen.DefaultKeyPolicy(storyAccount, "aws")

	identity := identityPolicy(t, policygen.Publisher{Topics: []policygen.Topic{topic}})
	for who, want := range map[policygen.RoleARN]eval.Outcome{role: eval.Allowed, foreign: eval.ImplicitDeny} {
		hop := policygen.Hop{Kind: kind.Publish, Caller: who, Topic: topic}
		expect(t, callOn(t, hop, "sns:Publish"), eval.Policies{Identity: identity}, want)
		expect(t, callOn(t, hop, "kms:Decrypt"), eval.Policies{Identity: identity, Resource: &key}, want)
	}

	account := policygen.AccountID("444455556666")
	all, err := policygen.Generate(policygen.Options{}, policygen.Subscriber{Principal: account, Topics: []policygen.Topic{topic}})
	if err != nil {
		t.Fatal(err)
	}
	identity = identityOf(all, account)
	resource, _ := all.Of(policygen.ARN(topic.ARN))
	subscribe := callOn(t, policygen.Hop{Kind: kind.Subscribe, Caller: foreign, Topic: topic}, "sns:Subscribe")
	expect(t, subscribe, eval.Policies{Identity: identity, Resource: &resource}, eval.Allowed)
	expect(t, subscribe, eval.Policies{Resource: &resource}, eval.ImplicitDeny)
	expect(t, subscribe, eval.Policies{Identity: identity}, eval.ImplicitDeny)
}
