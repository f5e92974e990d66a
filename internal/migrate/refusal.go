package migrate

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// refuse adds reasons against the plan, each once.
func (p *planner) refuse(reasons []string) {
	for _, r := range reasons {
		if !slices.Contains(p.plan.Refused, r) {
			p.plan.Refused = append(p.plan.Refused, r)
		}
	}
}

// unusable says why the subjects cannot be under their new keys, whatever policies say.
func (p *planner) unusable() (reasons []string) {
	for _, s := range p.subjects {
		if why := s.element().MayChange; why != "" {
			reasons = append(reasons, s.label()+" may be other than the file has it: "+why)
		}
		if other := p.sibling(s); other != "" {
			reasons = append(reasons, s.label()+" is written in the same place as "+other+", which changes with it: name both")
		}
		if s.leavesKey() && s.old.Key.Enabled == text.No && !s.old.Key.Foreign {
			reasons = append(reasons, "key "+s.old.Key.Label()+" is disabled: what waits under it cannot be read before it is enabled")
		}
		if s.new == nil || s.new.Key.AWSManaged != "" {
			continue
		}
		switch k := s.new.Key; {
		case k.Enabled == text.No && !k.Foreign:
			reasons = append(reasons, "key "+k.Label()+" is disabled: nothing could be encrypted or read under it")
		case k.Cannot != "":
			reasons = append(reasons, s.label()+" cannot be under key "+k.Label()+": "+k.Cannot+", and SQS and SNS use symmetric encryption keys alone")
		case k.May != "":
			reasons = append(reasons, "whether "+s.label()+" can be under key "+k.Label()+" is not known: "+k.May)
		}
	}
	return reasons
}

// sibling returns another queue or topic that the subject's block makes and that is no subject; "" if there is none.
func (p *planner) sibling(s *subject) string {
	e := s.element()
	is := func(other *topology.Element) bool {
		return other != e && other.At == e.At && e.At.Line > 0 && !other.Foreign &&
			!slices.ContainsFunc(p.subjects, func(x *subject) bool { return x.element() == other })
	}
	for h := range p.t.Holders() {
		if (h.Queue != nil || h.Topic != nil) && is(h.Element) {
			return string(h.On) + " " + h.Label()
		}
	}
	return ""
}

// undecided says that it is not known whether a hop may use the old key, so that nothing can be proven of it. Of a key that is not in the
// files, it is taken for granted.
func (p *planner) undecided(h *check.Hop) []string {
	for i := range h.Calls {
		c := &h.Calls[i]
		if k := h.KeyElement(c.Resource); k != nil && k.Foreign {
			continue
		}
		if p.isOld(c) && c.Outcome != eval.Allowed && !c.Outcome.Denied() {
			return []string{(&fault{*h, c.Why()}).String()}
		}
	}
	return nil
}
