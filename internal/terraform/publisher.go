package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

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
			b.unresolved(r, t, around, attribute, attribute+" is known only after apply")
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
			b.unresolved(r, t, around, attribute, attribute+": "+found.why)
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
		b.unresolved(r, t, around, attribute, whyNotIn(inner, attribute))
	}
}

// called finds what a URI or definition refers to that is known only after apply. The URI of an integration names a queue in
// its path, and those of a definition; what it does with topics and queues that it names otherwise is not known.
func (b *builder) called(r *resource, t catalog.Target, e expression, around []block, f func(to string, around []block)) {
	if e == nil {
		return
	}
	v, known := e.values(), false
	for _, s := range v.all {
		for _, q := range b.Queues {
			p, _ := text.SplitARN(string(q.ARN))
			switch {
			case p[5] != s:
			case t.In == catalog.OpenAPI:
				b.Touches = append(b.Touches, topology.Touch{Element: b.element(r), What: r.kind, Property: t.At, Queue: q})
				known = true
			case t.In == catalog.Integration:
				f("arn:"+p[1]+":apigateway:"+p[3]+":sqs:path/"+p[4]+"/"+p[5], around)
				return
			}
		}
	}
	// An integration of another type than AWS calls a function, or an address.
	kind := around[len(around)-1].values["type"]
	if v.why != "" && !known && (t.In != catalog.Integration || kind == nil || kind == "AWS") {
		b.unknown(r, r.row.What(t), t.At+": "+v.why)
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
			if held.Call != "" {
				by := b.element(r)
				if c := b.callerOf(r, &by, t, around); c != nil {
					c.Calls = append(c.Calls, held.Call+" ("+r.address+")")
				}
			}
			if held.Why != "" {
				b.unknown(r, what, held.Why)
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
		byURL, byInput, t.At = true, true, property
		input, _ := lookupIn(inner, t.Input)
		var parameters map[string]any
		_ = json.Unmarshal([]byte(input), &parameters) // what is no JSON holds no target
		_, has := parameters["MessageGroupId"]
		grouped = text.Of(has)
		if target, _ = parameters[property].(string); target == "" && property != "" {
			b.unknown(r, what, "its input does not tell the target")
		}
	}
	if t.ByName && target != "" {
		if arn := b.plan.in(r).own("sns", target); b.Topic(arn) != nil || !strings.Contains(target, ":") && !text.Unresolved(target) {
			target = arn
		}
	}
	p := b.publisher(r, t)
	p.Grouped, p.Content = grouped, t.Content && !byInput
	if !b.aim(r, t, p, target) {
		return
	}
	if t.Group != "" && p.Topic != nil {
		p.Grouped = text.Maybe // the attribute is for queues
	}
	p.URL, p.ByARN = !byURL && namedByURL(p.Queue, target), byURL && p.Queue != nil && !namedByURL(p.Queue, target) &&
		!assumes(inner, t.At[strings.LastIndexByte(t.At, '.')+1:])
	b.announce(r, t, p, around)
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
