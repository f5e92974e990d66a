package fanout

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Queue is an SQS queue with its dead-letter queue, its subscriptions and its consumers.
type Queue struct {
	constructs.Construct

	l     *ledger
	env   *env // of the construct
	at    endpoint
	queue awssqs.IQueue
	l2    awssqs.Queue // the queue if this construct made it
	// chosen is the visibility timeout that the props set; the construct may raise one that they don't.
	chosen awscdk.Duration
	raised float64 // seconds

	deadLetter awssqs.IQueue
	dead       *endpoint // where deadLetter is known
	topics     []*Topic
	alarmed    bool
}

// An endpoint is a queue as hops see it.
type endpoint struct {
	party   *party
	key     *party      // its customer managed key
	master  awskms.IKey // the same
	fifo    bool
	unknown bool // whether a key is known at all
}

func (e *endpoint) queue() policygen.Queue {
	q := policygen.Queue{ARN: policygen.QueueARN(e.party.arn)}
	if e.key != nil {
		q.Key = policygen.KeyARN(e.key.arn)
	}
	return q
}

// NewQueue makes a queue that is not subscribed to a topic yet, or takes over an existing one; [Queue.Subscribe]
// subscribes it. It is the way to a queue of several topics, or of a topic in another stack. See [Topic.AddQueue] for the
// rest.
func NewQueue(scope constructs.Construct, id *string, props *QueueProps) *Queue {
	p := QueueProps{}
	if props != nil {
		p = *props
	}
	l := ledgerOf(scope)
	return newQueue(l, l.envOf(scope), scope, id, p)
}

func newQueue(l *ledger, e *env, scope constructs.Construct, id *string, p QueueProps) *Queue {
	if err := p.check(); err != nil {
		panic(at(scope, id, err))
	}
	q := &Queue{l: l, env: e}
	constructs.NewConstruct_Override(q, scope, id)
	if p.Existing != nil {
		q.adopt(p)
	} else {
		q.make(p)
	}
	if q.at.key != nil {
		refuse(q, q.at.key.use(p.KeyAccess))
	}
	return q
}

func (q *Queue) make(p QueueProps) {
	props := p.QueueProps
	q.encrypt(&props)
	if props.EnforceSSL == nil {
		props.EnforceSSL = jsii.Bool(true)
	}
	q.chosen = props.VisibilityTimeout
	reason := q.makeDeadLetter(&props, p.DeadLetter)
	q.l2 = awssqs.NewQueue(q, jsii.String("Resource"), &props)
	q.queue = q.l2
	q.at.fifo = isFIFO(&props)
	q.at.party = q.newParty(q.l2, q.at.fifo, value(props.EnforceSSL))
	if name := value(props.QueueName); name != "" && !policygen.Unresolved(name) {
		q.at.party.known = func() string {
			return q.env.arnPrefix("sqs") + name
		}
	}
	q.l.endpoints[q.queue] = &q.at
	if reason != "" {
		cfn(q.l2).AddMetadata(jsii.String(nag), accept("AwsSolutions-SQS3", reason))
	}
	q.l.watch(q, q.l2)
}

// encrypt sets the queue's encryption, and makes its key if there is to be one.
func (q *Queue) encrypt(props *awssqs.QueueProps) {
	switch {
	case props.EncryptionMasterKey != nil:
	case props.Encryption == awssqs.QueueEncryption_KMS:
		props.EncryptionMasterKey = NewKey(q, jsii.String("Key"), nil)
	case props.Encryption == "":
		props.Encryption = awssqs.QueueEncryption_SQS_MANAGED
		return
	default:
		return
	}
	props.Encryption = awssqs.QueueEncryption_KMS
	k, err := q.l.keyOf(props.EncryptionMasterKey)
	refuse(q, err)
	q.at.key, q.at.master = k, props.EncryptionMasterKey
}

// makeDeadLetter sets where SQS moves messages, and makes that queue. It returns why there is none.
func (q *Queue) makeDeadLetter(props *awssqs.QueueProps, d *DeadLetter) string {
	if d == nil {
		d = &DeadLetter{}
	}
	if d.OffBecause != "" {
		return d.OffBecause
	}
	if given := props.DeadLetterQueue; given != nil {
		q.deadLetter = given.Queue
		q.useDeadLetter(isFIFO(props))
		return ""
	}
	if d.Queue != nil {
		q.deadLetter = d.Queue
		q.useDeadLetter(isFIFO(props))
	} else {
		q.deadLetter = q.newDeadLetterQueue("DeadLetterQueue", d.Props, isFIFO(props))
	}
	count := d.MaxReceiveCount
	if count == 0 {
		count = defaultMaxReceiveCount
	}
	props.DeadLetterQueue = &awssqs.DeadLetterQueue{Queue: q.deadLetter, MaxReceiveCount: jsii.Number(count)}
	return ""
}

// newDeadLetterQueue makes a dead-letter queue under the queue's key: what SQS moves there stays encrypted under that key
// anyway.
func (q *Queue) newDeadLetterQueue(id string, props awssqs.QueueProps, fifo bool) awssqs.IQueue {
	e := endpoint{fifo: fifo}
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
	if fifo && props.Fifo == nil {
		props.Fifo = jsii.Bool(true)
	}
	l2 := awssqs.NewQueue(q, jsii.String(id), &props)
	e.party = q.newParty(l2, fifo, value(props.EnforceSSL))
	q.l.endpoints[l2] = &e
	if id == "DeadLetterQueue" {
		q.dead = &e
	} else {
		// A dead-letter queue that no queue names is not seen as one by cdk-nag.
		cfn(l2).AddMetadata(jsii.String(nag), accept("AwsSolutions-SQS3", "It is the dead-letter queue of a subscription."))
	}
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

func (q *Queue) adopt(p QueueProps) {
	q.queue = p.Existing
	q.l2, _ = p.Existing.(awssqs.Queue)
	e, err := q.l.endpointOf(q, p.Existing)
	refuse(q, err)
	q.at = *e
	if p.EncryptionMasterKey != nil {
		k, err := q.l.keyOf(p.EncryptionMasterKey)
		refuse(q, err)
		q.at.key, q.at.master, q.at.unknown = k, p.EncryptionMasterKey, false
	} else if p.Encryption != "" {
		q.at.unknown = false
	}
	*e = q.at // whoever else uses the queue knows it too
	if q.l2 != nil {
		if d := q.l2.DeadLetterQueue(); d != nil {
			q.deadLetter = d.Queue
			q.useDeadLetter(q.at.fifo)
		}
		q.chosen = q.l.minutes(0) // who made the queue chose its visibility timeout
		q.l.watch(q, q.l2)
	}
	if q.at.unknown {
		unknownEncryption(q, "queue", q.at.party, "EncryptionMasterKey or Encryption in QueueProps")
	}
}

// unknownEncryption warns of a queue or topic of which nothing says whether it has a key.
func unknownEncryption(c constructs.Construct, what string, p *party, say string) {
	awscdk.Annotations_Of(c).AddWarningV2(jsii.String("@hopgrant/fanout:unknownEncryption"), jsii.String(
		what+" "+readable(awscdk.Stack_Of(c), p.token())+": how it is encrypted is not known, so no grant on a key is made or asked for; say it with "+say))
}

// endpointOf returns what is known of a queue that this package did not make.
func (l *ledger) endpointOf(c constructs.Construct, queue awssqs.IQueue) (*endpoint, error) {
	if e, ok := l.endpoints[queue]; ok {
		return e, nil
	}
	e := &endpoint{fifo: value(queue.Fifo())}
	switch kind := queue.EncryptionType(); kind {
	case awssqs.QueueEncryption_KMS_MANAGED:
		return nil, managedKey("alias/aws/sqs")
	case awssqs.QueueEncryption_KMS:
		e.master = queue.EncryptionMasterKey()
		k, err := l.keyOf(e.master)
		if err != nil {
			return nil, err
		}
		e.key = k
	default:
		_, made := queue.(awssqs.Queue)
		e.unknown = !made
	}
	e.party = l.queueParty(queue, c, e.fifo)
	l.endpoints[queue] = e
	return e, nil
}

// newParty registers a queue that this construct makes.
func (q *Queue) newParty(queue awssqs.Queue, fifo, tls bool) *party {
	p := q.l.newMade(queue, policygen.OnQueue, queue.QueueArn, *q.env, suffixed("#", fifo))
	p.owner, p.tls, p.l2 = q, tls, queue
	return p
}

func (l *ledger) queueParty(queue awssqs.IQueue, c constructs.Construct, fifo bool) *party {
	e := l.where(queue)
	p := l.newParty(queue, policygen.OnQueue, *queue.QueueArn(), e, suffixed("#", fifo))
	_, p.made = queue.(awssqs.Queue)
	p.owner, p.add = c, queue.AddToResourcePolicy
	return p
}

// watch sees to it that nobody gives the queue the AWS managed key after it was made.
func (l *ledger) watch(c constructs.Construct, queue awssqs.Queue) {
	l1 := cfn(queue)
	l.checks = append(l.checks, func() error {
		key := value(l1.KmsMasterKeyId())
		if _, ok := policygen.AWSManagedKey(key); ok {
			return misuse(c, managedKey(key))
		}
		return nil
	})
}

func cfn(queue awssqs.Queue) awssqs.CfnQueue { return queue.Node().DefaultChild().(awssqs.CfnQueue) }

func isFIFO(p *awssqs.QueueProps) bool {
	name := value(p.QueueName)
	return value(p.Fifo) || p.Fifo == nil && len(name) > 5 && name[len(name)-5:] == ".fifo" || value(p.ContentBasedDeduplication) ||
		p.DeduplicationScope != "" || p.FifoThroughputLimit != ""
}

func trimmed(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Queue returns the queue: an awssqs.Queue, or the existing one.
func (q *Queue) Queue() awssqs.IQueue { return q.queue }

// Key returns the queue's customer managed key, nil if it has none or none is known.
func (q *Queue) Key() awskms.IKey { return q.at.master }

// DeadLetterQueue returns the queue's dead-letter queue, nil if it has none or none is known.
func (q *Queue) DeadLetterQueue() awssqs.IQueue { return q.deadLetter }

// Topics returns the topics that the queue is subscribed to.
func (q *Queue) Topics() []*Topic { return append([]*Topic(nil), q.topics...) }
