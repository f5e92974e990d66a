package terraform

import (
	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A builder makes the topology of a plan. Keys are known by id, alias and alias ARN too, roles and users by name.
type builder struct {
	*topology.Registry
	plan     *plan
	policies map[string]*topology.Policy // managed ones, by ARN
	// refreshed are the policies of topics and queues that the state has and the configuration does not set.
	refreshed map[*topology.Policy]bool
}

func newBuilder(p *plan, t *topology.Topology) *builder {
	return &builder{topology.NewRegistry(t), p, map[string]*topology.Policy{}, map[*topology.Policy]bool{}}
}

func (b *builder) build() {
	if b.plan.sources != nil {
		b.Strays, b.Inputs = b.plan.sources.Strays(), b.plan.sources.Variables()
	}
	for _, r := range b.plan.resources {
		if r.is(catalog.Queue) || r.is(catalog.Topic) {
			b.Own(b.plan.arn(r)) // documents name those too that are read later
		}
	}
	for _, s := range steps {
		for _, r := range b.plan.resources {
			if r.is(s.kind) {
				s.read(b, r)
			}
		}
	}
	for _, r := range b.plan.resources {
		if p := b.policies[b.plan.arn(r)]; p != nil && r.is(catalog.ManagedPolicy) {
			b.Whoever(p)
		}
	}
	for _, row := range catalog.All() {
		for _, r := range b.plan.resources {
			if r.row != nil && r.kind == row.Terraform.Type && !r.data {
				b.targets(r)
			}
		}
	}
	roles := b.rolesOf()
	for _, r := range b.plan.resources {
		b.touches(r, roles)
	}
}

// steps are how resources of a kind are read: what is referred to comes before what refers to it, and targets come last.
var steps = []struct {
	kind catalog.Kind
	read func(*builder, *resource)
}{
	{catalog.Key, (*builder).key},
	{catalog.KeyPolicy, (*builder).keyPolicy},
	{catalog.KeyAlias, (*builder).alias},
	{catalog.Queue, (*builder).queue},
	{catalog.Topic, (*builder).topic},
	{catalog.Queue, (*builder).redrive},
	{catalog.RedrivePolicy, (*builder).separateRedrive},
	{catalog.Queue, (*builder).redriveAllow},
	{catalog.RedriveAllowPolicy, (*builder).redriveAllow},
	{catalog.QueuePolicy, (*builder).queuePolicy},
	{catalog.TopicPolicy, (*builder).topicPolicy},
	{catalog.ManagedPolicy, (*builder).managedPolicy},
	{catalog.Role, (*builder).caller},
	{catalog.User, (*builder).caller},
	{catalog.Function, (*builder).runner},
	{catalog.Runner, (*builder).runner},
	{catalog.InlinePolicy, (*builder).inlinePolicy},
	{catalog.PolicyAttachment, (*builder).attachment},
	{catalog.Subscription, (*builder).subscription},
	{catalog.EventSourceMapping, (*builder).eventSource},
	{catalog.Pipe, (*builder).pipe},
}

func (b *builder) element(r *resource) topology.Element {
	e := topology.Element{ID: r.address, At: b.plan.at(r.address), MayChange: r.mayChange, Suppressions: r.suppressions}
	for argument, property := range properties {
		if at, ok := r.properties[argument]; ok {
			if e.Properties == nil {
				e.Properties = map[string]topology.Position{}
			}
			e.Properties[property] = at
		}
	}
	return e
}

// properties are the properties whose positions findings show, by the arguments that they are in Terraform.
var properties = map[string]string{
	"message_retention_seconds": "MessageRetentionPeriod", "visibility_timeout_seconds": "VisibilityTimeout", "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
	"is_enabled": "Enabled", "enabled": "Enabled", "endpoint": "Endpoint", "protocol": "Protocol", "redrive_policy": "RedrivePolicy",
}

// place returns where an argument of a resource stands, or the resource.
func (b *builder) place(r *resource, argument string) topology.Position {
	if at, ok := r.properties[argument]; ok {
		return at
	}
	return b.plan.at(r.address)
}

// unknown notes what could not be placed.
func (b *builder) unknown(r *resource, what, why string) {
	b.Unknowns = append(b.Unknowns, topology.Unknown{ID: r.address, What: what, Why: why, At: b.plan.at(r.address)})
}

func (b *builder) topic(r *resource) {
	t := &topology.Topic{Element: b.element(r), ARN: policygen.TopicARN(b.plan.arn(r)), FIFO: r.boolean("fifo_topic", text.No)}
	if t.FIFO == text.Maybe {
		t.FIFO = text.No
	}
	t.Key = b.keyRef(r, &t.Element, "kms_master_key_id")
	if p := b.inlineDocument(r, "policy", kind.ResourcePolicy); p != nil && !(b.refreshed[p] && isDefaultTopicPolicy(p.Document)) {
		t.Policies = append(t.Policies, p)
	}
	t.FailuresLogged = text.Of(r.text("sqs_failure_feedback_role_arn") != "")
	if r.isUnknown("sqs_failure_feedback_role_arn") && r.expression("sqs_failure_feedback_role_arn") != nil {
		t.FailuresLogged = text.Yes
	}
	b.AddTopic(t)
}

func (b *builder) queue(r *resource) {
	q := &topology.Queue{Element: b.element(r), ARN: policygen.QueueARN(b.plan.arn(r)), FIFO: r.boolean("fifo_queue", text.No),
		VisibilityTimeout: r.number("visibility_timeout_seconds", 30), Retention: r.number("message_retention_seconds", 345600),
		KeyReuse: r.number("kms_data_key_reuse_period_seconds", 300)}
	if q.FIFO == text.Maybe {
		q.FIFO = text.No
	}
	q.Deduplicates = r.boolean("content_based_deduplication", text.No)
	q.Key = b.keyRef(r, &q.Element, "kms_master_key_id")
	if q.Key == nil {
		// Computed where it is not set: SQS encrypts new queues by default.
		q.SSE = r.boolean("sqs_managed_sse_enabled", text.Yes)
		if q.SSE == text.Maybe && r.expression("sqs_managed_sse_enabled") == nil {
			q.SSE = text.Yes
		}
	}
	if p := b.inlineDocument(r, "policy", kind.ResourcePolicy); p != nil {
		q.Policies = append(q.Policies, p)
	}
	b.AddQueue(q, b.plan.attribute(r, "id"))
}
