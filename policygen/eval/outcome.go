package eval

import (
	"github.com/hopgrant/hopgrant/policygen"
)

// An Outcome is what AWS would answer. The zero value is a denial.
type Outcome uint8

// The outcomes. Only Allowed is success.
const (
	// ImplicitDeny: nothing that had to allow the request does.
	ImplicitDeny Outcome = iota
	// ExplicitDeny: a statement denies the request, whatever others allow.
	ExplicitDeny
	// Undecided: a value that is not known could make it allowed or denied.
	Undecided
	// Allowed: everything that has to allow the request does, and nothing denies it.
	Allowed
)

var outcomeNames = [...]string{
	ImplicitDeny: "implicitly-denied",
	ExplicitDeny: "explicitly-denied",
	Undecided:    "undecided",
	Allowed:      "allowed",
}

// String returns "allowed", "explicitly-denied", "implicitly-denied" or "undecided".
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "undecided"
}

// Denied reports whether the request is denied, explicitly or implicitly. An undecided one is neither denied nor allowed.
func (o Outcome) Denied() bool { return o == ImplicitDeny || o == ExplicitDeny }

// ParseOutcome returns the outcome that [Outcome.String] names s. The error is a [*policygen.InputError].
func ParseOutcome(s string) (Outcome, error) {
	for o, name := range outcomeNames {
		if s == name {
			return Outcome(o), nil
		}
	}
	return ImplicitDeny, &policygen.InputError{What: "decision", Value: s, Got: "unknown",
		Want: "allowed, explicitly-denied, implicitly-denied or undecided"}
}

// MarshalText returns the outcome as [Outcome.String] does.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads the outcome as [ParseOutcome] does.
func (o *Outcome) UnmarshalText(text []byte) error {
	parsed, err := ParseOutcome(string(text))
	if err == nil {
		*o = parsed
	}
	return err
}
