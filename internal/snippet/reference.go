package snippet

import (
	"errors"
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// ErrReference is the cause of errors about references that are not in the format's language.
var ErrReference = errors.New("reference of another language")

// A piece of a string is literal text, or the text of a reference between ${ and }.
type piece struct {
	text string
	ref  bool
}

// pieces splits s at its references. A ${ without a closing brace is literal text, and so is a CDK token for a list.
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

// policyVariable matches IAM's own variables, such as aws:username. They are part of the policy, and the tool that
// deploys it must not resolve them.
var policyVariable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*:[A-Za-z0-9_./-]+$`)

// wholeReference returns the reference that s is, and nothing besides. ${!a} is none: it is how Fn::Sub writes text.
func wholeReference(s string) (string, bool) {
	if p := pieces(s); len(p) == 1 && p[0].ref && !policyVariable.MatchString(p[0].text) && !strings.HasPrefix(p[0].text, "!") {
		return p[0].text, true
	}
	return "", false
}

// problems collects errors about references. Each reference is reported once, with the first value that holds it.
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
