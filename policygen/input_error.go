package policygen

import (
	"errors"

	"github.com/hopgrant/hopgrant/internal/value"
)

// An InputError reports one unusable value, in the words of whoever gave it.
type InputError struct {
	Line, Column int    // the position in a document given to [Parse], from 1, in characters; otherwise 0
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

// Error returns one line: what "value": got, want, fix. The position comes first if there is one, as in "line 3, column
// 7".
func (e *InputError) Error() string {
	s := value.Sentence(e.What, e.Value, e.Got, e.Want, e.Fix)
	if e.Line == 0 {
		return s
	}
	return value.Place{Line: int32(e.Line), Column: int32(e.Column)}.String() + ": " + s
}

// Unwrap returns Cause.
func (e *InputError) Unwrap() error { return e.Cause }

// The causes of an [*InputError], for errors.Is.
var (
	// ErrAWSManagedKey means that an AWS managed key cannot be used. The policy of such a key cannot be edited, and it
	// admits only IAM principals of the key's account, through the key's own service.
	ErrAWSManagedKey = errors.New("AWS managed key")
	// ErrAlias means that an alias or a key id stands where only a key's ARN has an effect.
	ErrAlias = errors.New("alias in place of a key ARN")
	// ErrKeyRegion means that a key is not in the Region or partition of its queue or topic.
	ErrKeyRegion = errors.New("key of another Region")
	// ErrFIFO means that one end is FIFO and the other is not.
	ErrFIFO = errors.New("FIFO and standard mixed")
	// ErrCaller means that the caller cannot make the hop's calls, or is an AWS service that is not limited to what it
	// acts for.
	ErrCaller = errors.New("caller cannot make the call")
)
