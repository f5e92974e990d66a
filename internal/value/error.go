package value

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What makes a file unreadable, for errors.Is.
var (
	ErrTooLarge   = errors.New("too large")
	ErrNotRegular = errors.New("no regular file")
	ErrTooDeep    = errors.New("nested too deep")
	ErrAliases    = errors.New("aliases stand for too much")
	ErrDuplicate  = errors.New("duplicate key")
	ErrCycle      = errors.New("cyclic reference")
	ErrSyntax     = errors.New("syntax error")
	ErrShape      = errors.New("not of the wanted shape")
)

// An Error is one thing that is wrong in a file or text, and where.
type Error struct {
	File         string // empty for a text that is in no file
	Line, Column int    // from 1, in characters; 0 if the file as a whole is wrong
	What         string // what the value is, such as "key"; if empty, Cause says everything but the place
	Value        string // the value as written; may be empty
	Got          string // what is wrong with it
	Want         string // what would be right; may be empty
	Fix          string // what to do; may be empty
	Cause        error  // one of the sentinels above, an error of the operating system, or the error that is placed; may be nil
}

// Error returns one line: file:line:column: what "value": got, want, fix. Without a file, the place is spelled out.
func (e *Error) Error() string {
	place := ""
	switch {
	case e.File == "" && e.Line > 0:
		place = e.Place().String() + ": "
	case e.File != "" && e.Line > 0 && e.Column > 0:
		place = fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
	case e.File != "" && e.Line > 0:
		place = fmt.Sprintf("%s:%d: ", e.File, e.Line)
	case e.File != "":
		place = e.File + ": "
	}
	return place + e.Sentence()
}

// Sentence returns the error without its place.
func (e *Error) Sentence() string {
	if e.What == "" && e.Cause != nil {
		return e.Cause.Error()
	}
	return Sentence(e.What, Excerpt(e.Value), e.Got, e.Want, e.Fix)
}

// Sentence returns what every error says: what "value": got, want, fix. Value, want and fix may be empty. A value of several
// lines becomes one.
func Sentence(what, value, got, want, fix string) string {
	var b strings.Builder
	b.WriteString(what)
	if value != "" {
		b.WriteString(` "` + printable(value) + `"`)
	}
	b.WriteString(": " + got)
	if want != "" {
		b.WriteString(", want " + want)
	}
	if fix != "" {
		b.WriteString("; " + fix)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// In sets the place of the error.
func (e *Error) In(at Place) *Error {
	e.Line, e.Column = int(at.Line), int(at.Column)
	return e
}

// Place returns where the error is.
func (e *Error) Place() Place { return Place{int32(e.Line), int32(e.Column)} }

// Problems are all that is wrong with one file.
type Problems []*Error

// Add adds a problem at a place.
func (p *Problems) Add(at Place, e *Error) { *p = append(*p, e.In(at)) }

// maxProblems is how many problems of one file are reported; a reader of more reads no further.
const maxProblems = 100

// Sorted returns the problems in the order of the file. Beyond the first hundred they are only counted.
func (p Problems) Sorted() Problems {
	p = slices.Clone(p)
	slices.SortStableFunc(p, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if more := len(p) - maxProblems; more > 0 {
		first := p[maxProblems]
		p = append(p[:maxProblems], (&Error{File: first.File, What: whole(first.File), Got: fmt.Sprintf("it has %d more problems from here on", more),
			Want: "none"}).In(first.Place()))
	}
	return p
}

// Err joins the sorted problems. It is nil if there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	errs := make([]error, 0, len(p))
	for _, e := range p.Sorted() {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// whole is what messages call all of the text.
func whole(file string) string {
	if file == "" {
		return "document"
	}
	return "file"
}

// Excerpt makes s fit for one line of an error message.
func Excerpt(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return printable(s)
	}
	return printable(string([]rune(s)[:most])) + "…"
}

// printable returns s as it stands between quotes, with escapes for what would break the line or not be seen.
func printable(s string) string {
	if !strings.ContainsFunc(s, Hidden) {
		return s
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// Visible returns s on one line. What would control a terminal or turn the direction of its text, and what would not be seen,
// stands as an escape, such as \x1b or \u202e.
func Visible(s string) string {
	if !strings.ContainsFunc(s, Hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case Hidden(r):
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Hidden reports whether a character is none that a reader sees as itself: a control character, of either set, a mark of
// direction, a separator other than the space, or none that Unicode has.
func Hidden(r rune) bool { return !strconv.IsPrint(r) }

// QuotedOr returns the values as messages list them: "a", "b" or "c".
func QuotedOr(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = `"` + v + `"`
	}
	return Or(quoted)
}

// Or returns the values as messages list them: a, b or c.
func Or(values []string) string { return listed(values, " or ") }

// And returns the values as sentences list them: a, b and c.
func And(values []string) string { return listed(values, " and ") }

func listed(values []string, last string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + last + values[len(values)-1]
}
