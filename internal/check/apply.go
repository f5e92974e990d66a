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
	h, found := t.holder(f, fix)
	if !found {
		return
	}
	document := mapped(fix.Document, t.resolve(f, h.Stack))
	more := func(p *topology.Policy) *topology.Policy {
		if p == nil || p.Default {
			return &topology.Policy{Element: *h.Element, Document: document}
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
	switch {
	case h.Queue != nil:
		set(t, &h.Queue.Policies, add(h.Queue.Policies))
	case h.Topic != nil:
		set(t, &h.Topic.Policies, add(h.Topic.Policies))
	case h.Key != nil:
		set(t, &h.Key.Policy, more(h.Key.Policy))
	default:
		set(t, &h.Caller.Identity, append(slices.Clone(h.Caller.Identity), more(nil)))
	}
}

// holder returns whose policy a fix is about; of several with the same id, the one that the finding is about.
func (t *trial) holder(f *Finding, fix *Fix) (found topology.Holder, ok bool) {
	for h := range t.topology.Holders() {
		if h.On == fix.On && h.Label() == fix.Of && (!ok || slices.Contains(f.Elements, h.Element)) {
			found, ok = h, true
		}
	}
	return found, ok
}

// resolve returns how the reader of the file writes what a statement in a stack refers to, and what it asks for.
func (t *trial) resolve(f *Finding, stack string) func(string) string {
	var pairs []string
	for _, near := range []bool{true, false} { // the first of the pairs with one text counts
		for h := range t.topology.Holders() {
			attribute := ".Arn"
			switch {
			case t.topology.Kind == "terraform":
				attribute = ".arn"
			case h.Topic != nil:
				attribute = ""
			}
			if (h.Stack == stack) == near && h.ARN != "" && (h.Caller == nil || isRole(h.Caller.Principal)) {
				pairs = append(pairs, "${"+h.ID+attribute+"}", h.ARN)
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

func isRole(p policygen.Principal) bool {
	_, is := p.(policygen.RoleARN)
	return is
}
