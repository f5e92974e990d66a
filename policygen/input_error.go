package policygen

import "strings"

// InputError reports one value that cannot be used, in the words of whoever gave it.
type InputError struct {
	What  string // what the value is for, such as "queue arn"
	Value string // the value as given
	Got   string // what is wrong with it
	Want  string // what would be right; may be empty
	Fix   string // what to do instead; may be empty
	Cause error  // a sentinel such as ErrAWSManagedKey, for errors.Is; may be nil
}

func inputError(what, value, got, want, fix string) *InputError {
	return &InputError{What: what, Value: value, Got: got, Want: want, Fix: fix}
}

// Error returns one line: what "value": got, want, fix.
func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString(e.What)
	if e.Value != "" {
		b.WriteString(` "` + e.Value + `"`)
	}
	b.WriteString(": " + e.Got)
	if e.Want != "" {
		b.WriteString(", want " + e.Want)
	}
	if e.Fix != "" {
		b.WriteString("; " + e.Fix)
	}
	return b.String()
}

// Unwrap returns the sentinel behind the error, if there is one.
func (e *InputError) Unwrap() error { return e.Cause }
