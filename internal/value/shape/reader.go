// Package shape reads trees of values whose shape is known, such as those of fanout.yaml and .hopgrant.yaml, and notes what is not as
// it should be.
package shape

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A Reader walks the values of a file and notes their problems.
type Reader struct {
	File     string // how errors name the file
	Problems value.Problems
}

// A Field is one key of a mapping.
type Field struct {
	Name     string
	Required bool
	Read     func(value.Value)
}

// Add notes a problem.
func (r *Reader) Add(at value.Place, what, text, got, want string) {
	r.Problems.Add(at, &value.Error{File: r.File, What: what, Value: text, Got: got, Want: want, Cause: value.ErrShape})
}

// Object reads a mapping with the given fields and no others. An error about another one names the field that is most likely meant,
// or all that there are.
func (r *Reader) Object(v value.Value, what string, fields ...Field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	if v.Kind != value.Object {
		r.Add(v.At, what, v.Text, "it is "+KindOf(v), "a mapping with "+value.Or(names))
		return
	}
	for _, m := range v.Members {
		if i := slices.Index(names, m.Key); i >= 0 {
			fields[i].Read(m.Value)
			continue
		}
		want := value.Nearest(m.Key, names)
		if want == "" {
			want = value.Or(names)
		}
		r.Add(m.At, "field", m.Key, what+" has no such field", want)
	}
	for _, f := range fields {
		if f.Required && !v.Has(f.Name) {
			r.Add(v.At, what, "", "it has no "+f.Name, f.Name)
		}
	}
}

// List reads a sequence.
func (r *Reader) List(v value.Value, what string, read func(value.Value)) {
	if v.Kind != value.List {
		r.Add(v.At, what, v.Text, "it is "+KindOf(v), "a list")
		return
	}
	for _, item := range v.Items {
		read(item)
	}
}

// Text reads a string. what names it in errors.
func (r *Reader) Text(v value.Value, what string) string {
	if !v.Scalar() {
		r.Add(v.At, what, "", "it is "+KindOf(v), "a string")
		return ""
	}
	return v.Text
}

// Flag reads a boolean.
func (r *Reader) Flag(v value.Value, what string) bool {
	if !v.Scalar() || v.Text != "true" && v.Text != "false" {
		r.Add(v.At, what, v.Text, "it is "+KindOf(v), "true or false")
	}
	return v.Text == "true"
}

// Choice reads one of a fixed set of values. It returns "" for another one.
func (r *Reader) Choice(v value.Value, what string, of ...string) string {
	s := r.Text(v, what)
	if s != "" && !slices.Contains(of, s) {
		r.Add(v.At, what, s, "unknown", value.Or(of))
		return ""
	}
	return s
}

// KindOf returns the name of the value's kind in YAML.
func KindOf(v value.Value) string {
	switch v.Kind {
	case value.Object:
		return "a mapping"
	case value.Null:
		return "empty"
	}
	return v.Kind.String()
}
