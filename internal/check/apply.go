package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A trial is a topology with mends that are tried out, and taken back.
type trial struct {
	topology *topology.Topology
	undo     []func()
}

// set gives what p points to another value until the trial ends.
func set[T any](t *trial, p *T, v T) {
	was := *p
	t.undo = append(t.undo, func() { *p = was })
	*p = v
}

// end takes everything back.
func (t *trial) end() {
	for _, undo := range slices.Backward(t.undo) {
		undo()
	}
	t.undo = nil
}

// apply makes what mends a finding, as somebody would who follows it: the changes of properties, or else the statements. What is
// not in this topology stays as it is.
func (t *trial) apply(f *Finding) {
	for _, c := range f.Changes {
		t.change(c)
	}
	if len(f.Changes) > 0 {
		return
	}
	for i := range f.Fix {
		t.grant(f, &f.Fix[i])
	}
}

// change makes a change of those properties that decide whether hops work.
func (t *trial) change(c Change) {
	for _, q := range t.topology.Queues {
		if q.ID != c.Element.ID || q.Stack != c.Element.Stack {
			continue
		}
		switch c.Property {
		case "SqsManagedSseEnabled":
			set(t, &q.SSE, text.Yes)
		case "KmsMasterKeyId":
			set(t, &q.Key, nil)
		}
	}
}

// grant adds statements to the policy that they are for. A policy in place of a default one replaces it.
func (t *trial) grant(f *Finding, fix *Fix) {
	e := t.holder(f, fix)
	if e == nil {
		return
	}
	document := mapped(fix.Document, t.resolve(f, e.Stack))
	more := func(p *topology.Policy) *topology.Policy {
		if p == nil || p.Default {
			return &topology.Policy{Element: *e, Document: document}
		}
		grown := *p
		grown.Document.Statements = slices.Concat(p.Document.Statements, document.Statements)
		return &grown
	}
	add := func(all []*topology.Policy) []*topology.Policy {
		if len(all) == 0 {
			return []*topology.Policy{more(nil)}
		}
		grown := slices.Clone(all)
		grown[0] = more(all[0])
		return grown
	}
	for _, q := range t.topology.Queues {
		if &q.Element == e {
			set(t, &q.Policies, add(q.Policies))
		}
	}
	for _, x := range t.topology.Topics {
		if &x.Element == e {
			set(t, &x.Policies, add(x.Policies))
		}
	}
	for _, k := range t.topology.Keys {
		if &k.Element == e {
			set(t, &k.Policy, more(k.Policy))
		}
	}
	for _, c := range t.topology.Callers {
		if &c.Element == e {
			set(t, &c.Identity, append(slices.Clone(c.Identity), more(nil)))
		}
	}
}

// holder returns whose policy a fix is about; of several with the same id, the one that the finding is about.
func (t *trial) holder(f *Finding, fix *Fix) *topology.Element {
	var all []*topology.Element
	switch fix.On {
	case policygen.OnQueue:
		for _, q := range t.topology.Queues {
			all = append(all, &q.Element)
		}
	case policygen.OnTopic:
		for _, x := range t.topology.Topics {
			all = append(all, &x.Element)
		}
	case policygen.OnKey:
		for _, k := range t.topology.Keys {
			all = append(all, &k.Element)
		}
	default:
		for _, c := range t.topology.Callers {
			all = append(all, &c.Element)
		}
	}
	var found *topology.Element
	for _, e := range all {
		if e.Label() == fix.Of && (found == nil || slices.Contains(f.Elements, e)) {
			found = e
		}
	}
	return found
}

// resolve returns how the reader of the file writes what a statement in a stack refers to, and what it asks for.
func (t *trial) resolve(f *Finding, stack string) func(string) string {
	var pairs []string
	for _, near := range []bool{true, false} { // the first of the pairs with one text counts
		add := func(e *topology.Element, attribute, arn string) {
			if (e.Stack == stack) != near || arn == "" {
				return
			}
			if t.topology.Kind == "terraform" {
				attribute = ".arn"
			}
			pairs = append(pairs, "${"+e.ID+attribute+"}", arn)
		}
		for _, q := range t.topology.Queues {
			add(&q.Element, ".Arn", string(q.ARN))
		}
		for _, x := range t.topology.Topics {
			add(&x.Element, "", string(x.ARN))
		}
		for _, k := range t.topology.Keys {
			add(&k.Element, ".Arn", string(k.ARN))
		}
		for _, c := range t.topology.Callers {
			if role, ok := c.Principal.(policygen.RoleARN); ok {
				add(&c.Element, ".Arn", string(role))
			}
		}
		for _, p := range t.topology.Publishers {
			if p.SourceRef != "" && (p.Stack == stack) == near {
				pairs = append(pairs, p.SourceRef, string(p.Source))
			}
		}
	}
	for _, h := range f.hops() {
		pairs = append(pairs, "<the ARN of "+h.By.ID+">", string(h.Source), "<the account of "+h.By.ID+">", h.SourceAccount)
		if c := h.CallerElement; c != nil {
			if role, ok := c.Principal.(policygen.RoleARN); ok {
				pairs = append(pairs, asked(string(askedRole(role, c))), string(role))
			}
		}
	}
	references := strings.NewReplacer(pairs...)
	return func(s string) string {
		if t.topology.Kind == "terraform" {
			s = pseudoParameters.Replace(s)
		}
		return references.Replace(s)
	}
}

// hops returns the hops that the finding is about.
func (f *Finding) hops() []*Hop {
	var all []*Hop
	for _, x := range append([]*Finding{f}, f.others()...) {
		if x.Hop != nil {
			all = append(all, x.Hop)
		}
	}
	return all
}
