package topology

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Topic is an SNS topic.
type Topic struct {
	Element
	ARN  policygen.TopicARN
	FIFO text.Truth // Maybe only for a foreign topic whose ARN does not tell
	// Key is what KmsMasterKeyId says; nil if the topic is not encrypted (or, if Foreign, not known).
	Key *KeyRef
	// Policies are all the topic policies that the file sets. More than one means that they overwrite each other; none, that
	// the topic has the policy SNS gives to new ones, which admits the own account.
	Policies []*Policy
	// Possible are policies of which it is not known whether they are the topic's too.
	Possible []*Policy
	// FailuresLogged tells whether failed deliveries to SQS are logged (SQSFailureFeedbackRoleArn, or DeliveryStatusLogging).
	FailuresLogged text.Truth
	// Large is set if the topic takes messages of more than [UsualMessageSize] bytes. Subscribers is the number of its
	// subscriptions in the file, of any protocol, and Unsupported are those of a protocol that a large topic does not have.
	Large       bool
	Subscribers int
	Unsupported []*Element
}

// UsualMessageSize is the size in bytes of the largest message that a topic takes if its MaximumMessageSize is not set.
const UsualMessageSize = 262_144

// Resource returns the topic as hops have it.
func (t *Topic) Resource() policygen.Topic {
	if t == nil {
		return policygen.Topic{}
	}
	return policygen.Topic{ARN: t.ARN, Key: t.Key.arn()}
}
