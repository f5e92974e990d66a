package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// SubscriptionProps are the properties of a queue's subscription to a topic.
type SubscriptionProps struct {
	// RawMessageDelivery delivers messages as they were published, without SNS's JSON envelope.
	// Default: false, in the envelope.
	RawMessageDelivery *bool
	// FilterPolicy says which messages the queue receives, by their attributes: a filter policy as SNS reads it, of any type
	// that encodes as such JSON, as map[string]any, or the CDK's *map[string]awssns.SubscriptionFilter. In a map[string]any,
	// the value of a key may be an awssns.SubscriptionFilter. Default: all messages.
	FilterPolicy any
	// FilterPolicyWithMessageBody says the same by the message body. The CDK's type is *map[string]awssns.FilterOrPolicy.
	FilterPolicyWithMessageBody any
	// DeadLetterQueue is where SNS puts messages that it cannot deliver to the queue: after client-side errors such as a missing
	// permission at once, and after server-side errors when it has tried for 23 days. It is no dead-letter queue of SQS, and cannot be
	// redriven. It must be of the queue's account and Region, and FIFO if the topic is; several subscriptions may share one. One that
	// [NewQueue] makes gets a dead-letter queue of its own, unless its DeadLetter.OffBecause declines it. Default: none, such messages
	// are lost.
	DeadLetterQueue awssqs.IQueue
}

// Subscribe subscribes a queue to a topic, each ours, the CDK's or imported. The queue policy and the policy of the queue's
// customer managed key then admit SNS's deliveries from exactly that topic; those of several topics share a statement. What
// cannot be written because a policy is not this app's is reported, see [Pending].
//
// The subscription is made with the queue, on the side of the queue's owner, and after the queue policy; its logical id is
// the one that topic.AddSubscription gives it. If the topic belongs to [another account], its policy lets the queue's account
// subscribe.
//
// Props may be nil. It panics with a [*Misuse] if the topic cannot deliver to the queue, or does so already.
//
// [another account]: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html
func Subscribe(topic awssns.ITopic, queue awssqs.IQueue, props *SubscriptionProps) awssns.Subscription {
	q := queueEnd(topic, queue)
	t := topicEnd(queue, topic)
	p := value(props)
	here := q.env
	if !q.made {
		here = q.r.envOf(queue)
	}
	refuse(queue, props.check())
	refuse(queue, t.takes(q.fifo))
	refuse(queue, t.reachableFrom(here))
	if q.topics[t.arn] {
		refuse(queue, bad("topic", t.text, "the queue is subscribed to it already", "one subscription", "SNS takes one for each queue and topic"))
	}
	hops := q.delivery(t, false)
	refuse(queue, hops[0].Check())
	q.warnOfEncryption(queue)
	q.deliver(queue, hops)
	q.topics[t.arn] = true

	l2 := &awssns.SubscriptionProps{Topic: topic, Endpoint: jsii.String(q.text), Protocol: awssns.SubscriptionProtocol_SQS,
		RawMessageDelivery: p.RawMessageDelivery}
	if region := t.env.region; (region != here.region || !t.made) && !text.Unresolved(region) {
		l2.Region = jsii.String(region)
	}
	scope, ok := queue.(constructs.Construct)
	if !ok {
		scope = here.stack
	}
	if t.uniqueID == nil {
		t.uniqueID = awscdk.Names_NodeUniqueId(topic.Node())
	}
	s := awssns.NewSubscription(scope, t.uniqueID, l2)
	p.complete(s, t, q)
	q.after = append(q.after, s)
	t.letSubscribe(queue, here, q)
	ours, ok := topic.(*Topic)
	if queue, both := queue.(*Queue); ok && both {
		ours.queues = append(ours.queues, queue)
	}
	return s
}

// complete sets what the CDK's construct lacks, or does with statements of its own.
func (p *SubscriptionProps) complete(s awssns.Subscription, t, q *end) {
	policy, body := p.filter()
	if policy == nil && p.DeadLetterQueue == nil {
		return
	}
	l1 := s.Node().DefaultChild().(awssns.CfnSubscription)
	if policy != nil {
		l1.SetFilterPolicy(policy)
	}
	if body {
		l1.SetFilterPolicyScope(jsii.String("MessageBody"))
	}
	if p.DeadLetterQueue != nil {
		dead := queueEnd(q.queue, p.DeadLetterQueue)
		dead.receiveUndelivered(t, q)
		l1.SetRedrivePolicy(map[string]any{"deadLetterTargetArn": dead.text})
	}
}

// receiveUndelivered lets SNS send to e what it cannot deliver from the topic to the queue.
func (e *end) receiveUndelivered(t, q *end) {
	hops := e.delivery(t, true)
	refuse(q.queue, hops[0].Check())
	refuse(q.queue, when(t.fifo && !e.fifo, because(policygen.ErrFIFO,
		bad("subscription dead-letter queue", e.text, "it is standard", "a FIFO queue", "the topic is FIFO"))))
	e.warnOfEncryption(q.queue)
	e.deliver(q.queue, hops)
}

// delivery returns the hops from a topic to the queue, or to it as the dead-letter queue of a subscription.
func (e *end) delivery(t *end, deadLetter bool) []policygen.Hop {
	return policygen.Delivery{Topics: []policygen.Topic{t.asTopic(e.key)}, Queue: e.asQueue(), DeadLetter: deadLetter}.Hops()
}

// deliver lets SNS make the deliveries.
func (e *end) deliver(c constructs.IConstruct, hops []policygen.Hop) {
	e.enlist(c, hops...)
	if e.key != nil {
		e.key.enlist(c, hops...)
	}
}

// takes returns an error if SNS cannot deliver from the topic to a queue that is FIFO or not.
func (e *end) takes(fifo bool) error {
	return when(fifo && !e.fifo, because(policygen.ErrFIFO,
		bad("queue", "", "it is FIFO", "a standard queue", "the topic is standard, and such a topic cannot deliver to a FIFO queue")))
}

// reachableFrom returns an error if the stack of the subscription cannot name the topic: a name that CloudFormation makes is
// known in its own account and Region only.
func (e *end) reachableFrom(here env) error {
	if here.account == e.env.account && here.region == e.env.region || !e.made || e.name() != "" {
		return nil
	}
	return bad("topic", *e.topic.Node().Path(), "its name is made by CloudFormation and not known in another account or Region", "a TopicName",
		"the subscription is made in account "+here.account+", Region "+here.region)
}

// letSubscribe lets the account that makes the subscription subscribe to a topic of another account.
func (e *end) letSubscribe(queue awssqs.IQueue, here env, q *end) {
	mine, its := here.account, e.env.account
	const visit = "SNS sends the queue a message with a link that somebody must visit"
	if differ(mine, q.env.account) {
		warn(queue, "@hopgrant/fanout:confirmation", "account "+mine+" subscribes a queue of account "+q.env.account+": "+visit+
			"; let the queue's account subscribe, in a stack of its own")
	}
	other := func(what, account, then string) {
		if text.Unresolved(mine) && !text.Unresolved(account) {
			warn(queue, "@hopgrant/fanout:unknownAccount", what+" is of account "+account+", and the account of this stack, which subscribes, is not known: "+
				"if it is another, "+then+"; give the stack an env, or acknowledge this")
		}
	}
	other("topic "+e.text, its, "the topic's policy must allow it sns:Subscribe")
	other("queue "+q.text, q.env.account, visit)
	if e.made && differ(mine+here.region, its+e.env.region) && registryOf(e.env.stack) == q.r {
		here.stack.AddDependency(e.env.stack, jsii.String("its topic")) // where the name is written out, the CDK knows no other
	}
	if differ(mine, its) {
		e.enlist(e.topic, policygen.Subscriber{Principal: policygen.AccountID(mine), Topics: []policygen.Topic{e.asTopic(nil)}}.Hops()...)
	}
}

// differ reports whether both are known and not the same.
func differ(a, b string) bool {
	return a != b && !text.Unresolved(a) && !text.Unresolved(b)
}

// warnOfEncryption warns of a queue or topic of which nothing says whether it has a key.
func (e *end) warnOfEncryption(c constructs.IConstruct) {
	if !e.unknown {
		return
	}
	warn(c, "@hopgrant/fanout:unknownEncryption", string(e.on)+" "+readable(e.env.stack, e.text)+
		": how it is encrypted is not known, so no grant on a key is made or asked for; say it with KeyArn where it is imported, or acknowledge this")
}
