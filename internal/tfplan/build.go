package tfplan

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A builder makes the topology of a plan.
type builder struct {
	plan     *plan
	topology *topology.Topology

	topics    map[string]*topology.Topic // by ARN
	queues    map[string]*topology.Queue // by ARN
	queueURLs map[string]*topology.Queue
	keys      map[string]*topology.Key // by ARN, key id, alias and alias ARN
	callers   map[string]*topology.Caller
	policies  map[string]*topology.Policy // managed ones, by ARN
}

func (b *builder) build() {
	b.topics, b.queues, b.queueURLs = map[string]*topology.Topic{}, map[string]*topology.Queue{}, map[string]*topology.Queue{}
	b.keys, b.callers, b.policies = map[string]*topology.Key{}, map[string]*topology.Caller{}, map[string]*topology.Policy{}
	// What is referred to comes before what refers to it.
	b.each("aws_kms_key", b.key)
	b.each("aws_kms_replica_key", b.key)
	b.each("aws_kms_key_policy", b.keyPolicy)
	b.each("aws_kms_alias", b.alias)
	b.each("aws_sqs_queue", b.queue)
	b.each("aws_sns_topic", b.topic)
	b.each("aws_sqs_queue", b.redrive)
	b.each("aws_sqs_queue_redrive_policy", b.separateRedrive)
	b.each("aws_sqs_queue_policy", b.queuePolicy)
	b.each("aws_sns_topic_policy", b.topicPolicy)
	b.each("aws_iam_policy", b.managedPolicy)
	b.each("aws_iam_role", b.caller)
	b.each("aws_iam_user", b.caller)
	for _, kind := range []string{"aws_iam_role_policy", "aws_iam_user_policy"} {
		b.each(kind, b.inlinePolicy)
	}
	for _, kind := range []string{"aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment", "aws_iam_policy_attachment"} {
		b.each(kind, b.attachment)
	}
	b.each("aws_sns_topic_subscription", b.subscription)
	b.each("aws_lambda_event_source_mapping", b.eventSource)
	b.each("aws_cloudwatch_event_target", b.eventTarget)
	b.each("aws_s3_bucket_notification", b.bucketNotification)
	b.each("aws_cloudwatch_metric_alarm", b.alarm)
}

// each calls f with the managed resources of a kind.
func (b *builder) each(kind string, f func(*resource)) {
	for _, r := range b.plan.resources {
		if r.kind == kind && !r.data {
			f(r)
		}
	}
}

func (b *builder) element(r *resource) topology.Element {
	return topology.Element{ID: r.address, At: b.plan.at(r.address)}
}

// unknown notes what could not be placed.
func (b *builder) unknown(r *resource, what, why string) {
	b.topology.Unknowns = append(b.topology.Unknowns, topology.Unknown{ID: r.address, What: what, Why: why, At: b.plan.at(r.address)})
}

func (b *builder) topic(r *resource) {
	t := &topology.Topic{Element: b.element(r), ARN: policygen.TopicARN(b.plan.arn(r)), FIFO: r.boolean("fifo_topic", topology.No)}
	if t.FIFO == topology.NotKnown {
		t.FIFO = topology.No
	}
	t.Key = b.keyRef(r, "kms_master_key_id")
	if p := b.inlineDocument(r, "policy"); p != nil {
		t.Policies = append(t.Policies, p)
	}
	t.FailuresLogged = topology.TriOf(r.text("sqs_failure_feedback_role_arn") != "")
	if r.isUnknown("sqs_failure_feedback_role_arn") && r.expression("sqs_failure_feedback_role_arn") != nil {
		t.FailuresLogged = topology.Yes
	}
	b.topics[string(t.ARN)] = t
	b.topology.Topics = append(b.topology.Topics, t)
}

func (b *builder) queue(r *resource) {
	q := &topology.Queue{Element: b.element(r), ARN: policygen.QueueARN(b.plan.arn(r)), FIFO: r.boolean("fifo_queue", topology.No),
		VisibilityTimeout: r.number("visibility_timeout_seconds", 30), Retention: r.number("message_retention_seconds", 345600)}
	if q.FIFO == topology.NotKnown {
		q.FIFO = topology.No
	}
	q.Key = b.keyRef(r, "kms_master_key_id")
	if q.Key == nil {
		// Computed where it is not set: SQS encrypts new queues by default.
		q.SSE = r.boolean("sqs_managed_sse_enabled", topology.Yes)
		if q.SSE == topology.NotKnown && r.expression("sqs_managed_sse_enabled") == nil {
			q.SSE = topology.Yes
		}
	}
	if p := b.inlineDocument(r, "policy"); p != nil {
		q.Policies = append(q.Policies, p)
	}
	b.queues[string(q.ARN)] = q
	b.queueURLs[b.plan.attribute(r, "id")] = q
	b.topology.Queues = append(b.topology.Queues, q)
}

// queueBy returns the queue that an ARN or URL names, a foreign one if it is not the plan's; nil if it names none.
func (b *builder) queueBy(s string, at topology.Position) *topology.Queue {
	s = b.plan.canonical(s)
	if q := b.queues[s]; q != nil {
		return q
	}
	if q := b.queueURLs[s]; q != nil {
		return q
	}
	arn := policygen.ARN(s)
	if arn.Service() != "sqs" {
		return nil
	}
	q := &topology.Queue{Element: topology.Element{ID: s, At: at, Foreign: true}, ARN: policygen.QueueARN(s), FIFO: fifoByName(arn)}
	b.queues[s] = q
	b.topology.Queues = append(b.topology.Queues, q)
	return q
}

// topicBy returns the topic that an ARN names, a foreign one if it is not the plan's; nil if it names none.
func (b *builder) topicBy(s string, at topology.Position) *topology.Topic {
	s = b.plan.canonical(s)
	if t := b.topics[s]; t != nil {
		return t
	}
	arn := policygen.ARN(s)
	if arn.Service() != "sns" {
		return nil
	}
	t := &topology.Topic{Element: topology.Element{ID: s, At: at, Foreign: true}, ARN: policygen.TopicARN(s), FIFO: fifoByName(arn)}
	b.topics[s] = t
	b.topology.Topics = append(b.topology.Topics, t)
	return t
}
