package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// eventSource reads an event source mapping of a Lambda function.
func (b *builder) eventSource(r *resource) {
	source, ok := b.plan.lookup(r, r.row.Terraform.On)
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Client: policygen.LambdaTrigger, Disabled: r.boolean("enabled", text.Yes) == text.No}
	if c.Queue = b.queueBy(&c.Element, source); c.Queue == nil {
		if !ok {
			b.unknown(r, "event source", "its event_source_arn is known only after apply")
		}
		return
	}
	c.URL = namedByURL(c.Queue, source)
	if f := b.function(r); f != nil {
		c.Function, c.Timeout = f.address, f.number("timeout", 3)
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		c.Caller = b.callerBy(&c.Element, role)
	}
	if c.Caller == nil {
		b.unknown(r, "function", "which role receives for it is known only after apply, or not in this plan")
	}
	b.Consumers = append(b.Consumers, c)
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
	source, ok := b.plan.lookup(r, r.row.Terraform.On)
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Client: policygen.LambdaTrigger, Disabled: r.text("desired_state") == "STOPPED"}
	if c.Queue = b.queueBy(&c.Element, source); c.Queue == nil {
		if !ok {
			b.unknown(r, "pipe source", "its source is known only after apply")
		}
		return
	}
	role, _ := b.plan.lookup(r, r.row.Terraform.Role)
	c.URL, c.Caller = namedByURL(c.Queue, source), b.callerBy(&c.Element, role)
	if c.Caller == nil {
		b.unknown(r, "pipe", "its role is known only after apply")
	}
	b.Consumers = append(b.Consumers, c)
}

// targets reads what a resource publishes or sends to.
func (b *builder) targets(r *resource) {
	for _, t := range r.row.Terraform.Targets {
		seen := map[string]bool{}
		paths := strings.Fields(t.At)
		for _, path := range paths {
			root := block{values: r.values, unknown: r.unknown, config: r.expressions()}
			b.walk(r, t, strings.Split(path, "."), []block{root}, func(to string, around []block) {
				if len(paths) == 1 || !seen[to] {
					b.publish(r, t, to, around)
				}
				seen[to] = true
			})
		}
	}
}

// walk follows a path of attributes from the innermost of the blocks around, and calls f for every value at its end.
func (b *builder) walk(r *resource, t catalog.Target, path []string, around []block, f func(to string, around []block)) {
	inner := around[len(around)-1]
	attribute, list := strings.CutSuffix(path[0], "[]")
	if len(path) > 1 {
		all := inner.blocks(attribute)
		if len(all) == 0 && anyUnknown(inner.unknown[attribute]) && (inner.config == nil || inner.config[attribute] != nil) {
			b.unknown(r, r.row.What(t)+" target", attribute+" is known only after apply")
		}
		for _, next := range all {
			b.walk(r, t, path[1:], append(slices.Clip(around), next), f)
		}
		return
	}
	if list {
		found := b.plan.merged(r, inner.values[attribute], inner.unknown[attribute], inner.config[attribute])
		for _, to := range found.all {
			f(to, around)
		}
		if found.why != "" && (inner.config == nil || inner.config[attribute] != nil) {
			b.unknown(r, r.row.What(t)+" target", attribute+": "+found.why)
		}
		return
	}
	to, ok := b.plan.lookupIn(r, inner, attribute)
	switch {
	case t.In != "" && anyUnknown(inner.unknown[attribute]):
		b.called(r, t, inner.config[attribute], around, f)
	case ok:
		f(to, around)
	case inner.config != nil && inner.config[attribute] == nil:
		// It is not set, and computed.
	default:
		b.unknown(r, r.row.What(t)+" target", attribute+" is known only after apply")
	}
}

// called finds what a URI or definition refers to that is known only after apply. The URI of an integration names a queue in
// its path; what a definition does with what it refers to is not known.
func (b *builder) called(r *resource, t catalog.Target, e *tfjson.Expression, around []block, f func(to string, around []block)) {
	for _, s := range b.plan.expression(r.module, r, e).all {
		for _, q := range b.Queues {
			if p, _ := text.SplitARN(string(q.ARN)); p[5] == s && t.In == catalog.Integration {
				f("arn:"+p[1]+":apigateway:"+p[3]+":sqs:path/"+p[4]+"/"+p[5], around)
				return
			}
		}
		if b.Topic(s) != nil || b.Queue(s) != nil {
			b.unknown(r, r.row.What(t)+" target", "the "+string(t.In)+" refers to "+s+", and is known only after apply")
		}
	}
}

// publish adds the publisher of a target, if the target is a topic or queue. around are the blocks that hold it.
func (b *builder) publish(r *resource, t catalog.Target, target string, around []block) {
	inner, what := around[len(around)-1], r.row.What(t)
	if attribute, wanted, ok := strings.Cut(t.Where, "="); ok {
		if is, known := b.plan.lookupIn(r, inner, attribute); known && is != wanted {
			return
		}
	}
	if t.In != "" {
		object, _ := value.ParseJSON("", value.EncodeJSON(inner.values, ""))
		for _, held := range t.Held(value.NewText(value.Place{}, target), object) {
			if held.Why != "" {
				b.unknown(r, what, held.Why)
				by := b.element(r)
				if c := b.callerOf(r, &by, t, around); c != nil && held.Call != "" {
					c.Calls = append(c.Calls, held.Call+" ("+r.address+")")
				}
				continue
			}
			plain := t
			plain.At, plain.In = "QueueUrl", "" // calls of the API name queues so
			b.publish(r, plain, held.Target.Text, around)
		}
		return
	}
	byURL := t.ByURL()
	if property, is := catalog.APICall(target); is && t.Input != "" {
		byURL = true
		input, _ := b.plan.lookupIn(r, inner, t.Input)
		var parameters map[string]any
		_ = json.Unmarshal([]byte(input), &parameters) // what is no JSON holds no target
		if target, _ = parameters[property].(string); target == "" && property != "" {
			b.unknown(r, what, "its input does not tell the target")
		}
	}
	if t.ByName && target != "" && !strings.Contains(target, ":") && !text.Unresolved(target) {
		target = b.plan.in(r).own("sns", target)
	}
	source, ok := b.plan.expand(r, r.row.Terraform.Source)
	if !ok {
		source = ""
	}
	p := &topology.Publisher{Element: b.element(r), What: what, Source: policygen.ARN(source), DeadLetter: t.DeadLetter}
	if of := b.plan.sourceOf(r); of != nil {
		p.SourceRef = unknownText(of.address, "arn")
	}
	if p.Topic = b.topicBy(&p.Element, target); p.Topic == nil {
		p.Queue = b.queueBy(&p.Element, target)
	}
	if p.Topic == nil && p.Queue == nil {
		if p.Queue = b.queueByURL(&p.Element, target); p.Queue == nil {
			return
		}
	}
	p.URL = !byURL && namedByURL(p.Queue, target)
	if p.Caller = b.callerOf(r, &p.Element, t, around); p.Caller == nil {
		b.unknown(r, what, "its role is known only after apply, or not in this plan")
	}
	if s, _ := service.LookUp(r.row.Service); s.Tests {
		b.late(r, p)
	}
	if p.Source.Account() == "" {
		p.SourceAccount = b.plan.in(r).account
	}
	b.Publishers = append(b.Publishers, p)
}

// sourceOf returns what a resource acts for: the rule or bucket that it names, or the resource itself; nil if the plan does not
// have it.
func (p *plan) sourceOf(r *resource) *resource {
	switch r.row.Terraform.Source {
	case "":
		return nil
	case "{arn}":
		return r
	case "{rule}":
		return p.ruleOf(r)
	}
	name, _ := p.lookup(r, "bucket")
	for _, of := range p.resources {
		if of.kind == "aws_s3_bucket" && !of.data && (name == p.attribute(of, "bucket") || name == p.attribute(of, "id")) {
			return of
		}
	}
	return nil
}

// callerOf returns who calls a target of e, the resource's element: a role, of the resource or of its function, or the service
// itself; nil if it is not known.
func (b *builder) callerOf(r *resource, e *topology.Element, t catalog.Target, around []block) *topology.Caller {
	form := r.row.Terraform
	if form.RoleOf != "" {
		f := b.function(r)
		if f == nil {
			return nil
		}
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		return b.callerBy(e, role)
	}
	by := r.row.By(form, t)
	s, _ := service.LookUp(r.row.Service)
	if t.LinkedRole != "" {
		return b.LinkedCaller(b.plan.in(r).own("iam", "role/aws-service-role/"+s.Principal+"/"+s.LinkedRole), s.LinkedPolicy, e.At)
	}
	if by&service.ByRole != 0 {
		for i := len(around) - 1; i >= 0; i-- {
			if role, ok := b.plan.lookupIn(r, around[i], form.Role); role != "" || !ok {
				if strings.Contains(role, "*") {
					return nil // whoever calls the API: arn:aws:iam::*:user/*
				}
				return b.callerBy(e, role)
			}
		}
	}
	if by&service.ByPrincipal == 0 || s.Regional && text.Unresolved(b.plan.in(r).region) {
		return nil
	}
	return b.service(policygen.ServicePrincipal(r.row.Principal(b.plan.in(r).region)))
}
