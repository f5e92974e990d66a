package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // a message is lost, or a call denied
	Warning Severity = "warning" // wider than needed, or risky, or lost if AWS's pages are read the other way
	Info    Severity = "info"    // could not be checked, or could be better
)

// Severities are all severities, the worst first.
var Severities = []Severity{Error, Warning, Info}

// AtLeast reports whether s is as bad as min or worse.
func (s Severity) AtLeast(min Severity) bool { return s.rank() >= min.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// A Finding is one thing that is wrong, complete without its renderer.
type Finding struct {
	Rule     string
	Severity Severity
	// Message is one sentence without a period, which names both ends of the hop by their logical ids.
	Message string
	At      topology.Position
	// Hop is the hop that it is about; nil if it is about a resource or document alone.
	Hop *Hop
	// Fix are the smallest statements that mend it; none where no statement does. Advice says in words what to do.
	Fix    []Fix
	Advice string
	// Help is the address of the rule's documentation, AWS that of the AWS page behind it.
	Help, AWS string

	// Elements are what the finding is about: each may suppress it.
	Elements []*topology.Element
	// Scenario is the assignment of unknown conditions under which it holds; empty if always.
	Scenario string
	count    int // of the scenarios under which it holds
	// Suppressed is the reason for which the file accepts the finding; empty if it does not.
	Suppressed string
}

// key is what makes two findings the same, whatever lines they stand on: that of a baseline.
func (f *Finding) key() string {
	return strings.Join([]string{f.Rule, f.At.File, f.Message}, "\x00")
}

// suppress notes the reason of an element that accepts the finding.
func (f *Finding) suppress() {
	for _, e := range f.Elements {
		for _, s := range e.Suppressions {
			if s.Rule == f.Rule && strings.TrimSpace(s.Reason) != "" {
				f.Suppressed = s.Reason
			}
		}
	}
}
