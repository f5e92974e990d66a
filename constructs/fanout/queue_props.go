package fanout

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/hopgrant/hopgrant/policygen"
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

	// KeyAccess is how IAM principals of the account get access to the queue's customer managed key.
	// Default: policygen.ByIdentityPolicy, each by its own identity policy.
	KeyAccess policygen.KeyAccess

	// SuppressNag writes suppressions of cdk-nag's rule AwsSolutions-SQS3 into the template: for the queue if
	// [DeadLetter.OffBecause] says why it has no dead-letter queue, and for the dead-letter queue of its subscription.
	// Default: false.
	SuppressNag *bool
}

// DeadLetter is the dead-letter queue that a [Queue] makes. One that is there already is DeadLetterQueue in
// awssqs.QueueProps.
//
// [Using dead-letter queues in Amazon SQS]
//
// [Using dead-letter queues in Amazon SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
type DeadLetter struct {
	// Props are its properties. Default: encrypted, FIFO and removed as the queue itself, TLS only, messages kept 14 days.
	Props *awssqs.QueueProps
	// MaxReceiveCount is how often a message is received before it is moved. Default: 5, which AWS advises for Lambda
	// functions at least.
	MaxReceiveCount *float64
	// OffBecause leaves the dead-letter queue out and says why: a message that no consumer can handle is then received
	// again and again until it expires. Default: there is a dead-letter queue.
	OffBecause *string
}

// defaultMaxReceiveCount is the least that AWS advises where a Lambda function reads the queue.
//
// [Creating and configuring an Amazon SQS event source mapping]
//
// [Creating and configuring an Amazon SQS event source mapping]: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
const defaultMaxReceiveCount = 5

// check returns everything about the props that contradicts itself or cannot work.
func (p *QueueProps) check() error {
	var errs []error
	if p.Encryption == awssqs.QueueEncryption_KMS_MANAGED {
		errs = append(errs, managedKey("alias/aws/sqs"))
	}
	if p.EncryptionMasterKey != nil && p.Encryption != "" && p.Encryption != awssqs.QueueEncryption_KMS && p.Encryption != awssqs.QueueEncryption_KMS_MANAGED {
		errs = append(errs, bad("encryption", string(p.Encryption), "there is an EncryptionMasterKey too", "KMS or none", ""))
	}
	if d := p.DeadLetterQueue; d != nil && d.Queue == nil {
		errs = append(errs, bad("dead-letter queue", "", "it has no Queue", "a queue, or DeadLetter", ""))
	}
	if d := p.DeadLetter; d != nil {
		errs = append(errs, d.check())
		if p.DeadLetterQueue != nil {
			errs = append(errs, bad("dead letter", "", "there is a DeadLetterQueue too", "one of them", ""))
		}
	}
	return errors.Join(errs...)
}

func (d *DeadLetter) check() error {
	n := d.receives()
	switch {
	case d.OffBecause != nil && *d.OffBecause == "":
		return bad("dead letter", "", "OffBecause gives no reason", "a reason", "")
	case d.OffBecause != nil && (d.Props != nil || d.MaxReceiveCount != nil):
		return bad("dead letter", "", "it is off and set too", "OffBecause alone", "")
	case n < 1 || n > 1000 || n != float64(int(n)):
		return bad("max receive count", trimmed(n), "out of range", "a whole number from 1 to 1000", "")
	case value(d.Props).Encryption == awssqs.QueueEncryption_KMS_MANAGED:
		return managedKey("alias/aws/sqs")
	}
	return nil
}

func (d *DeadLetter) receives() float64 {
	if d.MaxReceiveCount == nil {
		return defaultMaxReceiveCount
	}
	return *d.MaxReceiveCount
}
