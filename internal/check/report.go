package check

import (
	"cmp"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// A Report is what a check found.
type Report struct {
	Hops     []Hop     // every hop, in the order of the files
	Findings []Finding // by file, severity and position
	// Suppressed are the findings that the file, or Options.Accepted, accepts with a reason.
	Suppressed []Finding
	Known      int // number of findings that the baseline has
	Files      int // number of files and assemblies read
	// OK, Broken and Unknown count the hops by verdict.
	OK, Broken, Unknown int
	// Ends counts the topics and queues, and Unread is what has to do with them and could not be placed. A file with neither has
	// nothing to do with topics and queues.
	Ends   int
	Unread []topology.Unknown
	// Notes say what of an account was not looked at, and Place which account that is; empty for files.
	Notes []string
	Place string
}

// Join returns the reports of several files as one.
func Join(reports []Report) Report {
	var all Report
	for _, r := range reports {
		all.Hops = append(all.Hops, r.Hops...)
		all.Findings = append(all.Findings, r.Findings...)
		all.Suppressed = append(all.Suppressed, r.Suppressed...)
		all.Known += r.Known
		all.Files += r.Files
		all.OK, all.Broken, all.Unknown = all.OK+r.OK, all.Broken+r.Broken, all.Unknown+r.Unknown
		all.Ends, all.Unread = all.Ends+r.Ends, append(all.Unread, r.Unread...)
		all.Notes, all.Place = appendNewAll(all.Notes, r.Notes), cmp.Or(all.Place, r.Place)
	}
	return all
}

// WithoutHops returns the report without its hops, except those of findings, so that the memory of large inputs can be
// freed.
func (r Report) WithoutHops() Report {
	r.Hops = nil
	for _, findings := range [][]Finding{r.Findings, r.Suppressed} {
		for i := range findings {
			f := &findings[i]
			for _, f := range append([]*Finding{f}, f.others()...) {
				if h := f.Hop; h != nil {
					kept := *h
					f.Hop = &kept
				}
				f.Elements = nil
			}
		}
	}
	return r
}

// newReport returns what is known of a file before its hops are judged.
func newReport(scenarios []*topology.Topology) Report {
	r := Report{Files: max(1, scenarios[0].Files)}
	seen := map[topology.Unknown]bool{}
	r.Notes, r.Place = scenarios[0].Notes, scenarios[0].Place
	for _, t := range scenarios {
		r.Ends = max(r.Ends, len(t.Topics)+len(t.Queues))
		for _, u := range t.Unknowns {
			if !seen[u] {
				seen[u] = true
				r.Unread = append(r.Unread, u)
			}
		}
	}
	return r
}

// merge adds the hops of a file's scenarios.
func (r *Report) merge(scenarios [][]Hop) {
	r.Hops = mergeHops(scenarios)
	for i := range r.Hops {
		r.count(r.Hops[i].Verdict)
	}
}

// count counts a hop by its verdict.
func (r *Report) count(v Verdict) {
	switch v {
	case OK:
		r.OK++
	case Broken:
		r.Broken++
	default:
		r.Unknown++
	}
}
