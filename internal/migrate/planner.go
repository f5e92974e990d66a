package migrate

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A planner plans over one topology, which it changes as the steps do, and takes everything back at the end.
type planner struct {
	t        *topology.Topology
	subjects []*subject
	before   map[hopKey]check.Verdict // the hops as they are before the first step
	request  Request
	made     *topology.Key // the key that the first step makes; nil if it is there
	given    map[*topology.Caller]bool
	asked    map[*topology.Key]bool // keys whose policies are not in the files
	plan     Plan
	undo     []func()
}

// set gives what x points to another value until the planner ends.
func set[T any](p *planner, x *T, v T) {
	was := *x
	p.undo = append(p.undo, func() { *x = was })
	*x = v
}

func (p *planner) end() {
	for _, undo := range slices.Backward(p.undo) {
		undo()
	}
}

// planOf returns the plan for one topology.
func planOf(t *topology.Topology, r Request) (Plan, error) {
	p := &planner{t: t, request: r, given: map[*topology.Caller]bool{}, asked: map[*topology.Key]bool{}, plan: Plan{In: t.Kind}}
	defer p.end()
	var err error
	if p.subjects, err = subjects(t, &r); err != nil {
		return Plan{}, err
	}
	if err := p.target(&r); err != nil {
		return Plan{}, err
	}
	p.name()
	if len(p.subjects) == 0 {
		return p.plan, nil
	}
	p.refuse(p.unusable())
	p.refer()
	p.admitNamed()
	p.refuse(p.unnamed())
	p.assume()
	p.before = map[hopKey]check.Verdict{}
	for _, h := range p.judge(old) {
		if was, there := p.before[keyOf(&h)]; !there || h.Verdict.Worse(was) {
			p.before[keyOf(&h)] = h.Verdict
		}
		if p.concerned(&h) {
			p.refuse(p.undecided(&h))
		}
	}
	if len(p.plan.Refused) == 0 {
		for _, f := range phases {
			p.step(f)
		}
		p.settle()
	}
	if len(p.plan.Refused) > 0 {
		p.plan.Steps, p.plan.Notes = nil, nil
	} else {
		p.notes()
	}
	return p.plan, nil
}

// name notes what the plan is about, and drops subjects that have the encryption already.
func (p *planner) name() {
	for _, s := range p.subjects {
		p.plan.Subjects = append(p.plan.Subjects, Subject{Element: s.element(), Topic: s.topic != nil, ARN: s.arn(), From: s.before(), To: s.encryption(s.new),
			FromKind: s.kindOf(s.old), ToKind: p.request.To})
	}
	p.subjects = slices.DeleteFunc(p.subjects, func(s *subject) bool {
		same := s.old == nil && s.new == nil && (s.topic != nil || s.queue.SSE == text.Yes) ||
			s.old != nil && s.new != nil && s.old.Key == s.new.Key
		if same {
			p.note(s.label() + " has " + s.before() + " already")
		}
		return same
	})
}

func (p *planner) note(what string) {
	if !slices.Contains(p.plan.Notes, what) {
		p.plan.Notes = append(p.plan.Notes, what)
	}
}

// refer lets the topology know that the subjects refer to their new keys, so that no policy of a key refers back.
func (p *planner) refer() {
	reaches := p.t.Reaches
	if reaches == nil {
		return
	}
	set(p, &p.t.Reaches, func(from, to *topology.Element) bool {
		if reaches(from, to) {
			return true
		}
		for _, s := range p.subjects {
			e := s.element()
			if s.new == nil || s.new.Key.Foreign || e.Stack != from.Stack || e.Stack != to.Stack || s.new.Key.Stack != e.Stack {
				continue
			}
			if (from == e || reaches(from, e)) && (to == &s.new.Key.Element || reaches(&s.new.Key.Element, to)) {
				return true
			}
		}
		return false
	})
}

// A side is one of the encryptions of a subject.
type side bool

const (
	old side = false
	new side = true
)

// judge returns the hops under the old or the new encryption.
func (p *planner) judge(under side) []check.Hop {
	for _, s := range p.subjects {
		key := s.old
		if under == new {
			key = s.new
		}
		s.under(key)
	}
	hops := check.Judge(p.t)
	for _, s := range p.subjects {
		s.under(s.old)
	}
	return hops
}
