package policygen

// A Publisher publishes messages to topics.
//
// It needs sns:Publish, which covers batches, and on the customer managed key of an encrypted topic kms:GenerateDataKey*
// and kms:Decrypt. It needs nothing on the queues behind the topic, nor on their keys.
//
// [Managing Amazon SNS encryption keys and costs]
//
// [Managing Amazon SNS encryption keys and costs]: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
type Publisher struct {
	// Principal is the role or user, or an AWS service such as "s3.amazonaws.com". Nil is an IAM principal of the topics'
	// account that the documents need not name.
	Principal Principal
	Topics    []Topic
	// Source is what an AWS service publishes for, such as a bucket or an alarm, and SourceAccount the account of that
	// resource where its ARN does not tell. Both are for services only.
	Source        ARN
	SourceAccount string
}

// Hops returns one publish hop for each topic.
func (p Publisher) Hops() []Hop {
	hops := make([]Hop, len(p.Topics))
	for i, t := range p.Topics {
		hops[i] = Hop{Kind: Publish, Caller: p.Principal, Topic: t, Source: p.Source, SourceAccount: p.SourceAccount}
	}
	return hops
}

// Policies returns every document that the publisher needs, as [Generate] does.
func (p Publisher) Policies(o Options) (Policies, error) { return Generate(p.Hops(), o) }

// IdentityPolicy returns the policy to attach to the publisher. The errors are those of [Generate], and an error for an AWS
// service, which has no identity policies.
func (p Publisher) IdentityPolicy() (Document, error) { return identityPolicy(p.Hops()) }
