package fanout

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/internal/cdkcalls"
	"github.com/hopgrant/hopgrant/policygen"
)

const awsManagedSNSKey = "alias/aws/sns"

// jsiiProxy_topic is what jsii knows a [Topic] by, see [jsiiProxy_queue].
type jsiiProxy_topic struct {
	constructs.Construct
	topic *Topic
}

// TopicOf returns the topic that a construct of the CDK's tree is, such as one that an aspect visits or that
// Node().FindChild returns; nil if it is none.
func TopicOf(c constructs.IConstruct) *Topic {
	switch c := c.(type) {
	case *Topic:
		return c
	case *jsiiProxy_topic:
		return c.topic
	}
	return nil
}

// A Topic is an SNS topic with the queues that it fans out to.
//
// It is a construct: queues are its children, and its id and theirs make the logical ids of the resources. Those are
// stable: they depend on nothing but the ids, so that queues may be added, removed and reordered.
type Topic struct {
	jsiiProxy_topic // first

	l       *ledger
	env     *env // of the construct
	party   *party
	topic   awssns.ITopic
	key     awskms.IKey
	keyed   *party
	managed bool // encrypted with alias/aws/sns
	fifo    bool
	name    string // the topic's name, where it is not left to CloudFormation
	queues  []*Queue
	alarms  *AlarmProps
	scopes  map[bool]string
	unknown bool // whether the topic has a key is not known
}

// NewTopic makes a topic, or takes over an existing one. Props may be nil: then the topic is a standard one without
// encryption, which refuses requests without TLS.
//
// It panics with a [*Misuse] if the props contradict each other or cannot work.
func NewTopic(scope constructs.Construct, id *string, props *TopicProps) *Topic {
	p := value(props)
	if err := p.check(); err != nil {
		panic(at(scope, id, err))
	}
	t := &Topic{}
	t.jsiiProxy_topic.topic = t
	constructs.NewConstruct_Override(&t.jsiiProxy_topic, scope, id)
	t.l, t.env = homeOf(t)
	if p.Existing != nil {
		t.adopt(p)
	} else {
		t.make(p)
	}
	if t.keyed != nil {
		refuse(t, t.keyed.use(p.KeyAccess))
	}
	return t
}

func (t *Topic) make(p TopicProps) {
	props := p.TopicProps
	if props.EnforceSSL == nil {
		props.EnforceSSL = jsii.Bool(true)
	}
	if p.Encryption == CustomerManagedKey && props.MasterKey == nil {
		props.MasterKey = NewKey(t, jsii.String("Key"), nil)
	}
	t.useKey(props.MasterKey, p.Encryption)
	if t.managed {
		props.MasterKey = nil
	}
	topic, arn := cdkcalls.NewTopic(t, &props)
	t.topic = topic
	t.fifo = value(props.Fifo)
	t.party = t.l.newParty(topic, policygen.OnTopic, arn, *t.env, suffixed("#", t.fifo))
	t.party.made, t.party.owner, t.party.tls, t.party.known = true, t, value(props.EnforceSSL), t.named
	t.party.add = topic.AddToResourcePolicy
	t.name = value(props.TopicName)
	if t.managed || t.fifo && t.name == "" {
		l1 := topic.Node().DefaultChild().(awssns.CfnTopic)
		if t.managed {
			l1.SetKmsMasterKeyId(jsii.String(awsManagedSNSKey))
		}
		t.name = value(l1.TopicName()) // the CDK names FIFO topics itself
	}
	if p.DeliveryLogging != nil {
		t.logDeliveries(topic, p.DeliveryLogging)
	}
	if p.RemovalPolicy != "" {
		topic.ApplyRemovalPolicy(p.RemovalPolicy)
	}
}

func (t *Topic) adopt(p TopicProps) {
	t.topic = p.Existing
	t.fifo = value(p.Existing.Fifo())
	key := p.MasterKey
	if key == nil {
		key = p.Existing.MasterKey()
	}
	t.useKey(key, p.Encryption)
	l2, made := p.Existing.(awssns.Topic)
	t.unknown = !made && key == nil && !t.managed
	if made {
		t.name = value(l2.Node().DefaultChild().(awssns.CfnTopic).TopicName())
	}
	if known, ok := t.l.byValue[p.Existing]; ok {
		t.party = known
		return
	}
	t.party = t.l.newParty(p.Existing, policygen.OnTopic, *p.Existing.TopicArn(), t.l.where(p.Existing), suffixed("#", t.fifo))
	t.party.owner = t
	t.party.add = p.Existing.AddToResourcePolicy
	t.party.made = made
}

// useKey makes the key the topic's. The AWS managed key is one that serves until an AWS service publishes.
func (t *Topic) useKey(key awskms.IKey, encryption TopicEncryption) {
	if encryption == AWSManagedKey {
		t.managed = true
		return
	}
	if key == nil {
		return
	}
	k, err := t.l.keyOf(key)
	if errors.Is(err, policygen.ErrAWSManagedKey) {
		t.managed = true
		return
	}
	refuse(t, err)
	t.key, t.keyed = key, k
}

// where returns the environment of a resource, which may be in another account or Region than its construct.
func (l *ledger) where(r awscdk.IResource) env {
	e := *l.envOf(r)
	if at := r.Env(); at != nil {
		e.account, e.region = value(at.Account), value(at.Region)
	}
	return e
}

func suffixed(name string, fifo bool) string {
	if fifo {
		return name + ".fifo"
	}
	return name
}

// Topic returns the topic: an awssns.Topic, or the existing one.
func (t *Topic) Topic() awssns.ITopic { return t.topic }

// Key returns the topic's customer managed key, nil if it has none.
func (t *Topic) Key() awskms.IKey { return t.key }

// Queues returns the queues in the order in which they were added.
func (t *Topic) Queues() []*Queue { return append([]*Queue(nil), t.queues...) }

// AddQueue makes a queue and subscribes it to the topic, or takes over an existing queue. Props may be nil: then the queue
// is encrypted with SSE-SQS, has a dead-letter queue, refuses requests without TLS, and is FIFO if the topic is.
//
// The id is the queue's within the topic. It panics with a [*Misuse] if the props contradict each other or cannot work.
func (t *Topic) AddQueue(id *string, props *QueueProps) *Queue {
	p := value(props)
	needID(t, id)
	switch *id {
	case "Resource", "Key", "DeliveryLogging", "Alarms":
		panic(at(t, id, bad("id", *id, "taken by the topic itself", "another id", "")))
	}
	var scope constructs.Construct = t
	l, e := t.l, t.env
	if made, ok := p.Existing.(awssqs.Queue); ok && p.Scope == nil && t.l.envOf(made) != t.env {
		// Both stacks would refer to each other if the subscription were made in the topic's.
		p.Scope = made
	}
	if p.Scope != nil {
		scope = p.Scope
		l, e = homeOf(scope)
	}
	if p.Existing == nil && p.Fifo == nil && t.fifo {
		p.Fifo = jsii.Bool(true)
	}
	if err := t.fits(p); err != nil {
		panic(at(scope, id, err))
	}
	return newQueue(l, e, scope, id, p, t)
}

// fits refuses before anything is made what cannot be subscribed.
func (t *Topic) fits(p QueueProps) error {
	fifo := isFIFO(&p.QueueProps)
	if p.Existing != nil {
		fifo = value(p.Existing.Fifo())
	}
	return t.takes(fifo)
}

// takes returns an error if SNS cannot deliver from the topic to a queue that is FIFO or not.
func (t *Topic) takes(fifo bool) error {
	if !fifo || t.fifo {
		return nil
	}
	e := bad("queue", "", "it is FIFO", "a standard queue", "the topic is standard, and such a topic cannot deliver to a FIFO queue")
	e.Cause = policygen.ErrFIFO
	return e
}

// warnOfEncryption says that a publisher may need more than is known.
func (t *Topic) warnOfEncryption() {
	if t.unknown {
		unknownEncryption(t, "topic", t.party, "MasterKey in TopicProps")
	}
}

// GrantPublish lets the grantee publish to the topic: exactly that, and on the topic's customer managed key what SNS does
// for the caller.
//
// A role, user or group of the topic's account gets it by its identity policy; one of another account by its own, by the
// topic policy and by the key policy. AWS services are admitted by [Topic.AllowPublishFrom]. What cannot be written
// because a policy is not this app's is reported as an error annotation with the statements to paste, see [Pending].
func (t *Topic) GrantPublish(grantee awsiam.IGrantable) awsiam.Grant {
	c := t.l.callerOf(t, grantee)
	t.warnOfEncryption()
	hops := policygen.Publisher{Principal: c.principal, Topics: []policygen.Topic{t.seenBy(nil)}, Source: c.source, SourceAccount: c.sourceAccount}.Hops()
	return t.l.grant(t, c, hops, t.keyed)
}
