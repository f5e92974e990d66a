package snippet

import (
	"errors"
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// ErrReference is the cause of errors about references that are not of the language of the format.
var ErrReference = errors.New("reference of another language")

// A piece of a string is literal text, or the reference within ${ and }.
type piece struct {
	text string
	ref  bool
}

// pieces cuts s at its references.
func pieces(s string) []piece {
	var all []piece
	for s != "" {
		start := strings.Index(s, "${")
		if start < 0 {
			return append(all, piece{text: s})
		}
		end := closing(s[start+2:])
		if end < 0 {
			return append(all, piece{text: s})
		}
		if start > 0 {
			all = append(all, piece{text: s[:start]})
		}
		all = append(all, piece{s[start+2 : start+2+end], true})
		s = s[start+2+end+1:]
	}
	return all
}

// closing returns where the brace that closes an opened one stands in s, or -1.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}

// splitARN cuts an ARN into its six parts at the colons outside of references.
func splitARN(s string) (parts [6]string, ok bool) {
	n := 0
	var b strings.Builder
	for _, p := range pieces(s) {
		if p.ref {
			b.WriteString("${" + p.text + "}")
			continue
		}
		for _, r := range p.text {
			if r == ':' && n < 5 {
				parts[n] = b.String()
				n++
				b.Reset()
				continue
			}
			b.WriteRune(r)
		}
	}
	parts[n] = b.String()
	return parts, n == 5 && parts[0] == "arn"
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
