package fanout

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// QueueProps are the properties of a [Queue]: those of awssqs.QueueProps and what a fan-out needs beside them.
//
// Of awssqs.QueueProps, some defaults differ from the CDK's:
//
//   - Encryption: awssqs.QueueEncryption_SQS_MANAGED (SSE-SQS), spelled out in the template; KMS if EncryptionMasterKey is
//     given. With KMS and no key, [NewKey] makes one. The AWS managed key (KMS_MANAGED, alias/aws/sqs) is refused: SNS
//     cannot use it.
//   - EnforceSSL: true. The queue policy denies requests without TLS.
//   - Fifo: true if the queue is added to a FIFO topic.
//   - DeadLetterQueue: a new queue, see DeadLetter.
type QueueProps struct {
	awssqs.QueueProps

	// Subscription are the properties of the subscription that [Topic.AddQueue] makes.
	// Default: every message, in SNS's envelope.
	Subscription *SubscriptionProps

	// DeadLetter is the new dead-letter queue, where SQS moves messages that were received too often without being deleted.
	// Default: encrypted as the queue itself; messages move there after 5 receives and stay 14 days.
	DeadLetter *DeadLetter

	// SuppressNag writes a suppression of cdk-nag's rule AwsSolutions-SQS3 into the template, if [DeadLetter.OffBecause] says why
	// the queue has no dead-letter queue. Default: false.
	SuppressNag *bool
}

// DeadLetter is the [dead-letter queue] that a [Queue] makes. One that is there already is DeadLetterQueue in
// awssqs.QueueProps.
//
// [dead-letter queue]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
type DeadLetter struct {
	// Props are its properties. Default: encrypted, FIFO and removed as the queue itself, TLS only, messages kept 14 days.
	Props *awssqs.QueueProps
	// MaxReceiveCount is how often a message is received before it is moved. Default: 5, which [AWS advises] for Lambda
	// functions at least.
	//
	// [AWS advises]: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
	MaxReceiveCount *float64
	// OffBecause leaves the dead-letter queue out and says why: a message that no consumer can handle is then received
	// again and again until it expires. Default: there is a dead-letter queue.
	OffBecause *string
}

// check returns everything about the props that contradicts itself or cannot work.
func (p *QueueProps) check() error {
	d, given := p.DeadLetter, p.DeadLetterQueue
	keyed := []awssqs.QueueEncryption{"", awssqs.QueueEncryption_KMS, awssqs.QueueEncryption_KMS_MANAGED}
	return errors.Join(
		when(p.Encryption == awssqs.QueueEncryption_KMS_MANAGED, managedKey("alias/aws/sqs")),
		when(p.EncryptionMasterKey != nil && !slices.Contains(keyed, p.Encryption),
			bad("encryption", string(p.Encryption), "there is an EncryptionMasterKey too", "KMS or none", "")),
		when(given != nil && given.Queue == nil, bad("dead-letter queue", "", "it has no Queue", "a queue, or DeadLetter", "")),
		when(d != nil && given != nil, bad("dead letter", "", "there is a DeadLetterQueue too", "one of them", "")),
		d.check(),
	)
}

func (d *DeadLetter) check() error {
	if d == nil {
		return nil
	}
	n := d.receives()
	return errors.Join(
		when(d.OffBecause != nil && value(d.OffBecause) == "", bad("dead letter", "", "OffBecause gives no reason", "a reason", "")),
		when(d.OffBecause != nil && (d.Props != nil || d.MaxReceiveCount != nil), bad("dead letter", "", "it is off and set too", "OffBecause alone", "")),
		when(n < 1 || n > 1000 || n != float64(int(n)), bad("max receive count", fmt.Sprint(n), "out of range", "a whole number from 1 to 1000", "")),
		when(value(d.Props).Encryption == awssqs.QueueEncryption_KMS_MANAGED, managedKey("alias/aws/sqs")),
	)
}

func (d *DeadLetter) receives() float64 {
	return *cmp.Or(d.MaxReceiveCount, jsii.Number(5))
}
