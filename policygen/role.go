package policygen

import "github.com/hopgrant/hopgrant/internal/kind"

// A Role is what somebody does in a fan-out: a [Producer], [Publisher], [Consumer], [Delivery], [Redriver] or
// [Subscriber], a whole [Fanout], or [Hops].
type Role interface {
	// Hops returns the hops of the role.
	Hops() []Hop
}

// Hops is a [Role] that consists of the given hops.
type Hops []Hop

// Hops returns h.
func (h Hops) Hops() []Hop { return h }

// A Producer sends messages straight to queues.
//
// It needs sqs:SendMessage, which covers batches, and kms:GenerateDataKey and kms:Decrypt on the customer managed key
// of an encrypted queue.
//
// [Key management], [Amazon SQS API permissions]
//
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// [Amazon SQS API permissions]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
type Producer struct {
	// Principal is the role or user, or an AWS service such as "events.amazonaws.com". If it is nil, the caller is an unnamed
	// IAM principal of the queues' account.
	Principal Principal
	Queues    []Queue
	// Source is the resource that an AWS service sends for, such as a rule or a bucket. SourceAccount is the account of that
	// resource, for ARNs that do not tell it, and SourceOrganization stands for the accounts of an organization. Other callers have
	// none of them.
	Source             ARN
	SourceAccount      string
	SourceOrganization OrganizationID
	// ReadAttributes and LookUpURL add sqs:GetQueueAttributes and sqs:GetQueueUrl, for clients that call them.
	ReadAttributes bool
	LookUpURL      bool
}

// Hops returns one send hop for each queue.
func (p Producer) Hops() []Hop {
	hops := make([]Hop, len(p.Queues))
	for i, q := range p.Queues {
		hops[i] = Hop{Kind: kind.Send, Caller: p.Principal, Queue: q, Source: p.Source, SourceAccount: p.SourceAccount,
			SourceOrganization: p.SourceOrganization, ReadAttributes: p.ReadAttributes, LookUpURL: p.LookUpURL}
	}
	return hops
}

// A Publisher publishes messages to topics.
//
// It needs sns:Publish, which covers batches, and kms:GenerateDataKey* and kms:Decrypt on the customer managed key of
// an encrypted topic. It needs no grant on the queues behind the topic or on their keys.
//
// [Managing Amazon SNS encryption keys and costs]
//
// [Managing Amazon SNS encryption keys and costs]: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
type Publisher struct {
	// Principal is the role or user, or an AWS service such as "s3.amazonaws.com". If it is nil, the caller is an unnamed IAM
	// principal of the topics' account.
	Principal Principal
	Topics    []Topic
	// Source is the resource that an AWS service publishes for, such as a bucket or an alarm. SourceAccount is the account of
	// that resource, for ARNs that do not tell it, and SourceOrganization stands for the accounts of an organization. Other callers
	// have none of them.
	Source             ARN
	SourceAccount      string
	SourceOrganization OrganizationID
}

// Hops returns one publish hop for each topic.
func (p Publisher) Hops() []Hop {
	hops := make([]Hop, len(p.Topics))
	for i, t := range p.Topics {
		hops[i] = Hop{Kind: kind.Publish, Caller: p.Principal, Topic: t, Source: p.Source, SourceAccount: p.SourceAccount,
			SourceOrganization: p.SourceOrganization}
	}
	return hops
}

// A Consumer receives and deletes the messages of queues.
//
// It needs sqs:ReceiveMessage and sqs:DeleteMessage, and a Lambda trigger also needs sqs:GetQueueAttributes. It needs
// kms:Decrypt on every customer managed key that may encrypt a message. For a dead-letter queue that includes the keys
// of its source queues, because SQS moves messages without encrypting them again.
//
// [Key management], [Using Lambda with Amazon SQS]
//
// [Key management]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// [Using Lambda with Amazon SQS]: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type Consumer struct {
	// Principal is the role or user. If it is nil, the caller is an unnamed IAM principal of the queues' account. AWS services
	// do not receive messages: a Lambda trigger calls under the function's execution role.
	Principal Principal
	Queues    []Queue
	// SourceKeys are the keys of the queues whose dead-letter queues are among Queues.
	SourceKeys []KeyARN
	// Client is [LambdaTrigger], or "" for a program that polls.
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
		hops[i] = Hop{Kind: kind.Receive, Caller: c.Principal, Queue: q, SourceKeys: c.SourceKeys, Client: c.Client,
			ExtendVisibility: c.ExtendVisibility, ReadAttributes: c.ReadAttributes, LookUpURL: c.LookUpURL}
	}
	return hops
}

// A Delivery is the delivery from topics to a queue by SNS. SNS is an AWS service and has no identity policies. The
// queue policy must admit it for exactly these topics, and so must the key policy of the queue's customer managed key,
// if it has one.
//
// [Subscribing an Amazon SQS queue to an Amazon SNS topic], [Enabling SSE for a topic with an encrypted queue subscribed]
//
// [Subscribing an Amazon SQS queue to an Amazon SNS topic]: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
// [Enabling SSE for a topic with an encrypted queue subscribed]: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
type Delivery struct {
	Topics []Topic
	Queue  Queue
	// DeadLetter says that the queue is the dead-letter queue of subscriptions to the topics. The dead-letter queue of a
	// queue needs no delivery, because SQS moves the messages.
	DeadLetter bool
}

// Hops returns one hop for each topic.
func (d Delivery) Hops() []Hop {
	delivery := Hop{Kind: kind.Deliver, Queue: d.Queue}
	if d.DeadLetter {
		delivery.Kind = kind.DeadLetter
	}
	hops := make([]Hop, len(d.Topics))
	for i, t := range d.Topics {
		hops[i] = delivery
		hops[i].Topic = t
	}
	return hops
}

// A Redriver moves the messages of a dead-letter queue back to where they came from, or to another queue
// (StartMessageMoveTask). It must belong to the account of both queues, because AWS lets nobody else start a move.
//
// [Configuring a dead-letter queue redrive]
//
// [Configuring a dead-letter queue redrive]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
type Redriver struct {
	Principal       Principal // the role or user; nil for an unnamed one
	DeadLetterQueue Queue
	// SourceKeys are the keys of the queues that the messages came from. The destination's own key need not be among them.
	SourceKeys  []KeyARN
	Destination Queue
}

// Hops returns the redrive hop.
func (r Redriver) Hops() []Hop {
	return []Hop{{Kind: kind.Redrive, Caller: r.Principal, Queue: r.DeadLetterQueue, SourceKeys: r.SourceKeys, Destination: r.Destination}}
}

// A Subscriber subscribes queues to topics. It is needed if topic and queue belong to different accounts. A
// subscription made by the queue's owner needs no confirmation.
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
		hops[i] = Hop{Kind: kind.Subscribe, Caller: s.Principal, Topic: t}
	}
	return hops
}
