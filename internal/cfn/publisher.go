package cfn

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// targets reads what a resource publishes or sends to.
func (b *builder) targets(r *resource) {
	before := len(b.Unknowns)
	for _, t := range r.form().Targets {
		paths := strings.Fields(t.At)
		seen := map[string]bool{}
		for _, path := range paths {
			keys := strings.Split(path, ".")
			root := value.NewObject(r.At, value.Pair(keys[0], r.get(keys[0])))
			if t.In != "" || t.Group != "" {
				root = r.Resolve(r.Properties) // what is beside it may tell more
			}
			b.walk(r, t, keys, []value.Value{root}, func(to value.Value, around []value.Value) {
				if len(paths) == 1 || !seen[to.Text] {
					b.publish(r, t, to, around)
				}
				seen[to.Text] = true
			})
		}
	}
	// Each target of a list notes what is unknown in it; once is enough.
	said := map[topology.Unknown]bool{}
	b.Unknowns = append(b.Unknowns[:before], slices.DeleteFunc(b.Unknowns[before:], func(u topology.Unknown) bool {
		u.What = ""
		again := said[u]
		said[u] = true
		return again
	})...)
}

// walk follows a path of properties from the innermost of the objects around, and calls f for every value at its end.
func (b *builder) walk(r *resource, t catalog.Target, path []string, around []value.Value, f func(to value.Value, around []value.Value)) {
	object := around[len(around)-1]
	if path[0] == "*" {
		for _, m := range object.Members {
			for _, inner := range m.Value.OneOrMany() {
				if inner.Kind == value.Object {
					b.walk(r, t, path[1:], append(slices.Clip(around), inner), f)
				}
			}
		}
		return
	}
	v := object.Get(path[0])
	if len(path) == 1 {
		for _, to := range flat(v) {
			f(to, around)
		}
		return
	}
	for _, inner := range b.objects(r, r.row.What(t)+" target", v) {
		b.walk(r, t, path[1:], append(around, inner), f)
	}
}

// flat returns the items of a list and of the lists in it.
func flat(v value.Value) []value.Value {
	if v.Kind != value.List {
		return v.OneOrMany()
	}
	var all []value.Value
	for _, item := range v.Items {
		all = append(all, flat(item)...)
	}
	return all
}

// publish adds the publisher of a target, if the target is or may be a topic or queue. around are the objects that hold it.
func (b *builder) publish(r *resource, t catalog.Target, target value.Value, around []value.Value) {
	b.publishGrouped(r, t, target, around, grouped(t, around[len(around)-1]))
}

// grouped tells whether the target's messages have a message group, by the object that holds it.
func grouped(t catalog.Target, object value.Value) text.Truth {
	if t.Group == "" {
		return text.Maybe
	}
	for key := range strings.SplitSeq(t.Group, ".") {
		if object.Scalar() {
			return text.Maybe // it is not known
		}
		object = object.Get(key)
	}
	return text.Of(object.There())
}

// publishGrouped is publish for messages of which it is known whether they have a message group.
func (b *builder) publishGrouped(r *resource, t catalog.Target, target value.Value, around []value.Value, grouped text.Truth) {
	what, inner := r.row.What(t), around[len(around)-1]
	if property, wanted, ok := strings.Cut(t.Where, "="); ok && inner.Get(property).Text != wanted {
		return
	}
	if t.In != "" {
		for _, held := range t.Held(target, inner) {
			if held.Call != "" {
				by := r.element()
				if c := b.callerOf(r, &by, t, around); c != nil {
					c.Calls = append(c.Calls, held.Call+" ("+r.ID+")")
				}
			}
			if held.Why != "" {
				b.unknown(r.stack, r.ID, what, held.Why, target.At)
				continue
			}
			plain := t
			plain.At, plain.In = held.By, ""
			inner := slices.Clip(around)
			if held.Around.There() {
				inner = append(inner, held.Around)
			}
			b.publishGrouped(r, plain, held.Target, inner, text.Of(held.Grouped))
		}
		return
	}
	e, byURL := r.element(), t.ByURL()
	caller := b.callerOf(r, &e, t, around)
	byInput := false
	if parameter, is := catalog.APICall(target.Text); is && t.Input != "" {
		byURL, byInput, t.At = true, true, parameter
		input := parsed(inner.Get(t.Input))
		grouped = text.Of(input.Has("MessageGroupId"))
		if target = input.Get(parameter); !target.There() && parameter != "" {
			b.unknown(r.stack, r.ID, what, "its input does not tell the target", inner.At)
		}
	}
	if !target.Scalar() {
		if target.There() {
			b.unknown(r.stack, r.ID, what, "its target is not known", r.At)
		}
		return
	}
	if own := r.own("sns", target.Text); t.ByName && target.Text != "" && (!strings.Contains(target.Text, ":") && !text.Unresolved(target.Text) || b.Topic(own) != nil) {
		target.Text = own
	}
	p := &topology.Publisher{Element: e, What: what, Caller: caller, Source: policygen.ARN(r.source()), Disabled: r.off(), DeadLetter: t.DeadLetter,
		StandardOnly: r.row.StandardOnly(r.form(), t), Grouped: grouped, Content: t.Content && !byInput}
	p.SourceRef = r.sourceRef(string(p.Source))
	if !r.form().Chained || !slices.ContainsFunc(around[1:], func(o value.Value) bool { return o.Has(r.form().Role) }) {
		p.Service = policygen.ServicePrincipal(r.row.Service)
	}
	if caller != nil && policygen.IsService(caller.Principal) {
		p.SourceAccount = r.Pseudo("AWS::AccountId")
	}
	arn := b.Canonical(target.Text)
	_, known := text.SplitARN(arn)
	if !b.place(r, p, t, arn, target) {
		return
	}
	if t.Group != "" && p.Topic != nil {
		p.Grouped = text.Maybe // the property is for queues
	}
	p.URL, p.ByARN = !byURL && b.byURL(p.Queue, arn), byURL && p.Queue != nil && known
	if _, p.CallerUnknown = b.roleFrom(r); caller == nil {
		p.CallerUnknown = "the role with which " + p.Label() + " acts is not known"
	}
	if s, _ := service.LookUp(r.row.Service); s.Tests && !b.deployed {
		r.late(p)
	}
	b.Publishers = append(b.Publishers, p)
}

// place finds the topic or queue that a publisher's target names, which has the ARN; found is false if it names neither, or may.
func (b *builder) place(r *resource, p *topology.Publisher, t catalog.Target, arn string, target value.Value) (found bool) {
	_, known := text.SplitARN(arn)
	switch {
	case known && r.mayBe(arn, "sns"), b.Topic(arn) != nil:
		p.Topic = b.topicRef(r.stack, &p.Element, target.Text, target.At)
	case known && r.mayBe(arn, "sqs"), b.Queue(arn) != nil:
		p.Queue = b.queueRef(r.stack, &p.Element, target.Text, target.At)
	case known:
		return false
	case topology.QueueOfURL(arn) != "":
		p.Queue = b.queueByURL(r.stack, &p.Element, target.Text, target.At)
	case r.row.Names(r.form(), t) == service.ToTopics:
		p.Topic = b.topicRef(r.stack, &p.Element, target.Text, target.At)
	case r.row.Names(r.form(), t) == service.ToQueues && !t.ByURL():
		p.Queue = b.queueRef(r.stack, &p.Element, target.Text, target.At)
	}
	found = p.Topic != nil || p.Queue != nil
	// Text that does not tell what it names: a topic, a queue or something else altogether.
	if !found && (r.mayBe(arn, "sns") || r.mayBe(arn, "sqs")) {
		b.unknown(r.stack, r.ID, p.What, "it is not known whether its target is a topic or queue: "+value.Excerpt(target.Text), target.At)
	}
	return found
}

// late finds the policies of the target that are not made before the resource.
func (r *resource) late(p *topology.Publisher) {
	var policies []*topology.Policy
	if p.Topic != nil {
		policies = p.Topic.Policies
	} else {
		policies = p.Queue.Policies
	}
	before := r.Before(r.Resource)
	for _, policy := range policies {
		other := r.Stack.Resource(policy.ID)
		if policy.Stack == r.Shown && other != nil && !before[policy.ID] {
			p.Late = append(p.Late, policy)
			p.LateForSure = p.LateForSure || r.Before(other)[r.ID]
		}
	}
}

// sourceRef returns how a policy refers to what the resource acts for, the resource itself or one that it names. A bucket that sets
// its notifications itself has to wait for the policy, which must not refer to it.
//
// [Granting permissions to publish event notification messages]
//
// [Granting permissions to publish event notification messages]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
func (r *resource) sourceRef(source string) string {
	of := r
	if r.form().Source != "{arn}" {
		of = nil
		for _, other := range r.Resources {
			if o := newResource(r.stack, other); o.row != nil && o.row.Service == r.row.Service && o.form().Source == "{arn}" && o.arn() == source {
				of = o
			}
		}
	} else if r.Type == "AWS::S3::Bucket" {
		return ""
	}
	if of == nil || of.form().Attributes["Arn"] != "{arn}" {
		return ""
	}
	return "${" + of.ID + ".Arn}"
}

// callerOf returns who calls a target of e, the resource's element: a role, of the resource or of its function, or the service
// itself; nil if it is not known, as where the function is not in the templates.
func (b *builder) callerOf(r *resource, e *topology.Element, t catalog.Target, around []value.Value) *topology.Caller {
	form, by := r.form(), r.row.By(r.form(), t)
	if form.RoleOf != "" {
		if f := b.functionRef(r.stack, e, r.text(form.RoleOf)); f != nil {
			return f.caller
		}
		return nil
	}
	s, _ := service.LookUp(r.row.Service)
	if t.LinkedRole != "" {
		arn := r.text(t.LinkedRole)
		if arn == "" {
			arn = r.own("iam", "role/aws-service-role/"+s.Principal+"/"+s.LinkedRole)
		}
		return b.LinkedCaller(arn, s.LinkedPolicy, r.position(r.At))
	}
	if by&service.ByRole != 0 {
		role := r.get(form.Role)
		for _, object := range around[1:] {
			if inner := object.Get(form.Role); inner.There() {
				role = inner
			}
		}
		if role.There() {
			if strings.Contains(role.Text, "*") {
				return nil // whoever calls the API: arn:aws:iam::*:user/*
			}
			return b.callerRef(r.stack, e, role.Text, role.At)
		}
	}
	if c, _ := b.roleFrom(r); c != nil {
		return c
	}
	region := r.Pseudo("AWS::Region")
	if by&service.ByPrincipal == 0 || s.Regional && text.Unresolved(region) {
		return nil
	}
	return topology.Service(policygen.ServicePrincipal(r.row.Principal(region)))
}

// roleFrom returns the role that another resource of r's account and Region names for r, if it may publish. If there is none, why says
// why there may be one nevertheless.
func (b *builder) roleFrom(r *resource) (c *topology.Caller, why string) {
	typ, property, ok := strings.Cut(r.form().RoleFrom, " ")
	if !ok {
		return nil, ""
	}
	var roles []string
	for _, s := range b.stacks {
		for _, other := range s.Resources {
			if other.Type == typ && s.Environment() == r.Environment() {
				roles = append(roles, newResource(stack{s}, other).text(property))
			}
		}
	}
	return b.Publishing(roles, typ)
}
