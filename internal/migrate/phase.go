package migrate

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A Phase is what a step is for.
type Phase string

// The phases, in their order. A plan has those that change something.
const (
	Admit  Phase = "admit"
	Switch Phase = "switch"
	Close  Phase = "close"
	Retire Phase = "retire"
)

// A phase is one row of the table of phases. Every pair of encryptions goes through the same ones.
type phase struct {
	name Phase
	// change makes the step's change in the topology, and reports whether there is one.
	change func(*planner, *Step, phase) bool
	// views are the hops as they may be from the deployment of the change until the end of its waits.
	views []view
	waits func(*planner) []Wait
	title func(*planner) string
	back  string
}

// phases is the order that loses no message: who reads and sends is admitted to the new key before anything is under it, and the old
// key's grants go when nothing can be encrypted under it any more, those for reading when nothing under it is left.
var phases = []phase{
	{
		name: Admit, change: (*planner).admit,
		views: []view{{under: old}},
		waits: func(*planner) []Wait { return []Wait{afterPolicies()} },
		title: func(p *planner) string {
			if p.made != nil {
				return "make " + p.newKeys() + ", and admit to it whoever sends and reads"
			}
			return "admit to " + p.newKeys() + " whoever sends and reads"
		},
		back: "take the statements away: nothing is encrypted under the new key yet",
	},
	{
		name: Switch, change: (*planner).change,
		views: []view{{under: old}, {under: new}, {under: old, left: true}, {under: new, left: true}},
		waits: (*planner).afterSwitch,
		title: func(p *planner) string {
			if p.subjects[0].new == nil && p.subjects[0].topic != nil {
				return "take the key from " + p.labels()
			}
			return "encrypt " + p.labels() + " with " + p.newKeys()
		},
		back: "set the old encryption again: whoever needs its key still has it. What was sent meanwhile stays under the new one, so that the grants on a new key stay too until that is gone",
	},
	{
		name: Close, change: (*planner).remove,
		views: []view{{under: new}, {under: old, left: true}},
		waits: func(*planner) []Wait { return nil },
		title: func(p *planner) string { return "let nobody encrypt under " + p.oldKeys() + " any more" },
		back:  "add the statements again, and wait for them, before anything else is taken back",
	},
	{
		name: Retire, change: (*planner).remove,
		views: []view{{under: new}},
		waits: func(*planner) []Wait { return nil },
		title: func(p *planner) string { return "take away the rest of the grants on " + p.oldKeys() },
		back:  "add the statements again: what is still under the key can be read as soon as they are seen",
	},
}

// step makes the step of a phase, and proves it.
func (p *planner) step(f phase) {
	if len(p.plan.Refused) > 0 {
		return
	}
	s := Step{Phase: f.name}
	if !f.change(p, &s, f) {
		return
	}
	s.Title, s.Waits, s.Back = f.title(p), f.waits(p), f.back
	for _, v := range f.views {
		if v.left && !p.keyed(v.under) {
			continue // whoever may receive from the queue may read what is under no key of KMS
		}
		proof, faults := p.prove(v)
		for i := range faults {
			p.refuse([]string{faults[i].String()})
		}
		if proof.OK+proof.AsBefore > 0 {
			s.Proofs = append(s.Proofs, proof)
		}
	}
	s.Done = p.done(&s)
	s.Commands = p.commands(&s)
	p.plan.Steps = append(p.plan.Steps, s)
}

// settle makes the step before the one that takes away what reads the old keys wait until nothing under them is left. If there is no
// such step, the plan ends with that wait: until then the keys are needed.
func (p *planner) settle() {
	n := len(p.plan.Steps)
	if n == 0 || !slices.ContainsFunc(p.subjects, (*subject).leavesKey) {
		return
	}
	before := &p.plan.Steps[n-1]
	if before.Phase == Retire {
		before = &p.plan.Steps[n-2]
	}
	before.Waits = append(before.Waits, p.untilGone())
	before.Done = append(before.Done, p.empty()...)
}

// messages says which messages a view is about.
func (p *planner) messages(v view) string {
	key, what := p.newKeys(), "messages sent under "
	if v.under == old {
		key = p.oldKeys()
	}
	if v.left {
		what = "messages left under "
	}
	return what + key
}

func (p *planner) oldKeys() string {
	return p.each(func(s *subject) string { return s.before() })
}

func (p *planner) newKeys() string {
	return p.each(func(s *subject) string { return s.encryption(s.new) })
}

func (p *planner) labels() string {
	return p.each(func(s *subject) string { return s.label() })
}

// each lists what is to be said of the subjects, each once.
func (p *planner) each(say func(*subject) string) string {
	var all []string
	for _, s := range p.subjects {
		if what := say(s); !slices.Contains(all, what) {
			all = append(all, what)
		}
	}
	return value.And(all)
}
