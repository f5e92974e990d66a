package policygen

import (
	"errors"

	"github.com/hopgrant/hopgrant/internal/value"
)

// InputError reports one value that cannot be used, in the words of whoever gave it.
type InputError struct {
	Line, Column int    // where the value stands in a document given to [Parse], from 1, in characters; otherwise 0
	What         string // what the value is for, such as "queue arn"
	Value        string // the value as given
	Got          string // what is wrong with it
	Want         string // what would be right; may be empty
	Fix          string // what to do instead; may be empty
	Cause        error  // a sentinel such as ErrAWSManagedKey, for errors.Is; may be nil
}

func inputError(what, value, got, want, fix string) *InputError {
	return &InputError{What: what, Value: value, Got: got, Want: want, Fix: fix}
}

// Error returns one line: what "value": got, want, fix. If the value stands in a document, the place comes first: line 3,
// column 7.
func (e *InputError) Error() string {
	s := value.Sentence(e.What, e.Value, e.Got, e.Want, e.Fix)
	if e.Line == 0 {
		return s
	}
	return value.Place{Line: int32(e.Line), Column: int32(e.Column)}.String() + ": " + s
}

// Unwrap returns the sentinel behind the error, if there is one.
func (e *InputError) Unwrap() error { return e.Cause }

// What cannot work at all; each stands behind an [*InputError].
var (
	// ErrAWSManagedKey: the policy of an AWS managed key cannot be edited and admits only IAM principals of its account.
	ErrAWSManagedKey = errors.New("AWS managed key")
	// ErrAlias: an alias stands where only a key's ARN has an effect.
	ErrAlias = errors.New("alias in place of a key ARN")
	// ErrKeyRegion: queues and topics use keys of their own Region only.
	ErrKeyRegion = errors.New("key of another Region")
	// ErrFIFO: one side is FIFO and the other is not.
	ErrFIFO = errors.New("FIFO and standard mixed")
	// ErrCaller: the caller cannot make the hop's calls, or is an AWS service that is not tied to what it acts for.
	ErrCaller = errors.New("caller cannot make the call")
)
