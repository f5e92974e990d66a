package migrate

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// mostTries is how often a hop gets grants. One that lacks several may show the next one only once it has the first.
const mostTries = 3

// admit adds to policies what the hops need on the new keys.
func (p *planner) admit(s *Step, _ phase) bool {
	tried := map[hopKey]int{}
	for more := true; more; {
		more = false
		for _, h := range p.judge(new) {
			if tried[keyOf(&h)] == mostTries || h.Verdict == check.OK || !p.concerned(&h) || p.refusal(&h) == "" {
				continue
			}
			tried[keyOf(&h)]++
			if p.grant(s, &h) {
				more = true // which may be what other hops need too
				break
			}
		}
	}
	s.Grants = united(s.Grants)
	p.make(s)
	return len(s.Grants) > 0 || s.Makes != nil
}

// make lets the step make the key that is not there, with its grants and the statement of its account.
func (p *planner) make(s *Step) {
	if p.made == nil {
		return
	}
	s.Makes = &Make{Beside: p.subjects[0].element(), Key: &p.made.Element}
	s.Grants = slices.DeleteFunc(s.Grants, func(g Grant) bool {
		if g.Elements[0] == s.Makes.Key {
			s.Makes.Finding = g.Finding
		}
		return g.Elements[0] == s.Makes.Key
	})
	if s.Makes.Finding == nil {
		s.Makes.Finding = &check.Finding{At: s.Makes.Beside.At, In: p.t.Kind, Elements: []*topology.Element{s.Makes.Key}, Fix: []check.Fix{check.DefaultPolicy(p.t, p.made)}}
	}
}

// united returns the grants with those of one policy in one: statements that differ in one thing become one statement.
func united(grants []Grant) (all []Grant) {
	index := map[*topology.Element]int{}
	for _, g := range grants {
		i, there := index[g.Elements[0]]
		if !there {
			index[g.Elements[0]] = len(all)
			all = append(all, g)
			continue
		}
		first := *all[i].Finding
		whole, err := policygen.Merge(first.Fix[0].Document, policygen.Attachment{On: g.Fix[0].On, Document: g.Fix[0].Document, Partial: true})
		if err != nil { // it is over a limit, as check says of the policy
			whole = first.Fix[0].Document
			whole.Statements = slices.Concat(whole.Statements, g.Fix[0].Document.Statements)
		}
		fix := first.Fix[0]
		fix.Document = whole
		first.Fix, first.Others = []check.Fix{fix}, append(slices.Clip(first.Others), *g.Finding)
		all[i].Finding = &first
	}
	return all
}

// grant adds what a hop needs on the new keys, and reports whether there is such.
func (p *planner) grant(s *Step, h *check.Hop) bool {
	for _, x := range p.subjects {
		x.under(x.new) // the hop's statements name it
	}
	findings := check.Grants(p.t, h)
	for _, x := range p.subjects {
		x.under(x.old)
	}
	for _, f := range findings {
		p.undo = append(p.undo, check.Suppose(p.t, f))
		elsewhere := p.isElsewhere(f.Elements[0])
		if elsewhere {
			f.Fix[0] = f.Fix[0].Mapped(spelled)
		}
		s.Grants = append(s.Grants, Grant{f, elsewhere})
	}
	return len(findings) > 0
}

// spelled returns a reference as a policy that is not in the files has it: somebody has to look up what it stands for.
func spelled(s string) string {
	if !text.IsReference(s) {
		return s
	}
	name := strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}")
	return "<the ARN of " + strings.TrimSuffix(strings.TrimSuffix(name, ".Arn"), ".arn") + ">"
}

// isElsewhere reports whether a policy is not in the files.
func (p *planner) isElsewhere(e *topology.Element) bool {
	for c := range p.given {
		if &c.Element == e {
			return true
		}
	}
	for k := range p.asked {
		if &k.Element == e {
			return true
		}
	}
	return false
}

// change gives the subjects their new encryption.
func (p *planner) change(s *Step, _ phase) bool {
	for _, x := range p.subjects {
		e := x.element()
		property := func(name string, v any) {
			s.Changes = append(s.Changes, check.Change{Element: e, Property: name, Value: v})
		}
		switch {
		case x.new != nil:
			reference, ok := p.reference(x)
			if !ok {
				p.refuse([]string{"key " + x.new.Key.Label() + " is in another stack than " + x.label() + ", and its ARN is made at deployment: pass it as --key"})
			}
			property("KmsMasterKeyId", reference)
			if x.queue != nil {
				property("SqsManagedSseEnabled", nil) // a queue has one kind of encryption
			}
		case x.topic != nil:
			property("KmsMasterKeyId", nil)
		default:
			property("SqsManagedSseEnabled", true)
			property("KmsMasterKeyId", nil)
			property("KmsDataKeyReusePeriodSeconds", nil)
		}
	}
	return true
}

// reference returns how the file refers to the new key of a subject.
func (p *planner) reference(s *subject) (string, bool) {
	k := s.new.Key
	switch {
	case k.AWSManaged != "":
		return "alias/aws/" + k.AWSManaged, true
	case !k.Foreign && k.Stack == s.element().Stack && p.t.Kind == "terraform":
		return "${" + k.ID + ".arn}", true
	case !k.Foreign && k.Stack == s.element().Stack && slices.Contains([]string{"cloudformation", "sam", "cdk"}, p.t.Kind):
		return "${" + k.ID + ".Arn}", true
	case text.Unresolved(string(k.ARN)):
		return "", false
	}
	return strings.TrimSpace(string(k.ARN)), true
}
