package organization

import (
	"cmp"
	"maps"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
)

// A Summary is what was found in all accounts. Its JSON is a contract: fields are added, never renamed.
type Summary struct {
	// Accounts and Regions count what was to be read: accounts, and accounts in one Region each.
	Accounts int `json:"accounts"`
	Regions  int `json:"accountRegions"`
	// Read counts the accounts in one Region each that were read, of which Reused were there before and fresh.
	Read   int `json:"read"`
	Reused int `json:"reused"`
	// Failed are those that could not be read; one without a Region is what the account has once.
	Failed []Failure `json:"failed"`
	// Inactive are accounts of the organization that cannot be read because of their state, and are in no other number.
	Inactive []Inactive `json:"inactive,omitempty"`

	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	// Suppressed and Known count findings that are accepted, and that a baseline has.
	Suppressed int `json:"suppressed"`
	Known      int `json:"known"`
	// Each finding is in one Count of each of these, the worst first. The owner is the value of a tag, or "" where there is none; without
	// a tag there are no counts of owners.
	ByRule    []Count `json:"byRule"`
	ByAccount []Count `json:"byAccount"`
	ByOwner   []Count `json:"byOwner,omitempty"`

	Hops Hops `json:"hops"`
	// Crossing are those hops of which the ends are in different accounts.
	Crossing Hops `json:"crossing"`
	// Gaps counts calls that were not answered, and EvidenceGaps those on which no verdict hangs.
	Gaps         int `json:"gaps"`
	EvidenceGaps int `json:"evidenceGaps"`
	// Together is the most accounts that were judged together, because one names what another has.
	Together int `json:"together"`
	// Failing counts the findings that end the check with status 1.
	Failing int `json:"-"`
}

// Inactive is an account whose roles cannot be assumed, and its state, such as "SUSPENDED".
type Inactive struct {
	Account string `json:"account"`
	State   string `json:"state"`
}

// A Count counts findings by severity.
type Count struct {
	Name     string `json:"name"`
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Infos    int    `json:"infos"`
}

// Hops counts hops by verdict.
type Hops struct {
	OK      int `json:"ok"`
	Broken  int `json:"broken"`
	Unknown int `json:"unknown"`
}

// All returns the number of hops.
func (h Hops) All() int { return h.OK + h.Broken + h.Unknown }

func (h *Hops) add(v check.Verdict) {
	switch v {
	case check.OK:
		h.OK++
	case check.Broken:
		h.Broken++
	default:
		h.Unknown++
	}
}

// counts has a Count for each name.
type counts map[string]*Count

func (c counts) add(name string, s check.Severity) {
	if c[name] == nil {
		c[name] = &Count{Name: name}
	}
	count(s, &c[name].Errors, &c[name].Warnings, &c[name].Infos)
}

func count(s check.Severity, errors, warnings, infos *int) {
	switch s {
	case check.Error:
		*errors++
	case check.Warning:
		*warnings++
	default:
		*infos++
	}
}

// worst returns the counts, the worst first.
func (c counts) worst() []Count {
	all := []Count{}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		all = append(all, *c[name])
	}
	slices.SortStableFunc(all, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Errors, a.Errors), cmp.Compare(b.Warnings, a.Warnings), cmp.Compare(b.Infos, a.Infos))
	})
	return all
}
