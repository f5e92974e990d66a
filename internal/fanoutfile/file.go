// Package fanoutfile reads a whole fan-out from a YAML file, fanout.yaml, and reports problems with their positions in
// the file. docs/fanout-yaml.md describes the schema.
package fanoutfile

import (
	"cmp"
	"errors"
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A File is a fan-out with the positions of its values in the file.
type File struct {
	Fanout  policygen.Fanout
	Options policygen.Options

	name string
	at   map[string][]place // by value
}

// A place is the position of a value, and what the value is for.
type place struct {
	value.Place
	what string
}

// Policies returns every document of the fan-out. The error joins those of [policygen.Generate], each with the position
// of its value in the file.
func (f *File) Policies() (policygen.Policies, error) {
	p, err := policygen.Generate(f.Options, f.Fanout)
	return p, f.Locate(err)
}

// Locate turns each error that err joins and that is about a value of the file into a [*value.Error] with its position.
// The errors are sorted by position.
func (f *File) Locate(err error) error {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = slices.Clone(joined.Unwrap())
	}
	line := func(err error) (line, column int) {
		var e *value.Error
		if !errors.As(err, &e) || e.Line == 0 {
			return 1 << 30, 0 // errors without a position come last
		}
		return e.Line, e.Column
	}
	for i, err := range list {
		list[i] = f.locate(err)
	}
	slices.SortStableFunc(list, func(a, b error) int {
		la, ca := line(a)
		lb, cb := line(b)
		return cmp.Or(cmp.Compare(la, lb), cmp.Compare(ca, cb))
	})
	return errors.Join(list...)
}

func (f *File) locate(err error) error {
	var (
		input  *policygen.InputError
		limit  *policygen.LimitError
		placed *value.Error
	)
	what, of := "", ""
	switch {
	case errors.As(err, &placed):
		return err
	case errors.As(err, &input):
		what, of = input.What, input.Value
	case errors.As(err, &limit):
		of = string(limit.Document.Resource)
		if p := limit.Document.Principal; p != nil {
			of = p.String()
		}
	default:
		return err
	}
	return (&value.Error{File: f.name, Cause: err}).In(f.place(of, what))
}

// place returns the position of a value. If the value occurs several times, it returns the occurrence that is for what
// the error says. The position of a value that is not in the file is zero.
func (f *File) place(of, what string) value.Place {
	places := f.at[of]
	if of == "" || len(places) == 0 {
		return value.Place{}
	}
	if i := slices.IndexFunc(places, func(p place) bool { return p.what != "" && p.what == what }); i >= 0 {
		return places[i].Place
	}
	return places[0].Place
}
