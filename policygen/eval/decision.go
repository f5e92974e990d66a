package eval

// A Decision is the answer to a request, with everything that led to it. The zero value is a denial.
type Decision struct {
	Outcome Outcome
	Request Request
	// Reasons has one entry for each statement of each policy that counts for the principal, in the order identity
	// policies, permissions boundary, session policies, service control policies, resource policy, resource control policies.
	Reasons []Reason

	run      *run
	totals   totals
	policies *Compiled
}
