package fanoutfile

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A reader walks the values of a file and notes their problems.
type reader struct {
	name     string
	at       map[string][]place
	problems value.Problems
}

// A field is one key of a mapping.
type field struct {
	name     string
	required bool
	read     func(value.Value)
}

func (r *reader) add(at value.Place, what, text, got, want string) {
	r.problems.Add(at, &value.Error{File: r.name, What: what, Value: text, Got: got, Want: want, Cause: value.ErrShape})
}

// object reads a mapping with the given fields and no others.
func (r *reader) object(v value.Value, what string, fields ...field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if v.Kind != value.Object {
		r.add(v.At, what, v.Text, "it is "+kindOf(v), "a mapping with "+value.Or(names))
		return
	}
	for _, m := range v.Members {
		if i := slices.Index(names, m.Key); i >= 0 {
			fields[i].read(m.Value)
		} else {
			r.add(m.At, "field", m.Key, what+" has no such field", value.Or(names))
		}
	}
	for _, f := range fields {
		if f.required && !v.Has(f.name) {
			r.add(v.At, what, "", "it has no "+f.name, f.name)
		}
	}
}

// list reads a sequence.
func (r *reader) list(v value.Value, what string, read func(value.Value)) {
	if v.Kind != value.List {
		r.add(v.At, what, v.Text, "it is "+kindOf(v), "a list")
		return
	}
	for _, item := range v.Items {
		read(item)
	}
}

// text reads a string. what names it in errors, in the words of policygen.
func (r *reader) text(v value.Value, what string) string {
	if !v.Scalar() {
		r.add(v.At, what, "", "it is "+kindOf(v), "a string")
		return ""
	}
	r.at[v.Text] = append(r.at[v.Text], place{v.At, what})
	return v.Text
}

// flag reads a boolean.
func (r *reader) flag(v value.Value, what string) bool {
	if !v.Scalar() || v.Text != "true" && v.Text != "false" {
		r.add(v.At, what, v.Text, "it is "+kindOf(v), "true or false")
	}
	return v.Text == "true"
}

// choice reads one of a fixed set of values.
func (r *reader) choice(v value.Value, what string, of ...string) string {
	s := r.text(v, what)
	if s != "" && !slices.Contains(of, s) {
		r.add(v.At, what, s, "unknown", value.Or(of))
		return ""
	}
	return s
}

func (r *reader) principal(v value.Value) policygen.Principal {
	s := r.text(v, "principal")
	if s == "" {
		return nil
	}
	p, err := policygen.ParsePrincipal(s)
	if _, federated := p.(policygen.Federated); federated {
		err = &policygen.InputError{What: "principal", Value: s, Got: "a federated one, which no policy of a fan-out admits",
			Want: "the ARN of a role or user, an account id, or a service such as s3.amazonaws.com"}
	}
	if err != nil {
		r.problems.Add(v.At, &value.Error{File: r.name, Cause: err})
		return nil
	}
	return p
}

// kindOf returns the name of the value's kind in YAML.
func kindOf(v value.Value) string {
	switch v.Kind {
	case value.Object:
		return "a mapping"
	case value.Null:
		return "empty"
	}
	return v.Kind.String()
}
