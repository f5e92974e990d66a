package fanout

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// An end is a topic or queue, of whatever making, as hops see it.
type end struct {
	*resource
	r       *registry
	key     *resource // its customer managed key
	managed bool      // a topic encrypted with alias/aws/sns
	unknown bool      // whether it has a key at all is not known
	fifo    bool
	nag     bool // whether cdk-nag's findings about it are suppressed

	topic    awssns.ITopic // nil for a queue
	names    *string       // the topic's name, once it was looked up: "" if CloudFormation makes it
	uniqueID *string       // the id that the CDK gives subscriptions to the topic, once one was made

	queue   awssqs.IQueue   // nil for a topic
	topics  map[string]bool // to which it is subscribed, by ARN
	feeders []*end          // queues whose dead-letter queue it is, if they have keys
	readers []func()        // the grants to consumers, which a further feeder repeats
}

// topicEnd returns what is known of a topic.
func topicEnd(c constructs.IConstruct, topic awssns.ITopic) *end {
	switch t := topic.(type) {
	case nil:
		refuse(c, bad("topic", "", "there is none", "a topic", ""))
	case *Topic:
		return t.end
	}
	r := registryOf(topic)
	if e, ok := r.ends[topic]; ok {
		return e
	}
	_, made := topic.(awssns.Topic)
	e := r.newEnd(topic, value(topic.Fifo()),
		&resource{on: policygen.OnTopic, text: *topic.TopicArn(), env: r.whereIs(topic), made: made, add: topic.AddToResourcePolicy})
	refuse(topic, e.useKey(topic.MasterKey()))
	e.unknown = !made && e.key == nil && !e.managed
	return e
}

// queueEnd returns what is known of a queue.
func queueEnd(c constructs.IConstruct, queue awssqs.IQueue) *end {
	switch q := queue.(type) {
	case nil:
		refuse(c, bad("queue", "", "there is none", "a queue", ""))
	case *Queue:
		return q.end
	}
	r := registryOf(queue)
	if e, ok := r.ends[queue]; ok {
		return e
	}
	l2, made := queue.(awssqs.Queue)
	e := r.newEnd(queue, value(queue.Fifo()),
		&resource{on: policygen.OnQueue, text: *queue.QueueArn(), env: r.whereIs(queue), made: made, add: queue.AddToResourcePolicy})
	switch queue.EncryptionType() {
	case awssqs.QueueEncryption_KMS_MANAGED:
		refuse(c, managedKey("alias/aws/sqs"))
	case awssqs.QueueEncryption_KMS:
		refuse(c, e.useKey(queue.EncryptionMasterKey()))
	default:
		e.unknown = !made
	}
	if made {
		if d := l2.DeadLetterQueue(); d != nil {
			queueEnd(c, d.Queue).feed(e)
		}
	}
	return e
}

// newEnd registers a topic or queue.
func (r *registry) newEnd(of any, fifo bool, p *resource) *end {
	e := &end{resource: r.add(p), r: r, fifo: fifo, topics: map[string]bool{}}
	service, name := "sqs", "#"
	if p.on == policygen.OnTopic {
		service, e.topic, p.known = "sns", of.(awssns.ITopic), e.calledByOthers
	} else {
		e.queue, p.known = of.(awssqs.IQueue), func() string { return p.text }
	}
	if fifo {
		name += ".fifo"
	}
	p.arn = standIn(p.text, service, p.env.region, p.env.account, name)
	r.ends[of] = e
	return e
}

// useKey notes the key. The AWS managed key is one that serves a topic until an AWS service publishes.
func (e *end) useKey(key awskms.IKey) (err error) {
	if key == nil {
		return nil
	}
	e.key, err = keyOf(key)
	if e.topic != nil && errors.Is(err, policygen.ErrAWSManagedKey) {
		e.managed, err = true, nil
	}
	return err
}

// asQueue returns the queue as policygen has it.
func (e *end) asQueue() policygen.Queue {
	q := policygen.Queue{ARN: policygen.QueueARN(e.arn)}
	if e.key != nil {
		q.Key = policygen.KeyARN(e.key.arn)
	}
	return q
}

// asTopic returns the topic as the hops of a queue with the key have it. The key's policy names the topic itself only where
// that is no reference back: the topic refers to its own key, and topics of other stacks may too.
func (e *end) asTopic(key *resource) policygen.Topic {
	t := policygen.Topic{ARN: policygen.TopicARN(e.arn)}
	switch {
	case e.managed:
		t.Key = "alias/aws/sns"
	case e.key != nil:
		t.Key = policygen.KeyARN(e.key.arn)
	}
	if key == nil || !e.isToken() {
		return t
	}
	inside := key.made && e.env.stack == key.env.stack
	if inside && e.key == nil && !e.managed && e.made {
		return t
	}
	t.Scope = policygen.TopicARN(e.scope(inside))
	return t
}

// name returns the topic's name, "" if CloudFormation makes it.
func (e *end) name() string {
	if e.names == nil {
		name := ""
		if l2, ok := e.topic.(awssns.Topic); ok {
			name = value(l2.Node().DefaultChild().(awssns.CfnTopic).TopicName()) // the CDK names FIFO topics itself
		}
		e.names = &name
	}
	return *e.names
}

// scope returns a pattern of the topic's ARN that refers to no resource: with the topic's own name, or with the name that
// CloudFormation makes, which is [stack-logical id-random]. Inside says that it will stand in the topic's own stack.
//
// [stack-logical id-random]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html#aws-resource-sns-topic-return-values
func (e *end) scope(inside bool) string {
	_, ours := e.topic.(*Topic)
	name := e.name()
	unknown := text.Unresolved(name) && e.env.stack.Resolve(name) == nil
	if name != "" && (ours || !unknown) { // the CDK has such a name for each topic of its own that was given none
		if unknown {
			refuse(e.topic, bad("topic name", "PhysicalName.GENERATE_IF_NEEDED", "it is not known to the key's policy", "a name of its own, or none", ""))
		}
		return e.env.arn("sns", name)
	}
	stack, nested := outermost(e.env.stack)
	name = *stack.StackName()
	l1, ok := e.topic.Node().DefaultChild().(awssns.CfnTopic)
	if nested || !ok {
		return e.env.arn("sns", name+"-*")
	}
	id := *l1.LogicalId()
	// CloudFormation shortens names that would be too long, and nobody says how. The random end has 13 characters at most.
	if resolved, ok := e.env.stack.Resolve(id).(string); ok && len(name)+len(resolved)+len("--")+13 > 256 {
		refuse(e.topic, bad("topic name", "", "the name that CloudFormation would make is too long to be known to the key's policy", "a TopicName", ""))
	}
	if inside {
		name = *awscdk.Aws_STACK_NAME()
	}
	return e.env.arn("sns", name+"-"+id+"-*")
}

// calledByOthers returns what policies of others can call the topic: its ARN, or a pattern of it.
func (e *end) calledByOthers() string {
	if !e.isToken() || text.Unresolved(e.name()) {
		return e.text
	}
	return e.scope(false)
}

// feed notes that SQS moves messages of the queue to e. Who reads e already is granted that queue's key.
func (e *end) feed(from *end) {
	for _, f := range e.feeders {
		if f == from || f.key == from.key {
			return
		}
	}
	if from.key == nil {
		return
	}
	e.feeders = append(e.feeders, from)
	for _, grantAgain := range e.readers {
		grantAgain()
	}
}

// accept suppresses cdk-nag's finding of a rule about a resource, or some of the rule's findings, if the props ask for that.
// Cdk-nag keeps suppressions in the resource's metadata.
func (e *end) accept(l1 awscdk.CfnResource, rule, reason string, findings ...string) {
	const key = "cdk_nag"
	if !e.nag || l1.GetMetadata(jsii.String(key)) != nil {
		return
	}
	suppression := map[string]any{"id": rule, "reason": reason}
	if len(findings) > 0 {
		suppression["applies_to"] = findings
	}
	l1.AddMetadata(jsii.String(key), map[string]any{"rules_to_suppress": []map[string]any{suppression}})
}
