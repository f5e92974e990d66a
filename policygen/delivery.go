package policygen

// A Delivery is SNS delivering from topics to a queue. SNS is an AWS service and has no identity policies: the queue policy
// and, where the queue has a customer managed key, the key policy must admit it, both for exactly these topics.
//
// [Subscribing an Amazon SQS queue to an Amazon SNS topic], [Enabling SSE for a topic with an encrypted queue subscribed]
//
// [Subscribing an Amazon SQS queue to an Amazon SNS topic]: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
// [Enabling SSE for a topic with an encrypted queue subscribed]: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
type Delivery struct {
	Topics []Topic
	Queue  Queue
	// DeadLetter says that the queue is the dead-letter queue of subscriptions to the topics. (The dead-letter queue of a
	// queue needs no delivery: SQS moves the messages.)
	DeadLetter bool
}

// Hops returns one hop for each topic.
func (d Delivery) Hops() []Hop {
	kind := Deliver
	if d.DeadLetter {
		kind = DeadLetter
	}
	hops := make([]Hop, len(d.Topics))
	for i, t := range d.Topics {
		hops[i] = Hop{Kind: kind, Topic: t, Queue: d.Queue}
	}
	return hops
}

// Policies returns every document that the delivery needs, as [Generate] does.
func (d Delivery) Policies(o Options) (Policies, error) { return Generate(d.Hops(), o) }
