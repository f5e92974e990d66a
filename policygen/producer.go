package policygen

// A Producer sends messages straight to queues.
//
// It needs sqs:SendMessage, which covers batches, and on the customer managed key of an encrypted queue
// kms:GenerateDataKey and kms:Decrypt.
//
// [Key management], [Amazon SQS API permissions]
//
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// [Amazon SQS API permissions]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
type Producer struct {
	// Principal is the role or user, or an AWS service such as "events.amazonaws.com". Nil is an IAM principal of the
	// queues' account that the documents need not name.
	Principal Principal
	Queues    []Queue
	// Source is what an AWS service sends for, such as a rule or a bucket, and SourceAccount the account of that resource
	// where its ARN does not tell. Both are for services only.
	Source        ARN
	SourceAccount string
	// ReadAttributes and LookUpURL add sqs:GetQueueAttributes and sqs:GetQueueUrl, for clients that call them.
	ReadAttributes bool
	LookUpURL      bool
}

// Hops returns one send hop for each queue.
func (p Producer) Hops() []Hop {
	hops := make([]Hop, len(p.Queues))
	for i, q := range p.Queues {
		hops[i] = Hop{Kind: Send, Caller: p.Principal, Queue: q, Source: p.Source, SourceAccount: p.SourceAccount,
			ReadAttributes: p.ReadAttributes, LookUpURL: p.LookUpURL}
	}
	return hops
}

// Policies returns every document that the producer needs, as [Generate] does.
func (p Producer) Policies(o Options) (Policies, error) { return Generate(p.Hops(), o) }

// IdentityPolicy returns the policy to attach to the producer. The errors are those of [Generate], and an error for an AWS
// service, which has no identity policies.
func (p Producer) IdentityPolicy() (Document, error) { return identityPolicy(p.Hops()) }
