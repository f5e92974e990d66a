// Package heading says in words where a policy belongs. It knows none of the languages that policies are written in.
package heading

import (
	"strings"
	"unicode"

	"github.com/hopgrant/hopgrant/policygen"
)

// Of returns one line that says what the policy is to be attached to, and what becomes of the policy that is there.
func Of(a policygen.Attachment) string {
	where, there := string(a.On)+" policy", ", replaces the one that it has"
	if a.Resource != "" {
		where += " of " + string(a.Resource)
	}
	if a.Partial {
		there = ", to be added to the one that it has"
	}
	if a.On == policygen.OnIdentity {
		there = ", beside its others"
		switch p := a.Principal.(type) {
		case nil:
			where = "identity policy of the caller"
		case policygen.OrganizationID:
			return "identity policy of whoever does it in an account of organization " + OneLine(string(p)) + there
		case policygen.AccountID:
			return "identity policy of whoever does it in account " + OneLine(string(p)) + there
		default:
			where = "identity policy of " + p.String()
		}
	}
	if a.Account != "" {
		where += " (account " + a.Account + ")"
	}
	return OneLine(where + there)
}

// OneLine returns s as printable text on one line, for comments and errors.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}
