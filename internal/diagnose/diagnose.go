// Package diagnose finds, in what people paste when a queue stays empty, the call that AWS denied, the hop that it belongs to,
// and the statements that allow the hop.
//
// It says what a text proves, and asks for the rest: a denial that may have several causes has several answers. A name that the
// text lacks stays a reference such as ${QueueArn}. Nothing of a text is repeated but the names of resources and callers, which
// have the form of such names.
package diagnose

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Diagnosis is what one denial in a text proves.
type Diagnosis struct {
	Form  *Form
	Where string // the input that it is from
	Times int    // how many records of the input tell of it; 1 if it is a message

	// Denied says in one sentence which call AWS denied, or what else failed, and Why says why as far as the text tells.
	Denied, Why string
	// Call is the denied action, such as "sqs:SendMessage", and On what it was made on; empty where the text does not tell.
	Call string
	On   policygen.ARN
	// Policy is the kind of policy that AWS names as the reason, and Explicit says that it denies instead of not allowing.
	Policy   PolicyType
	Explicit bool
	// Denier is the ARN of that policy, if AWS names it.
	Denier string

	// Answers has one element for each hop that the call may belong to. It is empty if no policy is the reason.
	Answers []Answer
	// Notes are facts that are easily taken wrong, and Open are what the text leaves open.
	Notes []string
	Open  []Question
	// Missing are the references in the statements that stand for what the text does not tell.
	Missing []string

	denial denial
}

// An Answer is a hop that the denied call may belong to, and what it needs.
type Answer struct {
	Hop      policygen.Hop
	Remedies []Remedy
	// Unsolved says why no statement is offered; empty if Remedies holds some.
	Unsolved string
	// InFile are the hops of the files given that this one is, or may be.
	InFile []InFile
}

// A Remedy is the statements that the policy of one owner needs for a hop.
type Remedy struct {
	policygen.Attachment
	Of string // the owner in words, such as "queue orders"
	// Denied says that the statements allow the call that was denied. The others are needed for the hop too.
	Denied bool
	// If says when the statements are needed; empty means always.
	If string
}

// A Question is something that a text leaves open, and the command that tells.
type Question struct{ What, Command string }

// An InFile is a hop of a file, with its verdict there.
type InFile struct {
	Hop check.Hop
	// Sure says that names or identifiers tell that it is this hop. Otherwise nothing speaks against it.
	Sure bool
	// Says compares the verdict with what the text proves, and Contradicts says that they do not agree.
	Says        string
	Contradicts bool
}

// Record returns what is particular to the kind of the hop.
func (a *Answer) Record() *kind.Kind { return kind.Of(a.Hop.Kind) }

// An UnknownError is a text in which nothing is known.
type UnknownError struct {
	Where string
	// Seen says what was recognized all the same, such as a call that no hop makes; empty if nothing was.
	Seen string
}

// Error returns what was looked for, in one line.
func (e *UnknownError) Error() string {
	if e.Seen != "" {
		return fmt.Sprintf("input %q: nothing that I know: %s", e.Where, e.Seen)
	}
	return fmt.Sprintf("input %q: nothing that I know: I looked for %s", e.Where, lookedFor())
}

// Read returns a diagnosis for each different denial in a text, in its order. The error is an [*UnknownError], or says why the
// text cannot be read. The name is that of the input in errors.
func Read(name string, data []byte) ([]Diagnosis, error) {
	in, err := newPaste(data)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", name, err)
	}
	var all []Diagnosis
	index := map[string]int{}
	seen := ""
	for _, d := range in.denials() {
		if why := d.foreign(); why != "" {
			seen = why
			continue
		}
		if i, ok := index[d.id()]; ok {
			if in.ofRecords {
				all[i].Times++
			}
			continue
		}
		index[d.id()] = len(all)
		diagnosis := conclude(d)
		diagnosis.Where, diagnosis.Times = name, 1
		all = append(all, diagnosis)
	}
	if len(all) == 0 {
		if seen == "" {
			seen = in.passed
		}
		return nil, &UnknownError{name, seen}
	}
	return all, nil
}
