package proofs

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// The stories are the classic ways to lose messages, and the one that loses none. These are their cast.
const (
	storyTopic   = policygen.TopicARN("arn:aws:sns:us-east-2:111122223333:orders")
	storyQueue   = policygen.QueueARN("arn:aws:sqs:us-east-2:111122223333:orders")
	storyKey     = policygen.KeyARN("arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	storyAccount = "111122223333"
	consumer     = policygen.RoleARN("arn:aws:iam::111122223333:role/consumer")
)

// callOn returns the hop's only call of an action.
func callOn(t *testing.T, h policygen.Hop, action string) policygen.Call {
	t.Helper()
	for _, c := range h.Calls() {
		if c.Action == action {
			return c
		}
	}
	t.Fatalf("the hop makes no call %s", action)
	return policygen.Call{}
}

// identityPolicy returns the identity policies that the role needs.
func identityPolicy(t *testing.T, role policygen.Role) []policygen.Document {
	t.Helper()
	all, err := policygen.Generate(policygen.Options{}, role)
	if err != nil {
		t.Fatal(err)
	}
	var docs []policygen.Document
	for _, a := range all.On(policygen.OnIdentity) {
		docs = append(docs, a.Document)
	}
	return docs
}

func expect(t *testing.T, call policygen.Call, p eval.Policies, want eval.Outcome, says ...string) {
	t.Helper()
	d := eval.Evaluate(eval.RequestOf(call), p)
	if d.Outcome != want {
		t.Errorf("%s by %v is %v, want %v\n%s", call.Action, call.Caller, d.Outcome, want, d.Explain())
	}
	for _, s := range says {
		if !strings.Contains(d.Explain(), s) {
			t.Errorf("the explanation does not say %q: %s", s, d.Explain())
		}
	}
}

// TestStoryAWSManagedKeyLosesEveryDelivery is the story of a queue under alias/aws/sqs: consumers of its own account
// may use the key, SNS may not, and nobody can change that.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
func TestStoryAWSManagedKeyLosesEveryDelivery(t *testing.T) {
	queue := policygen.Queue{ARN: storyQueue, Key: "alias/aws/sqs"}
	key := eval.AWSManagedKeyPolicy("sqs", storyAccount, "us-east-2")
	p := eval.Policies{Resource: &key}

	delivery := policygen.Hop{Kind: kind.Deliver, Topic: policygen.Topic{ARN: storyTopic}, Queue: queue}
	expect(t, callOn(t, delivery, "kms:GenerateDataKey"), p, eval.ImplicitDeny)
	expect(t, callOn(t, delivery, "kms:Decrypt"), p, eval.ImplicitDeny)
	if err := delivery.Check(); err == nil {
		t.Error("policygen writes policies for a delivery that cannot work")
	}

	receiving := policygen.Hop{Kind: kind.Receive, Caller: consumer, Queue: queue}
	expect(t, callOn(t, receiving, "kms:Decrypt"), p, eval.Allowed)
	elsewhere := receiving
	elsewhere.Caller = policygen.RoleARN("arn:aws:iam::444455556666:role/consumer")
	all := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"kms:*"}, Resource: []string{"*"}}}}
	expect(t, callOn(t, elsewhere, "kms:Decrypt"), eval.Policies{Resource: &key, Identity: []policygen.Document{all}}, eval.ImplicitDeny)
}

// TestStoryAccountPrincipalOnlyDelegates is the story of a key policy's statement for the account: it gives identity
// policies an effect and gives nobody access by itself. Without it, identity policies have no effect.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func TestStoryAccountPrincipalOnlyDelegates(t *testing.T) {
	hop := policygen.Hop{Kind: kind.Receive, Caller: consumer, Queue: policygen.Queue{ARN: storyQueue, Key: storyKey}}
	decrypt := callOn(t, hop, "kms:Decrypt")
	identity := identityPolicy(t, policygen.Consumer{Principal: consumer, Queues: []policygen.Queue{hop.Queue}})
	delegates := policygen.DefaultKeyPolicy(storyAccount, "aws")
	expect(t, decrypt, eval.Policies{Resource: &delegates}, eval.ImplicitDeny, "delegates to account 111122223333", "no identity policy")
	expect(t, decrypt, eval.Policies{Resource: &delegates, Identity: identity}, eval.Allowed)

	somebodyElse := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow,
		Principal: &policygen.Principals{AWS: []string{"arn:aws:iam::111122223333:role/key-admin"}}, Action: []string{"kms:*"}, Resource: []string{"*"}}}}
	expect(t, decrypt, eval.Policies{Resource: &somebodyElse, Identity: identity}, eval.ImplicitDeny)

	delivery := policygen.Hop{Kind: kind.Deliver, Topic: policygen.Topic{ARN: storyTopic}, Queue: hop.Queue}
	expect(t, callOn(t, delivery, "kms:GenerateDataKey"), eval.Policies{Resource: &delegates}, eval.ImplicitDeny)
}

// TestStoryCustomerManagedKeyBreaksConsumers is the story of a queue that moves from alias/aws/sqs to a customer
// managed key that admits SNS. SNS can deliver now, but the consumer, which never needed kms:Decrypt before, cannot
// receive.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
func TestStoryCustomerManagedKeyBreaksConsumers(t *testing.T) {
	before := policygen.Queue{ARN: storyQueue, Key: "alias/aws/sqs"}
	after := policygen.Queue{ARN: storyQueue, Key: storyKey}
	receiving := func(q policygen.Queue) policygen.Hop {
		return policygen.Hop{Kind: kind.Receive, Caller: consumer, Queue: q}
	}
	// The identity policy that the consumer had, and that sufficed.
	identity := identityPolicy(t, policygen.Consumer{Principal: consumer, Queues: []policygen.Queue{before}})
	managed := eval.AWSManagedKeyPolicy("sqs", storyAccount, "us-east-2")
	expect(t, callOn(t, receiving(before), "kms:Decrypt"), eval.Policies{Resource: &managed, Identity: identity}, eval.Allowed)

	delivery := policygen.Hop{Kind: kind.Deliver, Topic: policygen.Topic{ARN: storyTopic}, Queue: after}
	granted, err := policygen.Generate(policygen.Options{}, policygen.Hops{delivery})
	if err != nil {
		t.Fatal(err)
	}
	key, _ := granted.Of(policygen.ARN(storyKey))
	expect(t, callOn(t, delivery, "kms:GenerateDataKey"), eval.Policies{Resource: &key}, eval.Allowed)
	expect(t, callOn(t, receiving(after), "kms:Decrypt"), eval.Policies{Resource: &key, Identity: identity}, eval.ImplicitDeny)
	expect(t, callOn(t, receiving(after), "sqs:ReceiveMessage"), eval.Policies{Identity: identity}, eval.Allowed)

	mended := identityPolicy(t, policygen.Consumer{Principal: consumer, Queues: []policygen.Queue{after}})
	expect(t, callOn(t, receiving(after), "kms:Decrypt"), eval.Policies{Resource: &key, Identity: mended}, eval.Allowed)
}

// TestStorySSESQSNeedsNoGrant is the story of a queue under SSE-SQS: no hop makes a call on a key, so nobody needs a
// grant for one.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html
func TestStorySSESQSNeedsNoGrant(t *testing.T) {
	fanout := policygen.Fanout{
		Topics: []policygen.Topic{{ARN: storyTopic}},
		Queues: []policygen.Subscription{{
			Queue:               policygen.Queue{ARN: storyQueue},
			Producers:           []policygen.Producer{{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/producer")}},
			Consumers:           []policygen.Consumer{{Principal: consumer}},
			DeadLetterQueue:     &policygen.Queue{ARN: storyQueue + "-dlq"},
			DeadLetterConsumers: []policygen.Consumer{{Principal: consumer}},
			Redrivers:           []policygen.Redriver{{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/operator")}},
		}},
	}
	top := topology{hops: fanout.Hops()}
	all, err := policygen.Generate(policygen.Options{}, fanout)
	if err != nil {
		t.Fatal(err)
	}
	if call, d, ok := top.broken(all); ok {
		t.Errorf("%s by %v is %v\n%s", call.Action, call.Caller, d.Outcome, d.Explain())
	}
	for _, call := range top.calls() {
		if call.On == policygen.OnKey {
			t.Errorf("%v calls %s on a key", call.Caller, call.Action)
		}
	}
	for _, a := range all {
		if a.On == policygen.OnKey || strings.Contains(a.Document.String(), "kms:") {
			t.Errorf("a grant for a key:\n%s", a.Document)
		}
	}
}
