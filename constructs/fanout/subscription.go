package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// SubscriptionProps are the properties of a queue's subscription to a topic.
type SubscriptionProps struct {
	// RawMessageDelivery delivers messages as they were published, without SNS's JSON envelope.
	// Default: false, in the envelope.
	RawMessageDelivery *bool
	// FilterPolicy says which messages the queue receives, as SNS reads it: up to 5 keys and 150 combinations of values.
	// Default: all messages.
	FilterPolicy map[string]any
	// FilterPolicyScope is what the filter policy looks at: [MessageAttributes] or [MessageBody].
	// Default: MessageAttributes.
	FilterPolicyScope FilterScope
	// DeadLetterQueue is where SNS puts messages that it cannot deliver to the queue: after client-side errors such as a
	// missing permission at once, and after server-side errors when it has tried for 23 days. It is no dead-letter queue
	// of SQS, and cannot be redriven. It must be of the queue's account and Region; several subscriptions may share one.
	// Default: none, such messages are lost.
	DeadLetterQueue awssqs.IQueue
	// NewDeadLetterQueue makes such a queue, encrypted as the queue itself.
	// Default: false.
	NewDeadLetterQueue bool
}

// FilterScope is what a filter policy looks at.
type FilterScope string

// The scopes of a filter policy.
const (
	MessageAttributes FilterScope = "MessageAttributes" // the default
	MessageBody       FilterScope = "MessageBody"
)

// Subscribe subscribes the queue to a topic. The queue policy and the policy of the queue's customer managed key then admit
// SNS's deliveries from exactly that topic; those of several topics share a statement. The subscription is made with the
// queue, on the side of the queue's owner, and after the queue policy. If the topic belongs to another account, its policy
// lets the queue's account subscribe.
//
// The id is the subscription's within the queue. Props may be nil. It panics with a [*Misuse] if the topic cannot deliver
// to the queue.
func (q *Queue) Subscribe(id *string, t *Topic, props *SubscriptionProps) awssns.CfnSubscription {
	needID(q, id)
	if t == nil {
		refuse(q, bad("topic", "", "there is none", "a topic", ""))
	}
	s := q.at.party.subscribe(q, id, q.plan(*id, t, value(props)))
	q.subscribed(t)
	return s
}

// plan checks a subscription and admits the topic's deliveries. It returns the properties of the subscription.
func (q *Queue) plan(id string, t *Topic, p SubscriptionProps) *awssns.CfnSubscriptionProps {
	topic := t.seenBy(q.at.key)
	hops := policygen.Delivery{Topics: []policygen.Topic{topic}, Queue: q.at.queue()}.Hops()
	refuse(q, hops[0].Check())
	refuse(q, t.takes(q.at.fifo))
	refuse(q, t.reachableFrom(q))
	refuse(q, p.check(t))
	q.admit(hops, &q.at)

	props := &awssns.CfnSubscriptionProps{
		TopicArn: jsii.String(t.party.token()), Protocol: jsii.String("sqs"), Endpoint: jsii.String(q.at.party.token()), Region: t.foreignRegion(q),
	}
	if p.RawMessageDelivery != nil {
		props.RawMessageDelivery = p.RawMessageDelivery
	}
	if p.FilterPolicy != nil {
		props.FilterPolicy = p.FilterPolicy
	}
	if p.FilterPolicyScope != "" {
		props.FilterPolicyScope = jsii.String(string(p.FilterPolicyScope))
	}
	if p.NewDeadLetterQueue {
		p.DeadLetterQueue = q.newDeadLetterQueue(id+"DeadLetterQueue", t.fifo)
	}
	if p.DeadLetterQueue != nil {
		dead := q.deadLetters(t, p.DeadLetterQueue)
		props.RedrivePolicy = map[string]any{"deadLetterTargetArn": dead.party.token()}
	}
	return props
}

// subscribed notes that the queue was subscribed to the topic.
func (q *Queue) subscribed(t *Topic) {
	q.letSubscribe(t)
	q.topics = append(q.topics, t)
	t.queues = append(t.queues, q)
	t.alarm(q)
}

// deadLetters admits SNS to the dead-letter queue of the subscription to t.
func (q *Queue) deadLetters(t *Topic, queue awssqs.IQueue) *endpoint {
	e, err := q.l.endpointOf(q, queue)
	refuse(q, err)
	hops := policygen.Delivery{Topics: []policygen.Topic{t.seenBy(e.key)}, Queue: e.queue(), DeadLetter: true}.Hops()
	refuse(q, hops[0].Check())
	if e.unknown {
		unknownEncryption(q, "queue", e.party, "the queue's KeyArn where it is imported")
	}
	if t.fifo && !e.fifo {
		err := bad("subscription dead-letter queue", e.party.token(), "it is standard", "a FIFO queue", "the topic is FIFO")
		err.Cause = policygen.ErrFIFO
		refuse(q, err)
	}
	q.admit(hops, e)
	if l2, ok := queue.(awssqs.Queue); ok {
		cdkcalls.Watch(q.l, q, l2)
	}
	return e
}

// admit lets SNS make the deliveries.
func (q *Queue) admit(hops []policygen.Hop, e *endpoint) {
	e.party.enlist(q, hops...)
	if e.key != nil {
		e.key.enlist(q, hops...)
	}
}

// letSubscribe lets the account that makes the subscription subscribe to a topic of another account.
//
// [Sending Amazon SNS messages to an Amazon SQS queue in a different account]
//
// [Sending Amazon SNS messages to an Amazon SQS queue in a different account]: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html
func (q *Queue) letSubscribe(t *Topic) {
	mine, topics, queues := q.env.account, t.party.env.account, q.at.party.env.account
	if differ(mine, queues) {
		warn(q, "@hopgrant/fanout:confirmation",
			"account "+mine+" subscribes a queue of account "+queues+": SNS sends the queue a message with a link that somebody must visit; "+
				"let the queue's account subscribe, with Scope in QueueProps")
	}
	if t.party.made && differ(mine+q.env.region, topics+t.party.env.region) && t.l == q.l {
		// The CDK knows no dependency where a name is written out.
		q.env.stack.AddDependency(t.party.env.stack, jsii.String("its topic"))
	}
	if differ(mine, topics) {
		t.party.enlist(t, policygen.Subscriber{Principal: policygen.AccountID(mine), Topics: []policygen.Topic{t.seenBy(nil)}}.Hops()...)
	}
}

// differ reports whether both are known and not the same.
func differ(a, b string) bool {
	return a != b && !text.Unresolved(a) && !text.Unresolved(b)
}

// foreignRegion returns the topic's Region if it is known not to be that in which the subscription is made.
func (t *Topic) foreignRegion(q *Queue) *string {
	region := t.party.env.region
	if region == q.env.region || text.Unresolved(region) {
		return nil
	}
	return jsii.String(region)
}

// reachableFrom returns an error if the queue's stack cannot name the topic: a name that CloudFormation makes is known
// in its own account and Region only.
func (t *Topic) reachableFrom(q *Queue) error {
	mine, its := q.env, t.party.env
	if t.name != "" || !t.party.made || mine.account == its.account && mine.region == its.region {
		return nil
	}
	return bad("topic", *t.Node().Path(), "its name is made by CloudFormation and not known in another account or Region", "a TopicName",
		"the subscription is made in account "+mine.account+", Region "+mine.region)
}
