package text

// Truth is an answer to a question about something of which not everything is known. The zero value is Maybe, so that
// what nobody answered is not taken for an answer.
//
// The order matters: the conjunction of two answers is their min, the disjunction their max.
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

// Not returns the negation; that of Maybe is Maybe.
func (t Truth) Not() Truth { return -t }

// Either returns the answer where it is not known which of two cases holds: theirs if they agree, else Maybe.
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
