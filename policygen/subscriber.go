package policygen

// A Subscriber subscribes queues to topics: the owner of a queue, where the topic belongs to another account. A
// subscription that the queue's owner makes needs no confirmation.
//
// [Sending Amazon SNS messages to an Amazon SQS queue in a different account]
//
// [Sending Amazon SNS messages to an Amazon SQS queue in a different account]: https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html
type Subscriber struct {
	Principal Principal // the role or user that subscribes, or the [AccountID] of the queue's owner
	Topics    []Topic
}

// Hops returns one subscribe hop for each topic.
func (s Subscriber) Hops() []Hop {
	hops := make([]Hop, len(s.Topics))
	for i, t := range s.Topics {
		hops[i] = Hop{Kind: Subscribe, Caller: s.Principal, Topic: t}
	}
	return hops
}

// Policies returns every document that the subscriber needs, as [Generate] does.
func (s Subscriber) Policies(o Options) (Policies, error) { return Generate(s.Hops(), o) }

// IdentityPolicy returns the policy to attach to the subscriber. The errors are those of [Generate].
func (s Subscriber) IdentityPolicy() (Document, error) { return identityPolicy(s.Hops()) }
