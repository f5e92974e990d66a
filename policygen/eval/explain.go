package eval

// Explain says in one plain paragraph why the decision is as it is.
func (d Decision) Explain() string { return d.Outcome.String() }

// String returns the reason as one line.
func (r Reason) String() string { return r.Policy.String() + " " + r.Applies.String() + " " + r.Element.String() }
