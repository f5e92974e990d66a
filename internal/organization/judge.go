package organization

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Judging says how a folder is judged.
type Judging struct {
	Check check.Options
	// OwnerTag is the key of the tag by which findings are counted; empty counts none.
	OwnerTag string
	// Fails reports whether a finding ends the check with status 1.
	Fails func(*check.Finding) bool
	// Encode returns the file of a place's findings.
	Encode func(check.Report) ([]byte, error)
}

// Judge checks the hops of all accounts that were read, writes the findings of each place, and sums them up. It holds the snapshots of
// accounts that name each other in memory, and of no others at the same time.
func (f Folder) Judge(targets []Target, r Reading, j Judging) (*Summary, error) {
	s := &Summary{Accounts: len(targets), Reused: r.Reused, Failed: append([]Failure{}, r.Failed...)}
	for _, t := range targets {
		s.Regions += len(t.Regions)
	}
	for _, failed := range r.Failed {
		// What an earlier reading found is no answer.
		if err := os.Remove(f.Findings(failed.Place)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	groups, err := f.groups(r.Read)
	if err != nil {
		return nil, err
	}
	rules, accounts, owners := counts{}, counts{}, counts{}
	for _, places := range groups {
		g, err := f.load(places, j.OwnerTag)
		if err != nil {
			return nil, err
		}
		if err := g.judge(j.Check); err != nil {
			return nil, err
		}
		s.Together = max(s.Together, g.accounts)
		s.add(g)
		for at, one := range g.reports {
			for i := range one.Findings {
				found := &one.Findings[i]
				count(found.Severity, &s.Errors, &s.Warnings, &s.Infos)
				rules.add(found.Rule, found.Severity)
				accounts.add(at.Account, found.Severity)
				owners.add(g.owner(found), found.Severity)
				if j.Fails(found) {
					s.Failing++
				}
			}
			data, err := j.Encode(*one)
			if err != nil {
				return nil, err
			}
			if err := value.ReplaceFile(f.Findings(at), data, 0o600); err != nil {
				return nil, err
			}
		}
	}
	s.ByRule, s.ByAccount = rules.worst(), accounts.worst()
	if j.OwnerTag != "" {
		s.ByOwner = owners.worst()
	}
	return s, nil
}

// add adds what was read of a group, and its hops.
func (s *Summary) add(g *group) {
	for i := range g.snapshot.Scopes {
		scope := &g.snapshot.Scopes[i]
		if scope.Region != "" {
			s.Read++
		}
		for _, gap := range scope.Gaps {
			if gap.Evidence {
				s.EvidenceGaps++
			} else {
				s.Gaps++
			}
		}
	}
	for i := range g.all.Hops {
		h := &g.all.Hops[i]
		s.Hops.add(h.Verdict)
		if from, to := accountOf(h.From), accountOf(h.To); from != "" && to != "" && from != to {
			s.Crossing.add(h.Verdict)
		}
	}
	s.Suppressed += len(g.all.Suppressed)
	s.Known += g.all.Known
}

// accountOf returns the account that an element is in; empty if it is not known.
func accountOf(e *topology.Element) string {
	if account := text.Known(e.ID, text.Account); account != "" {
		return account
	}
	return placeOf(e.At.File).Account
}

// A group are accounts that are judged together.
type group struct {
	snapshot *live.Snapshot
	accounts int
	all      check.Report
	reports  map[Place]*check.Report
	owners   map[string]string // by the IDs of topics, queues and keys
}

func (f Folder) load(places []Place, tag string) (*group, error) {
	g := &group{reports: map[Place]*check.Report{}, owners: map[string]string{}}
	accounts := map[string]bool{}
	var snapshots []*live.Snapshot
	for _, p := range places {
		s, err := live.ReadFile(f.Snapshot(p))
		if err != nil {
			return nil, err
		}
		snapshots = append(snapshots, s)
		accounts[p.Account] = true
		g.reports[p] = &check.Report{Files: 1, Place: p.String()}
		for _, r := range s.Scopes[0].Resources {
			if owner := r.Attributes[live.TagAttribute(tag)]; owner != "" {
				g.owners[r.ID] = owner
			}
		}
	}
	g.snapshot, g.accounts = live.Join(snapshots...), len(accounts)
	return g, nil
}

var accountID = regexp.MustCompile(`\b[0-9]{12}\b`)

// judge checks the group, and divides what it finds among the places.
func (g *group) judge(o check.Options) error {
	t, err := g.snapshot.Topology("the accounts")
	if err != nil {
		return err
	}
	g.all = check.Run([]*topology.Topology{t}, o)
	for i := range g.all.Hops {
		h := &g.all.Hops[i]
		r := g.at(h.By, h.To, h.From)
		r.Ends++
		switch h.Verdict {
		case check.OK:
			r.OK++
		case check.Broken:
			r.Broken++
		default:
			r.Unknown++
		}
	}
	for _, f := range g.all.Findings {
		r := g.at(append([]*topology.Element{{At: f.At}}, f.Elements...)...)
		r.Findings = append(r.Findings, f)
	}
	for _, f := range g.all.Suppressed {
		r := g.at(append([]*topology.Element{{At: f.At}}, f.Elements...)...)
		r.Suppressed = append(r.Suppressed, f)
	}
	for _, u := range g.all.Unread {
		r := g.at(&topology.Element{ID: u.ID, At: u.At})
		r.Unread = append(r.Unread, u)
	}
	for _, note := range g.all.Notes {
		of := accountID.FindString(note)
		for at, r := range g.reports {
			if of == "" || at.Account == of {
				r.Notes = append(r.Notes, note)
			}
		}
	}
	return nil
}

// at returns the report of the first of the elements that is in a place of the group; of the first place if none is.
func (g *group) at(elements ...*topology.Element) *check.Report {
	for _, e := range elements {
		if e == nil {
			continue
		}
		for _, p := range []Place{placeOf(e.At.File), {text.Known(e.ID, text.Account), text.Known(e.ID, text.Region)}} {
			if r := g.reports[p]; r != nil {
				return r
			}
		}
	}
	first := &g.snapshot.Scopes[0]
	return g.reports[Place{first.Account, first.Region}]
}

// owner returns the value of the owner tag of what a finding is about: of the first of its resources that has one.
func (g *group) owner(f *check.Finding) string {
	elements := slices.Clone(f.Elements)
	if f.Hop != nil {
		elements = append(elements, f.Hop.To, f.Hop.From)
	}
	for _, e := range elements {
		if owner := g.owners[e.ID]; owner != "" {
			return owner
		}
	}
	return ""
}
