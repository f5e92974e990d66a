package text

// A Truth is an answer to a question about something that is known only in part. The zero value is Maybe, so that a
// missing answer is not taken for one.
//
// The order matters: min is the conjunction of two answers, and max is their disjunction.
type Truth int8

// The answers.
const (
	No Truth = iota - 1
	Maybe
	Yes
)

// Of returns Yes or No.
func Of(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Not returns the negation. The negation of Maybe is Maybe.
func (t Truth) Not() Truth { return -t }

// Either returns the answer if it is not known whether a or b is right: both if they agree, otherwise Maybe.
func Either(a, b Truth) Truth {
	if a == b {
		return a
	}
	return Maybe
}

// String returns "yes", "no" or "not known".
func (t Truth) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "not known"
}
