package eval

import "github.com/hopgrant/hopgrant/policygen"

// A Decision is the answer to a request, with everything that led to it. The zero value is a denial.
type Decision struct {
	Outcome Outcome
	Request Request
	// Reasons has one entry for each statement of each policy that counts for the principal, in the order identity
	// policies, permissions boundary, session policies, service control policies, resource policy, resource control policies.
	Reasons []Reason

	run      run
	totals   totals
	policies *Compiled
}

// A Reason says of one statement whether it applies to the request, and if it does not, which element stands against it.
type Reason struct {
	Policy    PolicyKind
	Level     int // of a service or resource control policy: the level of the organization, from 0 at the root
	Index     int // which of the policies of that kind
	Statement int // which statement of the policy
	Effect    policygen.Effect
	Sid       string
	// Applies says whether the statement applies to the request.
	Applies Match
	// Element is why it does not, or may not.
	Element Element

	statement *statement
	condition int
	grant     grant
}

// Match says whether a statement applies to a request.
type Match uint8

// The values of Match.
const (
	DoesNotApply Match = iota
	MayApply           // something that is not known decides it
	Applies
)

// String returns "no", "maybe" or "yes".
func (m Match) String() string { return [...]string{"no", "maybe", "yes"}[m] }

// note adds the reason for statement i of a document to the trace, if there is one.
func (r *run) note(d *document, i int, a *application) {
	if r.trace == nil {
		return
	}
	s := &d.statements[i]
	*r.trace = append(*r.trace, Reason{
		Policy: d.kind, Level: d.level, Index: d.index, Statement: i, Effect: s.source.Effect, Sid: s.source.Sid,
		Applies: Match(a.truth), Element: a.element, statement: s, condition: a.condition, grant: a.grant,
	})
}
