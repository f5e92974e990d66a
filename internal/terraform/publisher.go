package terraform

import (
	"encoding/json"
	"slices"
	"strings"

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
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.boolean("enabled", text.Yes) == text.No}
	if c.Queue = b.queueBy(&c.Element, source); c.Queue == nil {
		if !ok {
			b.unknown(r, "event source", b.whyNot(r, r.row.Terraform.On))
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
		c.CallerUnknown = "which role receives for " + r.address + " is known only after apply, or not in this plan"
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
	c := &topology.Consumer{Element: b.element(r), What: r.row.Name, Service: policygen.ServicePrincipal(r.row.Service), Client: policygen.LambdaTrigger, Disabled: r.text("desired_state") == "STOPPED"}
	if c.Queue = b.queueBy(&c.Element, source); c.Queue == nil {
		if !ok {
			b.unknown(r, "pipe source", b.whyNot(r, r.row.Terraform.On))
		}
		return
	}
	role, _ := b.plan.lookup(r, r.row.Terraform.Role)
	c.URL, c.Caller = namedByURL(c.Queue, source), b.callerBy(&c.Element, role)
	if c.Caller == nil {
		c.CallerUnknown = "the role with which " + r.address + " acts is known only after apply"
	}
	b.Consumers = append(b.Consumers, c)
}

// targets reads what a resource publishes or sends to.
func (b *builder) targets(r *resource) {
	for _, t := range r.row.Terraform.Targets {
		seen := map[string]bool{}
		paths := strings.Fields(t.At)
		for _, path := range paths {
			b.walk(r, t, strings.Split(path, "."), []block{r.outermost()}, func(to string, around []block) {
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
		found := merged(inner.values[attribute], inner.unknown[attribute], inner.config[attribute])
		for _, to := range found.all {
			f(to, around)
		}
		if found.why != "" && (inner.config == nil || inner.config[attribute] != nil) {
			b.unknown(r, r.row.What(t)+" target", attribute+": "+found.why)
		}
		return
	}
	to, ok := lookupIn(inner, attribute)
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
// its path, and those of a definition; what it does with topics and queues that it names otherwise is not known.
func (b *builder) called(r *resource, t catalog.Target, e expression, around []block, f func(to string, around []block)) {
	if e == nil {
		return
	}
	for _, s := range e.values().all {
		for _, q := range b.Queues {
			p, _ := text.SplitARN(string(q.ARN))
			switch {
			case p[5] != s:
			case t.In == catalog.OpenAPI:
				b.Touches = append(b.Touches, topology.Touch{Element: b.element(r), What: r.kind, Property: t.At, Queue: q})
			case t.In == catalog.Integration:
				f("arn:"+p[1]+":apigateway:"+p[3]+":sqs:path/"+p[4]+"/"+p[5], around)
				return
			}
		}
	}
}

// publish adds the publisher of a target, if the target is a topic or queue. around are the blocks that hold it.
func (b *builder) publish(r *resource, t catalog.Target, target string, around []block) {
	b.publishGrouped(r, t, target, around, b.grouped(r, t, around[len(around)-1]))
}

// grouped tells whether the target's messages have a message group, by the block that holds it.
func (b *builder) grouped(r *resource, t catalog.Target, inner block) text.Truth {
	if t.Group == "" {
		return text.Maybe
	}
	path := strings.Split(t.Group, ".")
	for _, name := range path[:len(path)-1] {
		all := inner.blocks(name)
		if len(all) == 0 {
			return min(text.Maybe, text.Of(anyUnknown(inner.unknown[name])))
		}
		inner = all[0]
	}
	group, known := lookupIn(inner, path[len(path)-1])
	return text.Of(group != "" || !known)
}

// publishGrouped is publish for messages of which it is known whether they have a message group.
func (b *builder) publishGrouped(r *resource, t catalog.Target, target string, around []block, grouped text.Truth) {
	inner, what := around[len(around)-1], r.row.What(t)
	if attribute, wanted, ok := strings.Cut(t.Where, "="); ok {
		if is, known := lookupIn(inner, attribute); known && is != wanted {
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
			plain.At, plain.In = held.By, ""
			inner := slices.Clip(around)
			if held.Around.There() {
				inner = append(inner, block{values: scalars(held.Around)})
			}
			b.publishGrouped(r, plain, held.Target.Text, inner, text.Of(held.Grouped))
		}
		return
	}
	byURL := t.ByURL()
	byInput := false
	if property, is := catalog.APICall(target); is && t.Input != "" {
		byURL, byInput = true, true
		input, _ := lookupIn(inner, t.Input)
		var parameters map[string]any
		_ = json.Unmarshal([]byte(input), &parameters) // what is no JSON holds no target
		_, has := parameters["MessageGroupId"]
		grouped = text.Of(has)
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
	p := &topology.Publisher{Element: b.element(r), What: what, Source: policygen.ARN(source), DeadLetter: t.DeadLetter,
		StandardOnly: r.row.StandardOnly(r.row.Terraform, t), Grouped: grouped, Content: t.Content && !byInput}
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
	if t.Group != "" && p.Topic != nil {
		p.Grouped = text.Maybe // the attribute is for queues
	}
	p.URL, p.ByARN = !byURL && namedByURL(p.Queue, target), byURL && p.Queue != nil && !namedByURL(p.Queue, target) &&
		!assumes(inner, t.At[strings.LastIndexByte(t.At, '.')+1:])
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

// scalars returns the texts of an object.
func scalars(object value.Value) map[string]any {
	all := map[string]any{}
	for _, m := range object.Members {
		if m.Value.Scalar() {
			all[m.Key] = m.Value.Text
		}
	}
	return all
}
