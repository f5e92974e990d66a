package migrate

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A candidate is a statement that may be there for nothing but an old key of a subject.
type candidate struct {
	on     policygen.Target
	of     string
	policy *topology.Policy
	index  int
	// resource is that of the key among several resources of the statement, which alone goes; -1 if all of the statement does.
	resource int
}

// remove takes away the statements on old keys without which every hop is ok in the views of the phase, and which some hop needed
// while the subjects were under the old keys.
func (p *planner) remove(s *Step, f phase) bool {
	for _, c := range p.candidates() {
		st, needed := c.policy.Document.Statements[c.index], p.denied()
		at, end := c.policy.Statement(c.index), p.without(c)
		if p.denied() == needed || !p.sound(f.views) {
			end()
			continue
		}
		p.undo = append(p.undo, end)
		if c.resource >= 0 {
			st.Resource = st.Resource[c.resource : c.resource+1]
		}
		s.Removals = append(s.Removals, Removal{c.on, c.of, c.policy, st, at, c.resource, c.policy.Document, p.other(c, &st)})
	}
	for i := range s.Removals {
		s.Removals[i].Rest = s.rest(s.Removals[i].Policy)
	}
	return len(s.Removals) > 0
}

// rest returns what is left of a policy without all statements that the step takes from it, but those about which a person decides.
func (s *Step) rest(p *topology.Policy) policygen.Document {
	d := p.Document
	for _, r := range s.Removals {
		if r.Policy == p && r.Other != "" {
			d.Statements = append(slices.Clip(d.Statements), r.Statement)
		}
	}
	return d
}

// other says what a statement may be for besides messages.
func (p *planner) other(c candidate, st *policygen.Statement) string {
	if st.Principal == nil {
		for _, caller := range p.t.Callers {
			if slices.Contains(caller.Identity, c.policy) && !check.OnlyMessages(caller) {
				return caller.Label() + " may do more than send and receive, and may use the key for that: take it away if it does not"
			}
		}
		return ""
	}
	for _, who := range slices.Concat(st.Principal.Service, st.Principal.AWS) {
		used := func(h check.Hop) bool {
			return slices.ContainsFunc(h.Calls, func(call check.Call) bool { return p.isOld(&call) && call.Caller.String() == who }) &&
				(h.CallerElement == nil || policygen.IsService(h.CallerElement.Principal) || check.OnlyMessages(h.CallerElement))
		}
		if !slices.ContainsFunc(p.judge(old), used) {
			return who + " may use the key for something else too: take it away if it does not"
		}
	}
	return ""
}

// sound reports whether every hop is ok in all of the views.
func (p *planner) sound(views []view) bool {
	for _, v := range views {
		if _, faults := p.prove(v); len(faults) > 0 {
			return false
		}
	}
	return true
}

// denied counts the calls on the old keys that are not allowed while the subjects are under them.
func (p *planner) denied() (n int) {
	for _, h := range p.judge(old) {
		for i := range h.Calls {
			if c := &h.Calls[i]; c.Outcome != eval.Allowed && p.isOld(c) && p.concerned(&h) {
				n++
			}
		}
	}
	return n
}

// without takes a statement from its policy, and returns what takes that back.
func (p *planner) without(c candidate) (end func()) {
	was := *c.policy
	if c.resource >= 0 {
		statements := slices.Clone(was.Document.Statements)
		st := &statements[c.index]
		st.Resource = slices.Delete(slices.Clone(st.Resource), c.resource, c.resource+1)
		c.policy.Document.Statements = statements
		return func() { *c.policy = was }
	}
	c.policy.Document.Statements = slices.Delete(slices.Clone(was.Document.Statements), c.index, c.index+1)
	if c.index < len(was.Statements) {
		c.policy.Statements = slices.Delete(slices.Clone(was.Statements), c.index, c.index+1)
	}
	return func() { *c.policy = was }
}

// candidates returns the statements that are about old keys of the subjects and nothing else: the last ones of a policy first, so that
// the others stay where they are when one is taken away.
func (p *planner) candidates() (all []candidate) {
	seen := map[*topology.Policy]bool{}
	add := func(on policygen.Target, of *topology.Element, policy *topology.Policy, is func(*policygen.Statement) (resource int, ok bool)) {
		if policy == nil || seen[policy] || policy.Default || policy.Unknown != "" || policy.Group != "" || of.Foreign {
			return
		}
		seen[policy] = true
		for i := len(policy.Document.Statements) - 1; i >= 0; i-- {
			s := &policy.Document.Statements[i]
			if resource, ok := is(s); ok && s.Effect == policygen.Allow && onlyKeys(s.Action) {
				all = append(all, candidate{on, of.Label(), policy, i, resource})
			}
		}
	}
	for _, s := range p.subjects {
		if !s.leavesKey() || s.new != nil && s.new.Key == s.old.Key {
			continue
		}
		k := s.old.Key
		add(policygen.OnKey, &k.Element, k.Policy, func(s *policygen.Statement) (int, bool) { return -1, namesSome(s.Principal) })
		for _, c := range p.t.Callers {
			if p.given[c] {
				continue
			}
			for _, policy := range c.Identity {
				add(policygen.OnIdentity, &c.Element, policy, func(s *policygen.Statement) (int, bool) {
					i := slices.Index(s.Resource, string(k.ARN))
					if len(s.Resource) == 1 {
						return -1, i == 0
					}
					return i, i >= 0
				})
			}
		}
	}
	return all
}

// onlyKeys reports whether all actions are those of KMS.
func onlyKeys(actions []string) bool {
	other := func(a string) bool { return text.MatchFold("kms:*", a) != text.Yes }
	return len(actions) > 0 && !slices.ContainsFunc(actions, other)
}

// namesSome reports whether a statement is for services or principals by name, and not for an account as a whole or for everybody.
func namesSome(who *policygen.Principals) bool {
	if who == nil || who.Anyone || len(who.AWS)+len(who.Service) == 0 {
		return false
	}
	return !slices.ContainsFunc(who.AWS, func(s string) bool {
		return s == "*" || strings.HasSuffix(s, ":root") || strings.Trim(s, "0123456789") == ""
	})
}
