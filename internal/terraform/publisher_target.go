package terraform

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// publisher returns the publisher that a resource is for a target, without what it publishes to and who it is.
func (b *builder) publisher(r *resource, t catalog.Target) *topology.Publisher {
	source, ok := b.plan.expand(r, r.row.Terraform.Source)
	if !ok {
		source = ""
	}
	p := &topology.Publisher{Element: b.element(r), What: r.row.What(t), Source: policygen.ARN(source), Disabled: r.off(), DeadLetter: t.DeadLetter,
		StandardOnly: r.row.StandardOnly(r.row.Terraform, t)}
	if of := b.plan.sourceOf(r); of != nil {
		p.SourceRef, p.Disabled = unknownText(of.address, "arn"), p.Disabled || of.off()
	}
	return p
}

// aim finds the topic or queue that a publisher's target names; found is false if it names neither, or may.
func (b *builder) aim(r *resource, t catalog.Target, p *topology.Publisher, target string) (found bool) {
	names := r.row.Names(r.row.Terraform, t)
	of := text.Known(target, text.Service)
	switch {
	case of == "sns", b.Topic(target) != nil, names == service.ToTopics && mayBe(target, "sns"):
		p.Topic = b.topicBy(&p.Element, target)
	case of == "sqs", b.Queue(target) != nil, topology.QueueOfURL(target) != "", names == service.ToQueues && !t.ByURL() && mayBe(target, "sqs"):
		p.Queue = b.queueBy(&p.Element, target)
	case names != service.ToQueues && mayBe(target, "sns"), names != service.ToTopics && mayBe(target, "sqs"):
		// Text that does not tell what it names: a topic, a queue or something else altogether.
		b.unknown(r, p.What, "it is not known whether its target is a topic or queue: "+value.Excerpt(target))
	}
	return p.Topic != nil || p.Queue != nil
}

// unresolved adds the publisher of a target of which it is not known, for a reason, what it is.
func (b *builder) unresolved(r *resource, t catalog.Target, around []block, attribute, why string) {
	p := b.publisher(r, t)
	p.Grouped = text.Maybe
	if slices.Contains(r.redacted, attribute) {
		why = attribute + " is redacted"
	}
	switch r.row.Names(r.row.Terraform, t) {
	case service.ToTopics:
		p.Topic = b.someTopic(r, &p.Element, attribute, why)
	case service.ToQueues:
		p.Queue = b.someQueue(r, &p.Element, attribute, why)
	default:
		b.unknown(r, p.What+" target", why)
		return
	}
	b.announce(r, t, p, around)
}

// announce adds a publisher, with who it is.
func (b *builder) announce(r *resource, t catalog.Target, p *topology.Publisher, around []block) {
	p.Caller = b.callerOf(r, &p.Element, t, around)
	if !r.row.Terraform.Chained || !slices.ContainsFunc(around[1:], func(o block) bool { return o.values[r.row.Terraform.Role] != nil }) {
		p.Service = policygen.ServicePrincipal(r.row.Service)
	}
	if _, p.CallerUnknown = b.roleFrom(r); p.Caller == nil {
		p.CallerUnknown = "the role with which " + r.address + " acts is known only after apply, or not in this plan"
	}
	if s, _ := service.LookUp(r.row.Service); s.Tests {
		b.late(r, p)
	}
	if p.Source.Account() == "" {
		p.SourceAccount = b.plan.in(r).account
	}
	b.Publishers = append(b.Publishers, p)
}
