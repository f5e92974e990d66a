package snippet

import (
	"errors"
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// ErrReference is the cause of errors about references that are not of the language of the format.
var ErrReference = errors.New("reference of another language")

// A piece of a string is literal text, or the reference within ${ and }.
type piece struct {
	text string
	ref  bool
}

// pieces cuts s at its references. A ${ that is never closed is literal text, and so is a token of the CDK for a list.
func pieces(s string) []piece {
	var all []piece
	literal := ""
	for s != "" {
		before, reference, after := text.Cut(s)
		literal, s = literal+before, after
		name, ok := strings.CutPrefix(reference, "${")
		if !ok || !text.IsReference(reference) {
			literal += reference
			continue
		}
		if literal != "" {
			all, literal = append(all, piece{text: literal}), ""
		}
		all = append(all, piece{strings.TrimSuffix(name, "}"), true})
	}
	if literal != "" {
		all = append(all, piece{text: literal})
	}
	return all
}

// policyVariable matches IAM's own variables, such as aws:username: they belong to the policy, not to the tool that sets it.
var policyVariable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:[A-Za-z0-9_./-]+$`)

// wholeReference returns the reference that s is, and nothing besides.
func wholeReference(s string) (string, bool) {
	if p := pieces(s); len(p) == 1 && p[0].ref && !policyVariable.MatchString(p[0].text) {
		return p[0].text, true
	}
	return "", false
}

// problems collects the errors of references. Each reference is reported once, with the first value that holds it.
type problems struct {
	errs []error
	seen map[string]bool
}

func (p *problems) add(value, reference, got, want string) {
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	if reference = valid(reference); !p.seen[reference] {
		p.seen[reference] = true
		p.errs = append(p.errs, &policygen.InputError{What: "reference", Value: value, Got: got, Want: want, Cause: ErrReference})
	}
}

func (p *problems) err() error { return errors.Join(p.errs...) }
