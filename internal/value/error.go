package value

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What makes a file unreadable, for errors.Is.
var (
	ErrTooLarge  = errors.New("too large")
	ErrTooDeep   = errors.New("nested too deep")
	ErrAliases   = errors.New("aliases stand for too much")
	ErrDuplicate = errors.New("duplicate key")
	ErrCycle     = errors.New("cyclic reference")
	ErrSyntax    = errors.New("syntax error")
	ErrShape     = errors.New("not of the wanted shape")
)

// A ReadError is one thing that keeps a file from being read, and where.
type Error struct {
	File         string
	Line, Column int    // from 1; 0 if it is the file as a whole
	What         string // what the value is, such as "key"
	Value        string // the value as written; may be empty
	Got          string // what is wrong with it
	Want         string // what would be right; may be empty
	Fix          string // what to do; may be empty
	Cause        error  // one of the sentinels above, or an error of the operating system
}

// Error returns one line: file:line:column: what "value": got, want, fix.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
			if e.Column > 0 {
				fmt.Fprintf(&b, ":%d", e.Column)
			}
		}
		b.WriteString(": ")
	}
	b.WriteString(e.What)
	if e.Value != "" {
		b.WriteString(` "` + Excerpt(e.Value) + `"`)
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

// Unwrap returns the sentinel or the operating system's error.
func (e *Error) Unwrap() error { return e.Cause }

// in names the place of the error.
func (e *Error) In(at Place) *Error {
	e.Line, e.Column = int(at.Line), int(at.Column)
	return e
}

// excerpt makes s fit for one line of an error message.
func Excerpt(s string) string {
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
