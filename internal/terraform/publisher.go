package terraform

import (
	"encoding/json"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// eventSource reads an event source mapping of a Lambda function.
func (b *builder) eventSource(r *resource) {
	source, ok := b.plan.lookup(r, r.row.Terraform.On)
	queue := b.queueBy(source, b.plan.at(r.address))
	if queue == nil {
		if !ok {
			b.unknown(r, "event source", "its event_source_arn is known only after apply")
		}
		return
	}
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Queue: queue, Client: policygen.LambdaTrigger,
		Disabled: r.boolean("enabled", text.Yes) == text.No}
	if f := b.function(r); f != nil {
		c.Function, c.Timeout = f.address, f.number("timeout", 3)
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		c.Caller = b.callerBy(role, c.At)
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
	if len(path) > 1 {
		for _, next := range inner.blocks(path[0]) {
			b.walk(r, t, path[1:], append(around, next), f)
		}
		return
	}
	attribute, list := strings.CutSuffix(path[0], "[]")
	if !list {
		if to, ok := b.plan.lookupIn(r, inner, attribute); ok {
			f(to, around)
		} else {
			b.unknown(r, r.row.What(t)+" target", attribute+" is known only after apply")
		}
		return
	}
	for _, to := range b.plan.merged(r, inner.values[attribute], inner.unknown[attribute], inner.config[attribute]).all {
		f(to, around)
	}
}

// publish adds the publisher of a target, if the target is a topic or queue. around are the blocks that hold it.
func (b *builder) publish(r *resource, t catalog.Target, target string, around []block) {
	inner := around[len(around)-1]
	if attribute, wanted, ok := strings.Cut(t.Where, "="); ok {
		if is, known := b.plan.lookupIn(r, inner, attribute); known && is != wanted {
			return
		}
	}
	if property, is := catalog.APICall(target); is && t.Input != "" {
		input, _ := b.plan.lookupIn(r, inner, t.Input)
		var parameters map[string]any
		_ = json.Unmarshal([]byte(input), &parameters) // what is no JSON holds no target
		if target, _ = parameters[property].(string); target == "" && property != "" {
			b.unknown(r, r.row.What(t), "its input does not tell the target")
		}
	}
	if t.ByName && target != "" && !strings.Contains(target, ":") && !text.Unresolved(target) {
		target = "arn:" + b.plan.partition + ":sns:" + b.plan.region + ":" + b.plan.account + ":" + target
	}
	source, ok := b.plan.expand(r, r.row.Terraform.Source)
	if !ok {
		source = ""
	}
	p := &topology.Publisher{Element: b.element(r), What: r.row.What(t), Caller: b.callerOf(r, t, around), Source: policygen.ARN(source), DeadLetter: t.DeadLetter}
	if p.Topic = b.topicBy(target, p.At); p.Topic == nil {
		p.Queue = b.queueBy(target, p.At)
	}
	if p.Topic == nil && p.Queue == nil {
		return
	}
	if p.Source.Account() == "" {
		p.SourceAccount = b.plan.account
	}
	b.Publishers = append(b.Publishers, p)
}

// callerOf returns who calls a target: a role, of the resource or of its function, or the service itself; nil if it is not
// known.
func (b *builder) callerOf(r *resource, t catalog.Target, around []block) *topology.Caller {
	form := r.row.Terraform
	if form.RoleOf != "" {
		f := b.function(r)
		if f == nil {
			return nil
		}
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		return b.callerBy(role, b.plan.at(r.address))
	}
	by := r.row.By(form, t)
	if by&service.ByRole != 0 {
		for i := len(around) - 1; i >= 0; i-- {
			if role, ok := b.plan.lookupIn(r, around[i], form.Role); role != "" || !ok {
				return b.callerBy(role, b.plan.at(r.address))
			}
		}
	}
	if by&service.ByPrincipal == 0 {
		return nil
	}
	return b.service(policygen.ServicePrincipal(r.row.Service))
}
