package report

import (
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// A pageFinding is a finding, with what mends it.
type pageFinding struct {
	Rule, Severity, Message, At string
	Scenario, Advice, Help      string
	Mends                       []mend
	Hops                        []int // the hops that it is about, by their number
}

// A hopID identifies a hop in the findings and in the hops of a report.
type hopID struct {
	kind, from, to, by string
	at                 topology.Position
}

func idOf(h *check.Hop) hopID { return hopID{string(h.Kind), h.From.ID, h.To.ID, h.By.ID, h.By.At} }

// addFindings adds the findings of a report to the page, and to its hops the numbers of those that are about them.
func (p *page) addFindings(r check.Report, edges []edge, style Style) error {
	numbers := map[hopID][]int{}
	for i, e := range edges {
		numbers[idOf(e.hop)] = append(numbers[idOf(e.hop)], i)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		finding := pageFinding{Rule: f.Rule, Severity: string(f.Severity), Message: clean(f.Message), At: clean(f.At.String()), Scenario: clean(f.Scenario),
			Advice: clean(f.Advice), Help: f.Help}
		var err error
		if finding.Mends, err = style.mends(f); err != nil {
			return err
		}
		for _, h := range append([]*check.Hop{f.Hop}, hopsOf(f.Others)...) {
			if h == nil {
				continue
			}
			for _, n := range numbers[idOf(h)] {
				finding.Hops = append(finding.Hops, n)
				p.Hops[n].Findings = append(p.Hops[n].Findings, len(p.Findings))
			}
		}
		p.Findings = append(p.Findings, finding)
	}
	return nil
}

func hopsOf(findings []check.Finding) []*check.Hop {
	var all []*check.Hop
	for i := range findings {
		all = append(all, findings[i].Hop)
	}
	return all
}
