package fanout

import (
	"cmp"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Queue is an SQS queue of the CDK's that grants exactly what is needed, whoever asks: the app itself, or an integration of
// the CDK such as the event source of a Lambda function.
type Queue struct {
	awssqs.Queue

	end        *end
	deadLetter *awssqs.DeadLetterQueue
	dead       *end // the queue of deadLetter
}

// NewQueue makes a queue. [Subscribe] subscribes it to topics; [Topic.AddQueue] does both. Props may be nil: then it is
// encrypted with SSE-SQS, has a dead-letter queue, and refuses requests without TLS. The queue, its policy and its key have
// the logical ids that awssqs.NewQueue gives them.
//
// It panics with a [*Misuse] if the props contradict each other or cannot work.
func NewQueue(scope constructs.Construct, id *string, props *QueueProps) *Queue {
	needID(scope, id)
	r := registryOf(scope)
	return r.newQueue(scope, id, value(props), r.envOf(scope))
}

func (r *registry) newQueue(scope constructs.Construct, id *string, p QueueProps, env env) *Queue {
	refuseAt(scope, id, p.check())
	l2 := p.QueueProps
	complete(&l2)
	q := &Queue{}
	awssqs.NewQueue_Override(q, scope, id, &l2)
	q.end = r.newEnd(q, isFIFO(&l2),
		&resource{on: policygen.OnQueue, text: *q.QueueArn(), env: env, owner: q, made: true, tls: *l2.EnforceSSL, add: q.Queue.AddToResourcePolicy})
	q.end.nag = value(p.SuppressNag)
	if name := value(l2.QueueName); name != "" && !text.Unresolved(name) {
		q.end.known = func() string { return env.arn("sqs", name) }
	}
	key := l2.EncryptionMasterKey
	if l2.Encryption == awssqs.QueueEncryption_KMS && key == nil {
		key = finish(q.EncryptionMasterKey().(awskms.Key), awskms.KeyProps{}) // the CDK made it
	}
	refuse(q, q.end.useKey(key))
	q.addDeadLetter(&l2, value(p.DeadLetter))
	return q
}

// complete sets what the props leave open.
func complete(props *awssqs.QueueProps) {
	props.EnforceSSL = cmp.Or(props.EnforceSSL, jsii.Bool(true))
	switch {
	case props.EncryptionMasterKey != nil:
		props.Encryption = awssqs.QueueEncryption_KMS
	case props.Encryption == "":
		props.Encryption = awssqs.QueueEncryption_SQS_MANAGED
	}
}

func isFIFO(p *awssqs.QueueProps) bool {
	name := value(p.QueueName)
	return value(p.Fifo) || p.Fifo == nil && len(name) > 5 && name[len(name)-5:] == ".fifo" || value(p.ContentBasedDeduplication) ||
		p.DeduplicationScope != "" || p.FifoThroughputLimit != ""
}

func cfn(queue awssqs.Queue) awssqs.CfnQueue { return queue.Node().DefaultChild().(awssqs.CfnQueue) }

// addDeadLetter notes the dead-letter queue that was given, or makes one.
func (q *Queue) addDeadLetter(props *awssqs.QueueProps, d DeadLetter) {
	switch given := props.DeadLetterQueue; {
	case given != nil:
		q.deadLetter, q.dead = given, queueEnd(q, given.Queue)
		refuse(q, when(q.dead.fifo != q.end.fifo, because(policygen.ErrFIFO,
			bad("dead-letter queue", q.dead.text, "one of it and the queue is FIFO", "both or neither", ""))))
	case d.OffBecause != nil:
		q.end.accept(cfn(q), "AwsSolutions-SQS3", *d.OffBecause)
		return
	default:
		q.dead = q.newDeadLetterQueue(props, value(d.Props))
		q.deadLetter = &awssqs.DeadLetterQueue{Queue: q.dead.queue, MaxReceiveCount: jsii.Number(d.receives())}
		cfn(q).SetRedrivePolicy(map[string]any{"deadLetterTargetArn": q.dead.text, "maxReceiveCount": d.receives()})
	}
	q.dead.feed(q.end)
}

// newDeadLetterQueue makes a dead-letter queue, if p says nothing else under the queue's key: what SQS moves there stays
// encrypted under that key anyway.
func (q *Queue) newDeadLetterQueue(of *awssqs.QueueProps, p awssqs.QueueProps) *end {
	p.RemovalPolicy, p.RetentionPeriod = cmp.Or(p.RemovalPolicy, of.RemovalPolicy), cmp.Or(p.RetentionPeriod, q.end.r.fortnight)
	if p.Encryption == "" && p.EncryptionMasterKey == nil {
		p.Encryption = of.Encryption
	}
	if p.Encryption == awssqs.QueueEncryption_KMS && p.EncryptionMasterKey == nil {
		p.EncryptionMasterKey = q.EncryptionMasterKey()
		refuse(q, when(p.EncryptionMasterKey == nil, bad("dead letter encryption", "KMS", "there is no key", "its EncryptionMasterKey", "")))
	}
	complete(&p)
	if q.end.fifo {
		p.Fifo = cmp.Or(p.Fifo, jsii.Bool(true))
	}
	l2 := awssqs.NewQueue(q, jsii.String("DeadLetterQueue"), &p)
	e := q.end.r.newEnd(l2, q.end.fifo,
		&resource{on: policygen.OnQueue, text: *l2.QueueArn(), env: q.end.env, owner: q, made: true, tls: *p.EnforceSSL, add: l2.AddToResourcePolicy})
	refuse(q, e.useKey(p.EncryptionMasterKey))
	return e
}

// DeadLetterQueue returns the queue's dead-letter queue, nil if it has none.
func (q *Queue) DeadLetterQueue() *awssqs.DeadLetterQueue { return q.deadLetter }

// GrantConsumeMessages lets the grantee, a client that polls, receive and delete the queue's messages, and decrypt them where
// they are encrypted under a customer managed key; a Lambda function gets what its event source mapping needs. It gives
// nothing else: no changing of visibility, no reading of attributes, no look-up of the URL. [GrantConsume] gives those.
//
// Where and how the grant is written, see [Topic.GrantPublish].
func (q *Queue) GrantConsumeMessages(grantee awsiam.IGrantable) awsiam.Grant {
	return GrantConsume(q, grantee, nil)
}

// GrantSendMessages lets the grantee send messages straight to the queue, and encrypt them where the queue has a customer
// managed key. Publishers to the queue's topics need no such grant. [GrantSend] gives more.
//
// Where and how the grant is written, see [Topic.GrantPublish].
func (q *Queue) GrantSendMessages(grantee awsiam.IGrantable) awsiam.Grant {
	return GrantSend(q, grantee, nil)
}

// GrantPurge lets the grantee delete all messages of the queue, and nothing else.
func (q *Queue) GrantPurge(grantee awsiam.IGrantable) awsiam.Grant {
	return q.Grant(grantee, jsii.String("sqs:PurgeQueue"))
}

// GrantConsumeDeadLetters lets the grantee receive and delete the messages of the queue's dead-letter queue. SQS moves
// messages there without encrypting them anew, so the grant covers the keys of all queues whose dead-letter queue it is,
// those that are made later too.
func (q *Queue) GrantConsumeDeadLetters(grantee awsiam.IGrantable) awsiam.Grant {
	q.needDeadLetter()
	return GrantConsume(q.dead.queue, grantee, nil)
}

// GrantRedrive lets the grantee, an operator, move the messages of the dead-letter queue back to the queue
// (StartMessageMoveTask). It must be a principal of the queue's account.
func (q *Queue) GrantRedrive(grantee awsiam.IGrantable) awsiam.Grant {
	q.needDeadLetter()
	who := q.end.callerOf(q, grantee)
	r := policygen.Redriver{Principal: who.principal, DeadLetterQueue: q.dead.asQueue(), Destination: q.end.asQueue()}
	return grant(q, who, r.Hops(), q.end, q.dead)
}

func (q *Queue) needDeadLetter() {
	refuse(q, when(q.dead == nil, bad("dead-letter queue", "", "the queue has none", "a dead-letter queue", "")))
}
