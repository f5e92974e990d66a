package fanout

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// jsiiProxy_queue is what jsii knows a [Queue] by: it tells objects apart by their addresses, and a Queue begins with it.
// Its name says to jsii that it overrides nothing of the CDK's. A type with another name is compared with each of the CDK's
// interfaces whenever one is made, which takes longer than making the construct.
type jsiiProxy_queue struct {
	constructs.Construct
	queue *Queue
}

// QueueOf returns the queue that a construct of the CDK's tree is, such as one that an aspect visits or that
// Node().FindChild returns; nil if it is none.
func QueueOf(c constructs.IConstruct) *Queue {
	switch c := c.(type) {
	case *Queue:
		return c
	case *jsiiProxy_queue:
		return c.queue
	}
	return nil
}

// A Queue is an SQS queue with its dead-letter queue, its subscriptions and its consumers.
type Queue struct {
	jsiiProxy_queue // first

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
	l, e := homeOf(scope)
	return newQueue(l, e, scope, id, value(props), nil)
}

// newQueue makes a queue, and subscribes it to the topic if there is one.
func newQueue(l *ledger, e *env, scope constructs.Construct, id *string, p QueueProps, t *Topic) *Queue {
	if err := p.check(); err != nil {
		panic(at(scope, id, err))
	}
	q := &Queue{l: l, env: e}
	q.jsiiProxy_queue.queue = q
	constructs.NewConstruct_Override(&q.jsiiProxy_queue, scope, id)
	if p.Existing != nil {
		q.adopt(p)
		refuse(q, q.useKey(p.KeyAccess))
		if t != nil {
			q.Subscribe(jsii.String("Subscription"), t, p.Subscription)
		}
		return q
	}
	q.make(p, t)
	if t != nil {
		q.subscribed(t)
	}
	return q
}

func (q *Queue) useKey(access policygen.KeyAccess) error {
	if q.at.key == nil {
		return nil
	}
	return q.at.key.use(access)
}

// make makes the queue that the props describe, its dead-letter queue, and its subscription to the topic if there is one.
func (q *Queue) make(p QueueProps, t *Topic) {
	props := p.QueueProps
	q.encrypt(&props)
	refuse(q, q.useKey(p.KeyAccess))
	if props.EnforceSSL == nil {
		props.EnforceSSL = jsii.Bool(true)
	}
	q.chosen = props.VisibilityTimeout
	q.at.fifo = isFIFO(&props)
	q.register(&q.at, value(props.EnforceSSL))
	if name := value(props.QueueName); name != "" && !text.Unresolved(name) {
		q.at.party.known = func() string {
			return q.env.arnPrefix("sqs") + name
		}
	}
	d := value(p.DeadLetter)
	var dead *cdkcalls.DeadLetterQueue
	if d.OffBecause == "" && !q.giveDeadLetter(&props, d) {
		q.dead = &endpoint{fifo: q.at.fifo}
		dead = &cdkcalls.DeadLetterQueue{Props: q.deadLetterProps(d.Props, q.dead), MaxReceiveCount: d.receives()}
		q.register(q.dead, *dead.Props.EnforceSSL)
	}
	var first *cdkcalls.Subscription
	var lacks []lack
	if t != nil {
		const id = "Subscription"
		cfnProps := q.plan(id, t, value(p.Subscription))
		lacks = q.at.party.lacks()
		first = &cdkcalls.Subscription{Statements: objects(lacks), ID: id, Props: cfnProps}
	}
	made, madeDead := cdkcalls.NewQueue(q.l, q, &props, dead, first)
	q.l2, q.queue = made.Queue, made.Queue
	q.l.made(&q.at, made)
	q.at.party.wrote(lacks)
	if dead != nil {
		q.deadLetter = madeDead.Queue
		q.l.made(q.dead, madeDead)
	}
	if d.OffBecause != "" {
		cfn(q.l2).AddMetadata(jsii.String(nag), accept("AwsSolutions-SQS3", d.OffBecause))
	}
}

// register notes a queue that this construct is about to make.
func (q *Queue) register(e *endpoint, tls bool) {
	e.party = q.l.register(&party{l: q.l, on: policygen.OnQueue, text: notMade, env: *q.env, made: true, owner: q, tls: tls}, nil, suffixed("#", e.fifo), true)
}

// notMade stands for the ARN of a queue that is not made yet.
const notMade = "${Token[hopgrant.queue]}"

// made notes that the queue was made.
func (l *ledger) made(e *endpoint, m cdkcalls.Made) {
	e.party.l2, e.party.text, e.party.add = m.Queue, m.ARN, m.Queue.AddToResourcePolicy
	l.byValue[m.Queue] = e.party
	l.endpoints[m.Queue] = e
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
		cdkcalls.Watch(q.l, q, q.l2)
	}
	if q.at.unknown {
		unknownEncryption(q, "queue", q.at.party, "EncryptionMasterKey or Encryption in QueueProps")
	}
}

// unknownEncryption warns of a queue or topic of which nothing says whether it has a key.
func unknownEncryption(c constructs.Construct, what string, p *party, say string) {
	warn(c, "@hopgrant/fanout:unknownEncryption",
		what+" "+readable(awscdk.Stack_Of(c), p.token())+": how it is encrypted is not known, so no grant on a key is made or asked for; say it with "+say)
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

func (l *ledger) queueParty(queue awssqs.IQueue, c constructs.Construct, fifo bool) *party {
	e := l.where(queue)
	p := l.newParty(queue, policygen.OnQueue, *queue.QueueArn(), e, suffixed("#", fifo))
	_, p.made = queue.(awssqs.Queue)
	p.owner, p.add = c, queue.AddToResourcePolicy
	return p
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
