package terraform

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// eventSource reads an event source mapping of a Lambda function. Its source is a queue where it is not known and no argument says
// that it is another one.
//
// [CreateEventSourceMapping]
//
// [CreateEventSourceMapping]: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
func (b *builder) eventSource(r *resource) {
	source, known := b.plan.lookup(r, r.row.Terraform.On)
	if text.Known(source, text.Service) != "sqs" && slices.ContainsFunc(notOfQueues, r.sets) {
		return
	}
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.off()}
	if !known {
		c.Queue = b.someQueue(r, &c.Element, r.row.Terraform.On, b.whyNot(r, r.row.Terraform.On))
	} else if c.Queue = b.queueBy(&c.Element, source); c.Queue == nil {
		return
	}
	c.URL = namedByURL(c.Queue, source)
	if f := b.function(r); f != nil {
		c.Function, c.Timeout = f.address, f.number("timeout", 3)
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		c.Caller = b.callerBy(&c.Element, role)
	}
	if c.Caller == nil {
		c.CallerUnknown = "which role receives for " + r.address + " is known only after apply, or not in this plan"
	}
	b.Consumers = append(b.Consumers, c)
}

// notOfQueues are the arguments of event source mappings that only other sources have.
var notOfQueues = []string{"starting_position", "self_managed_event_source", "queues", "topics", "amazon_managed_kafka_event_source_config",
	"document_db_event_source_config"}

// sets reports whether the resource surely sets an argument or block.
func (r *resource) sets(name string) bool {
	switch v := r.values[name].(type) {
	case string:
		return v != "" && !text.Unresolved(v)
	case []any:
		return len(v) > 0
	}
	return false
}

// function returns the function whose role a resource acts under; nil if the plan does not tell.
func (b *builder) function(r *resource) *resource {
	name, _ := b.plan.lookup(r, r.row.Terraform.RoleOf)
	for _, f := range b.plan.resources {
		if f.is(catalog.Function) && (name == b.plan.arn(f) || name == b.plan.attribute(f, "function_name") || name == b.plan.attribute(f, "id")) {
			return f
		}
	}
	return nil
}

// pipe reads what an EventBridge pipe polls.
func (b *builder) pipe(r *resource) {
	source, known := b.plan.lookup(r, r.row.Terraform.On)
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.off()}
	ofQueue := text.Known(source, text.Service) == "sqs" || b.Queue(source) != nil || topology.QueueOfURL(source) != ""
	if !ofQueue {
		var parameters []string // of the source, whose names tell what it is
		for _, p := range r.blocks("source_parameters") {
			for name, v := range p.values {
				if all, _ := v.([]any); len(all) > 0 && name != "filter_criteria" {
					parameters = append(parameters, name)
				}
			}
		}
		switch {
		case known && !mayBe(source, "sqs"), parameters != nil && !slices.Contains(parameters, "sqs_queue_parameters"):
			return
		case parameters == nil && known:
			b.unknown(r, "pipe source", "it is not known whether it is a queue: "+value.Excerpt(source))
			return
		case parameters == nil:
			b.unknown(r, "pipe source", b.whyNot(r, r.row.Terraform.On))
			return
		}
	}
	if known {
		c.Queue = b.queueBy(&c.Element, source)
	} else {
		c.Queue = b.someQueue(r, &c.Element, r.row.Terraform.On, b.whyNot(r, r.row.Terraform.On))
	}
	role, _ := b.plan.lookup(r, r.row.Terraform.Role)
	c.URL, c.Caller = namedByURL(c.Queue, source), b.callerBy(&c.Element, role)
	if c.Caller == nil {
		c.CallerUnknown = "the role with which " + r.address + " acts is known only after apply"
	}
	b.Consumers = append(b.Consumers, c)
}
