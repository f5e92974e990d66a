package fanout

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// addDeadLetter notes the dead-letter queue that was given, or makes one: after the queue, since it is under its key.
func (q *Queue) addDeadLetter(props *awssqs.QueueProps, d DeadLetter) {
	if given := props.DeadLetterQueue; given != nil {
		q.deadLetter, q.dead = given, queueEnd(q, given.Queue)
		if q.dead.fifo != q.end.fifo {
			err := bad("dead-letter queue", q.dead.text, "one of it and the queue is FIFO", "both or neither", "")
			err.Cause = policygen.ErrFIFO
			refuse(q, err)
		}
		q.dead.feed(q.end)
		return
	}
	if d.OffBecause != nil {
		q.end.accept(cfn(q), "AwsSolutions-SQS3", *d.OffBecause)
		return
	}
	p := value(d.Props)
	if p.RemovalPolicy == "" {
		p.RemovalPolicy = props.RemovalPolicy
	}
	if p.Encryption == "" && p.EncryptionMasterKey == nil {
		p.Encryption = props.Encryption
	}
	q.dead = q.newDeadLetterQueue("DeadLetterQueue", p, q.end.fifo)
	q.deadLetter = &awssqs.DeadLetterQueue{Queue: q.dead.queue, MaxReceiveCount: jsii.Number(d.receives())}
	cfn(q).SetRedrivePolicy(map[string]any{"deadLetterTargetArn": q.dead.text, "maxReceiveCount": d.receives()})
	q.dead.feed(q.end)
}

// newDeadLetterQueue makes a dead-letter queue, if nothing else is said under the queue's key: what SQS moves there stays
// encrypted under that key anyway.
func (q *Queue) newDeadLetterQueue(id string, p awssqs.QueueProps, fifo bool) *end {
	if p.Encryption == awssqs.QueueEncryption_KMS && p.EncryptionMasterKey == nil {
		p.EncryptionMasterKey = q.EncryptionMasterKey()
		if p.EncryptionMasterKey == nil {
			refuse(q, bad("dead letter encryption", "KMS", "there is no key", "its EncryptionMasterKey", ""))
		}
	}
	complete(&p)
	if p.RetentionPeriod == nil {
		p.RetentionPeriod = awscdk.Duration_Days(jsii.Number(14))
	}
	if fifo && p.Fifo == nil {
		p.Fifo = jsii.Bool(true)
	}
	l2 := awssqs.NewQueue(q, jsii.String(id), &p)
	e := q.end.r.newEnd(l2, fifo,
		&resource{on: policygen.OnQueue, text: *l2.QueueArn(), env: q.end.env, owner: q, made: true, tls: *p.EnforceSSL, add: l2.AddToResourcePolicy})
	e.nag = q.end.nag
	refuse(q, e.useKey(p.EncryptionMasterKey))
	return e
}

func cfn(queue awssqs.Queue) awssqs.CfnQueue { return queue.Node().DefaultChild().(awssqs.CfnQueue) }
