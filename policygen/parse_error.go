package policygen

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A ParseError is one thing that is wrong in a document given to [Parse], and where.
type ParseError struct {
	Line   int // from 1
	Column int // from 1, in characters; a byte order mark does not count
	Err    *InputError
}

// Error returns one line: line 3, column 7: what "value": got, want, fix.
func (e *ParseError) Error() string {
	return position{e.Line, e.Column}.String() + ": " + e.Err.Error()
}

// Unwrap returns the [*InputError], which says what is wrong.
func (e *ParseError) Unwrap() error { return e.Err }

// A position is a place in a document.
type position struct{ line, column int }

// String returns the position as messages name it.
func (p position) String() string { return fmt.Sprintf("line %d, column %d", p.line, p.column) }

// problems are the errors of one document.
type problems []*ParseError

// add notes a problem with value, text of the document that may hold anything.
func (p *problems) add(at position, what, value, got, want, fix string) {
	*p = append(*p, &ParseError{at.line, at.column, inputError(what, excerpt(value), got, want, fix)})
}

// maxProblems is how many problems of one document are reported; who has more reads no further.
const maxProblems = 100

// err returns the problems in the order of the document, or nil if there are none.
func (p problems) err() error {
	slices.SortStableFunc(p, func(a, b *ParseError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if more := len(p) - maxProblems; more > 0 {
		at := position{p[maxProblems].Line, p[maxProblems].Column}
		p = p[:maxProblems]
		p.add(at, "document", "", fmt.Sprintf("it has %d more problems from here on", more), "none", "")
	}
	errs := make([]error, len(p))
	for i, e := range p {
		errs[i] = e
	}
	return errors.Join(errs...)
}

// excerpt makes s fit for one line of an error message.
func excerpt(s string) string {
	const most = 80
	cut := ""
	if utf8.RuneCountInString(s) > most {
		s, cut = string([]rune(s)[:most]), "…"
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
		q := strconv.Quote(s)
		s = q[1 : len(q)-1]
	}
	return s + cut
}
