// Package fanoutfile reads a whole fan-out from a YAML file, fanout.yaml, and says where in the file a problem is. The
// schema is in docs/fanout-yaml.md.
package fanoutfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/policygen"
)

// A File is a fan-out with the places in the file that its values come from.
type File struct {
	Fanout policygen.Fanout

	name string
	at   map[string][]position // by value
}

// An Error is one problem and where it is.
type Error struct {
	File         string
	Line, Column int // from 1; the column counts characters
	Err          error
}

// Error returns one line: file:line:column: what "value": got, want, fix.
func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err) }

// Unwrap returns the problem without its place.
func (e *Error) Unwrap() error { return e.Err }

type position struct {
	line, column int
	field        string // whose value stands there
}

// Policies returns every document of the fan-out. The error joins the errors of [policygen.Fanout.Policies], each with its
// place where its value stands in the file.
func (f *File) Policies() (policygen.Policies, error) {
	p, err := f.Fanout.Policies()
	return p, f.Locate(err)
}

// Locate gives each error that err joins its place, if it is about a value of the file. The errors are sorted by place.
func (f *File) Locate(err error) error {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = slices.Clone(joined.Unwrap())
	}
	for i, err := range list {
		list[i] = f.locate(err)
	}
	return errors.Join(sorted(list)...)
}

func (f *File) locate(err error) error {
	var (
		input     *policygen.InputError
		reference *snippet.ReferenceError
		limit     *policygen.LimitError
		placed    *Error
	)
	what, value := "", ""
	switch {
	case errors.As(err, &placed):
		return err
	case errors.As(err, &input):
		what, value = input.What, input.Value
	case errors.As(err, &reference):
		value = reference.Value
	case errors.As(err, &limit):
		value = string(limit.Document.Resource)
		if p := limit.Document.Principal; p != nil {
			value = p.String()
		}
	default:
		return err
	}
	places := f.at[value]
	if value == "" || len(places) == 0 {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	at := places[0]
	for _, p := range places {
		if p.field != "" && p.field == what {
			at = p
			break
		}
	}
	return &Error{f.name, at.line, at.column, err}
}

// sorted sorts the errors by place; those without one come last.
func sorted(list []error) []error {
	place := func(err error) (line, column int) {
		var e *Error
		if !errors.As(err, &e) {
			return 1 << 30, 0
		}
		return e.Line, e.Column
	}
	slices.SortStableFunc(list, func(a, b error) int {
		la, ca := place(a)
		lb, cb := place(b)
		return cmp.Or(cmp.Compare(la, lb), cmp.Compare(ca, cb))
	})
	return list
}
