// Package fanoutfile reads a whole fan-out from a YAML file, fanout.yaml, and says where in the file a problem is. The
// schema is in docs/fanout-yaml.md.
package fanoutfile

import (
	"cmp"
	"errors"
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A File is a fan-out with the places in the file that its values come from.
type File struct {
	Fanout  policygen.Fanout
	Options policygen.Options

	name string
	at   map[string][]place // by value
}

// A place is where a value stands, and as what.
type place struct {
	value.Place
	what string
}

// Policies returns every document of the fan-out. The error joins the errors of [policygen.Generate], each with its
// place where its value stands in the file.
func (f *File) Policies() (policygen.Policies, error) {
	p, err := policygen.Generate(f.Options, f.Fanout)
	return p, f.Locate(err)
}

// Locate makes an [*value.Error] with a place of each error that err joins, if it is about a value of the file. The errors
// are sorted by place.
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
			return 1 << 30, 0 // those without a place come last
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

// place returns where a value stands: of several places the one where it is what the error says. It is zero for a value that
// is not in the file.
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
