package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// Options choose what a check reports. The zero value reports errors and warnings of all rules.
type Options struct {
	// Severity is the least severity to report; "" means Warning, or Info if Rules are given.
	Severity Severity
	// Undecided reports every hop that could not be decided, whatever Severity and Rules say.
	Undecided bool
	// Rules lists the ids of the rules to check; empty means all.
	Rules []string
	// Severities are those of all findings of some rules, by the rule's id, in place of their own.
	Severities map[string]Severity
	// Accepted are the reasons why all findings of some rules are accepted, by the rule's id.
	Accepted map[string]string
	// Baseline holds known findings, which are not reported again; nil means none.
	Baseline *Baseline
}

// worst returns the worst severity of a rule's findings.
func (o *Options) worst(r *Rule) Severity { return cmp.Or(o.Severities[r.ID], r.Severity) }

func (o *Options) least() Severity {
	switch {
	case o.Severity != "":
		return o.Severity
	case len(o.Rules) > 0:
		return Info
	}
	return Warning
}

// reports reports whether findings of a rule are asked for if they have the severity.
func (o *Options) reports(r *Rule, severity Severity) bool {
	return o.Undecided && r.undecided || severity.AtLeast(o.least()) && (len(o.Rules) == 0 || slices.Contains(o.Rules, r.ID))
}

// Run judges the hops of topologies and reports what the rules find. Topologies with the same path are one file under
// different assumptions about what is unknown: what is wrong under any of them is wrong.
func Run(topologies []*topology.Topology, o Options) Report {
	var reports []Report
	for _, scenarios := range groupByPath(topologies) {
		r := judgeFile(scenarios, o)
		r.verify(scenarios, o)
		reports = append(reports, r)
	}
	return Join(reports)
}

// Explain judges the hops of topologies, as Run does, without checking the rules.
func Explain(topologies []*topology.Topology) Report {
	var reports []Report
	for _, scenarios := range groupByPath(topologies) {
		r := newReport(scenarios)
		var hops [][]Hop
		for _, t := range scenarios {
			hops = append(hops, Judge(t))
		}
		r.merge(hops)
		reports = append(reports, r)
	}
	return Join(reports)
}

func groupByPath(topologies []*topology.Topology) [][]*topology.Topology {
	var groups [][]*topology.Topology
	index := map[string]int{}
	for _, t := range topologies {
		i, ok := index[t.Path]
		if !ok {
			i = len(groups)
			index[t.Path] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], t)
	}
	return groups
}

// judgeFile checks one file under each of its scenarios, without verifying the mends.
func judgeFile(scenarios []*topology.Topology, o Options) Report {
	var hops [][]Hop
	var findings []Finding
	seen := map[string]int{}
	r := newReport(scenarios)
	for _, t := range scenarios {
		judged := Judge(t)
		hops = append(hops, judged)
		for _, f := range find(newSubject(t, judged), o) {
			// A finding that several scenarios have is reported once, with its worst severity.
			id := f.Rule + "\x00" + f.At.String() + "\x00" + f.Message
			if i, ok := seen[id]; ok {
				if f.Severity.rank() > findings[i].Severity.rank() {
					findings[i] = f
				}
				findings[i].count++
				continue
			}
			f.count = 1
			seen[id] = len(findings)
			findings = append(findings, f)
		}
	}
	r.merge(hops)
	for _, f := range findings {
		if f.count == len(scenarios) {
			f.Scenario = ""
		}
		f.suppress(o.Accepted)
		switch {
		case !o.reports(f.rule, f.Severity):
		case f.Suppressed != "":
			r.Suppressed = append(r.Suppressed, f)
		case o.Baseline.knows(&f):
			r.Known++
		default:
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, byPosition)
	r.Findings = grouped(r.Findings)
	return r
}

func byPosition(a, b Finding) int {
	return cmp.Or(strings.Compare(a.At.File, b.At.File), cmp.Compare(b.Severity.rank(), a.Severity.rank()),
		cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
}

func find(s *subject, o Options) []Finding {
	var all []Finding
	s.lookUp = LookUp
	for _, r := range rules {
		if o.reports(r, o.worst(r)) {
			for _, f := range r.check(s, r) {
				if f.Severity == Error && f.Hop != nil && f.Hop.supposed() {
					f.Severity = Warning
				}
				s.replaceDefaults(&f)
				if s.Kind == "terraform" {
					f.Fix = s.reworded(f.Fix)
					f.advise(dataSources(f.Fix))
				}
				if s.Kind == "account" {
					s.there(&f)
				}
				f.Evidence = s.seen(&f)
				f.Severity = cmp.Or(o.Severities[r.ID], f.Severity)
				all = append(all, f)
			}
		}
	}
	return all
}

// seen returns the evidence about what a finding is about.
func (s *subject) seen(f *Finding) []topology.Evidence {
	if len(s.Evidence) == 0 {
		return nil
	}
	var ids []string
	if f.Hop != nil {
		ids = f.Hop.ids()
	}
	for _, e := range f.Elements {
		ids = append(ids, e.ID)
	}
	return s.About(ids...)
}

// mergeHops returns the hops of all scenarios as one list. It keeps a hop that several scenarios have once, with its worst
// verdict.
func mergeHops(scenarios [][]Hop) []Hop {
	if len(scenarios) == 1 {
		for i := range scenarios[0] {
			scenarios[0][i].Scenario = ""
		}
		return scenarios[0]
	}
	type key struct {
		kind, from, to, by string
		at                 topology.Position
	}
	var all []Hop
	index := map[key]int{}
	count := map[key]int{}
	verdicts := map[key]map[Verdict]bool{}
	for _, hops := range scenarios {
		for _, h := range hops {
			k := key{string(h.Kind), h.From.ID, h.To.ID, h.By.ID, h.By.At}
			count[k]++
			if verdicts[k] == nil {
				verdicts[k] = map[Verdict]bool{}
			}
			verdicts[k][h.Verdict] = true
			i, ok := index[k]
			if !ok {
				index[k] = len(all)
				all = append(all, h)
			} else if h.Verdict.Worse(all[i].Verdict) {
				all[i] = h
			}
		}
	}
	for k, i := range index {
		if count[k] == len(scenarios) && len(verdicts[k]) == 1 {
			all[i].Scenario = ""
		}
	}
	return all
}
