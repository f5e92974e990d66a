package policygen

// A Redriver moves the messages of a dead-letter queue back to where they came from, or to another queue
// (StartMessageMoveTask). It must be of the account of both queues: AWS lets nobody else start a move.
//
// [Configuring a dead-letter queue redrive]
//
// [Configuring a dead-letter queue redrive]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
type Redriver struct {
	Principal       Principal // the role or user; nil is one that the documents need not name
	DeadLetterQueue Queue
	// SourceKeys are the keys of the queues that the messages came from, where the destination is another queue. The
	// destination's own key need not be among them.
	SourceKeys  []KeyARN
	Destination Queue
}

// Hops returns the redrive hop.
func (r Redriver) Hops() []Hop {
	return []Hop{{Kind: Redrive, Caller: r.Principal, Queue: r.DeadLetterQueue, SourceKeys: r.SourceKeys, Destination: r.Destination}}
}

// Policies returns every document that the redriver needs, as [Generate] does.
func (r Redriver) Policies(o Options) (Policies, error) { return Generate(r.Hops(), o) }

// IdentityPolicy returns the policy to attach to the redriver. The errors are those of [Generate].
func (r Redriver) IdentityPolicy() (Document, error) { return identityPolicy(r.Hops()) }
