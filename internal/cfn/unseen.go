package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/cfn/template"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// mayChange says why resources of the stack may be other than they are written; empty if they are as written.
func (s stack) mayChange() string {
	for _, o := range s.Strange {
		if o.Effect == template.Changes {
			return o.Why
		}
	}
	return ""
}

// included returns what brings properties of the resource that are not in the template, such as Fn::Transform.
func (r *resource) included() (value.Member, bool) {
	for _, m := range r.Properties.Members {
		if strings.HasPrefix(m.Key, "Fn::") {
			return m, true
		}
	}
	return value.Member{}, false
}

// mayHide notes what may have a part in a fan-out and is not in the files: resources of a module, properties of an include.
func (b *builder) mayHide(r *resource) {
	if m, ok := r.included(); ok && matters(r.Resource) {
		b.unknown(r.stack, r.ID, "properties", "what "+m.Key+" brings is not known", m.At)
	}
	switch {
	case r.unreadStack():
		b.unknown(r.stack, r.ID, "nested stack", r.NestedUnread(r.ID)+": "+value.Excerpt(r.text("TemplateURL")), r.At)
	case r.module():
		b.unknown(r.stack, r.ID, "module", "the resources of module "+r.Type+" are not in the template", r.At)
	}
}

// unreadStack reports whether the resource is a nested stack whose template is not read.
func (r *resource) unreadStack() bool {
	return r.Type == "AWS::CloudFormation::Stack" && r.NestedUnread(r.ID) != ""
}

func (r *resource) module() bool { return strings.HasSuffix(r.Type, "::MODULE") }

// unseen gives the topics, queues, roles and users of a stack the policies that may come from what is not in the files: from
// anything that brings resources to the stack, and from nested stacks and modules that an element is passed to. Key policies
// are a part of their keys.
func (b *builder) unseen(s stack) {
	for _, o := range s.Strange {
		if o.Effect == template.Adds {
			b.possible(s, nil, &topology.Policy{Element: topology.Element{ID: o.ID, At: s.position(o.At)}, Unknown: o.Why})
		}
	}
	for _, r := range s.Resources {
		r := newResource(s, r)
		what := "module"
		switch {
		case r.unreadStack():
			what = "nested stack"
		case !r.module():
			continue
		}
		passed := map[string]bool{}
		mentions(r.Resolve(r.Properties), passed)
		b.possible(s, passed, &topology.Policy{Element: r.element(), Unknown: what + " " + r.ID + " refers to it, and its template is not among the files"})
	}
}

// mentions collects the texts of a value; those with commas also piece by piece, as lists are passed.
func mentions(v value.Value, all map[string]bool) {
	for _, m := range v.Members {
		mentions(m.Value, all)
	}
	for _, item := range v.Items {
		mentions(item, all)
	}
	if v.Kind != value.Text {
		return
	}
	all[v.Text] = true
	for piece := range strings.SplitSeq(v.Text, ",") {
		all[strings.TrimSpace(piece)] = true
	}
}

// possible gives a policy, which may be there, to the topics, queues, roles and users of the stack: those with a name, URL or
// ARN among the named, or all if it is nil.
func (b *builder) possible(s stack, named map[string]bool, p *topology.Policy) {
	for _, r := range s.Resources {
		r := newResource(s, r)
		if r.row == nil || named != nil && !named[r.arn()] && !named[r.ref()] && !named[r.name()] {
			continue
		}
		switch r.row.Kind {
		case catalog.Topic:
			if t := b.Topic(r.arn()); t != nil {
				t.Possible = append(t.Possible, p)
			}
		case catalog.Queue:
			if q := b.Queue(r.arn()); q != nil {
				q.Possible = append(q.Possible, p)
			}
		case catalog.Role, catalog.User:
			if c := b.Caller(r.arn()); c != nil {
				c.Possible = append(c.Possible, p)
			}
		}
	}
}

// fromOutside reports whether text that is not known comes from outside of the stack, so that it names nothing of it: a
// parameter, an import, an output of a nested stack.
func (s stack) fromOutside(unresolved string) bool {
	name := s.Known(unresolved)
	id, _, output := strings.Cut(name, ".Outputs.")
	return s.Section("Parameters").Has(name) || strings.Contains(name, "Fn::ImportValue(") || strings.Contains(name, "Fn::GetStackOutput(") || output && s.Resource(id) != nil
}
