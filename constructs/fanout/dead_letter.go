package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/policygen"
)

// giveDeadLetter sets where SQS moves messages, if that queue is there already, and reports whether it is.
func (q *Queue) giveDeadLetter(props *awssqs.QueueProps, d DeadLetter) bool {
	switch {
	case props.DeadLetterQueue != nil:
		q.deadLetter = props.DeadLetterQueue.Queue
	case d.Queue != nil:
		q.deadLetter = d.Queue
		props.DeadLetterQueue = &awssqs.DeadLetterQueue{Queue: d.Queue, MaxReceiveCount: jsii.Number(d.receives())}
	default:
		return false
	}
	q.useDeadLetter(isFIFO(props))
	return true
}

// deadLetterProps completes the properties of a dead-letter queue, and notes its key. It is under the queue's key: what SQS
// moves there stays encrypted under that key anyway.
func (q *Queue) deadLetterProps(props awssqs.QueueProps, e *endpoint) *awssqs.QueueProps {
	switch {
	case props.EncryptionMasterKey != nil:
		k, err := q.l.keyOf(props.EncryptionMasterKey)
		refuse(q, err)
		e.key, e.master = k, props.EncryptionMasterKey
		props.Encryption = awssqs.QueueEncryption_KMS
	case props.Encryption == "" && q.at.key != nil || props.Encryption == awssqs.QueueEncryption_KMS:
		if q.at.key == nil {
			refuse(q, bad("dead letter encryption", "KMS", "there is no key", "its EncryptionMasterKey", ""))
		}
		props.Encryption, props.EncryptionMasterKey = awssqs.QueueEncryption_KMS, q.at.master
		e.key, e.master = q.at.key, q.at.master
	case props.Encryption == "":
		props.Encryption = awssqs.QueueEncryption_SQS_MANAGED
	}
	if props.EnforceSSL == nil {
		props.EnforceSSL = jsii.Bool(true)
	}
	if props.RetentionPeriod == nil {
		props.RetentionPeriod = q.l.minutes(14 * 24 * 60)
	}
	if e.fifo && props.Fifo == nil {
		props.Fifo = jsii.Bool(true)
	}
	return &props
}

// newDeadLetterQueue makes the dead-letter queue of a subscription.
func (q *Queue) newDeadLetterQueue(id string, fifo bool) awssqs.IQueue {
	e := endpoint{fifo: fifo}
	props := q.deadLetterProps(awssqs.QueueProps{}, &e)
	l2 := awssqs.NewQueue(q, jsii.String(id), props)
	q.register(&e, *props.EnforceSSL)
	q.l.made(&e, cdkcalls.Made{Queue: l2, ARN: *l2.QueueArn()})
	// A dead-letter queue that no queue names is not seen as one by cdk-nag.
	cfn(l2).AddMetadata(jsii.String(nag), accept("AwsSolutions-SQS3", "It is the dead-letter queue of a subscription."))
	return l2
}

// useDeadLetter checks a dead-letter queue that is there already.
func (q *Queue) useDeadLetter(fifo bool) {
	e, err := q.l.endpointOf(q, q.deadLetter)
	refuse(q, err)
	if e.fifo != fifo {
		err := bad("dead-letter queue", e.party.token(), "one of it and the queue is FIFO", "both or neither", "")
		err.Cause = policygen.ErrFIFO
		refuse(q, err)
	}
	q.dead = e
	q.l.readersOf(e).add(q)
}
