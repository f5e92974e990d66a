package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// unverified is the advice of a finding whose statements are not shown.
const unverified = "no statements are known that mend it and leave the other hops as they are: who is to be admitted, and where, is for a person to decide"

// verify tries out what mends the findings of a report: all at once, and if anything is worse then, one after the other. What does
// not mend its finding, or makes another hop worse, is taken from it.
func (r *Report) verify(scenarios []*topology.Topology, o Options) {
	var shown []*Finding
	for i := range r.Findings {
		if f := &r.Findings[i]; f.mends() {
			shown = append(shown, f)
		}
	}
	if len(shown) == 0 {
		return
	}
	o.Baseline = nil
	after := try(scenarios, o, shown...)
	worse := r.worse(&after)
	for _, f := range shown {
		if worse {
			after = try(scenarios, o, f)
		}
		if worse && r.worse(&after) || !f.mendedIn(&after) {
			f.Fix, f.Changes = nil, nil
			f.advise(unverified)
		}
	}
}

// mends reports whether the finding shows what is said to let its hop through. What a rule leaves to a person is a proposal, and so are
// the statements for a key that does not exist yet.
func (f *Finding) mends() bool {
	proposed := f.Rule == ruleAWSManagedKey.ID && len(f.Changes) == 0
	return len(f.Fix) > 0 && f.Hop != nil && f.rule.Unmended == "" && !proposed
}

// try judges the topologies with what mends findings.
func try(scenarios []*topology.Topology, o Options, findings ...*Finding) Report {
	for _, t := range scenarios {
		x := trial{topology: t}
		for _, f := range findings {
			x.apply(f)
		}
		defer x.end()
	}
	return judgeFile(scenarios, o)
}

// A hopKey identifies a hop in two reports on the same topologies.
type hopKey struct {
	kind         string
	from, to, by *topology.Element
	scenario     string
}

func (h *Hop) key() hopKey { return hopKey{string(h.Kind), h.From, h.To, h.By, h.Scenario} }

// worse reports whether a hop that was ok is not any more.
func (r *Report) worse(after *Report) bool {
	ok := map[hopKey]bool{}
	for i := range after.Hops {
		ok[after.Hops[i].key()] = after.Hops[i].Verdict == OK
	}
	return slices.ContainsFunc(r.Hops, func(h Hop) bool {
		now, there := ok[h.key()]
		return h.Verdict == OK && there && !now
	})
}

// mendedIn reports whether the finding is gone, or is less than it was: the statement that had no effect is still there, and the hop
// works without it. A hop that one of several policies lets through, of which another may count, is not mended.
func (f *Finding) mendedIn(after *Report) bool {
	hops := map[hopKey]bool{}
	for _, h := range f.hops() {
		hops[h.key()] = true
	}
	for i := range after.Hops {
		h := &after.Hops[i]
		if hops[h.key()] && slices.ContainsFunc(h.Calls, func(c Call) bool { return c.Conflict > 0 }) {
			return false
		}
	}
	for i := range after.Findings {
		for _, g := range append([]*Finding{&after.Findings[i]}, after.Findings[i].others()...) {
			if g.Rule == f.Rule && g.At == f.At && g.Message == f.Message && g.Severity.AtLeast(f.Severity) {
				return false
			}
		}
	}
	return true
}
