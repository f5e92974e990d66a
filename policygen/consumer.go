package policygen

// A Consumer receives and deletes the messages of queues.
//
// It needs sqs:ReceiveMessage and sqs:DeleteMessage, a Lambda trigger sqs:GetQueueAttributes too, and kms:Decrypt on every
// customer managed key that a message may be encrypted under: for a dead-letter queue that includes the keys of its source
// queues, since SQS moves messages without encrypting them anew.
//
// [Key management], [Using Lambda with Amazon SQS]
//
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// [Using Lambda with Amazon SQS]: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type Consumer struct {
	// Principal is the role or user; nil is one of the queues' account that the documents need not name. AWS services do
	// not consume: a Lambda trigger receives as the function's execution role.
	Principal Principal
	Queues    []Queue
	// SourceKeys are the keys of the queues whose dead-letter queue is among Queues.
	SourceKeys []KeyARN
	// Client is [Poller] (the zero value) or [LambdaTrigger].
	Client Client
	// ExtendVisibility, ReadAttributes and LookUpURL add sqs:ChangeMessageVisibility, sqs:GetQueueAttributes and
	// sqs:GetQueueUrl, for clients that call them.
	ExtendVisibility bool
	ReadAttributes   bool
	LookUpURL        bool
}

// Hops returns one receive hop for each queue.
func (c Consumer) Hops() []Hop {
	hops := make([]Hop, len(c.Queues))
	for i, q := range c.Queues {
		hops[i] = Hop{Kind: Receive, Caller: c.Principal, Queue: q, SourceKeys: c.SourceKeys, Client: c.Client,
			ExtendVisibility: c.ExtendVisibility, ReadAttributes: c.ReadAttributes, LookUpURL: c.LookUpURL}
	}
	return hops
}

// Policies returns every document that the consumer needs, as [Generate] does.
func (c Consumer) Policies(o Options) (Policies, error) { return Generate(c.Hops(), o) }

// IdentityPolicy returns the policy to attach to the consumer. The errors are those of [Generate].
func (c Consumer) IdentityPolicy() (Document, error) { return identityPolicy(c.Hops()) }
