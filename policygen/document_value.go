package policygen

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// strings returns the string that v is, or the strings that it lists. The result is not nil if v is right. What and
// name describe v in errors.
func (r *documentReader) strings(v value.Value, what, name string) []string {
	return r.values(v, what, name, "a string", false)
}

// values returns the value that v is, or the values that it lists. With scalars, they may be numbers and booleans too.
func (r *documentReader) values(v value.Value, what, name, want string, scalars bool) []string {
	fits := func(v value.Value) bool { return v.Kind == value.Text || (scalars || r.loose) && v.Scalar() }
	whole := func() string { return strings.TrimSuffix(what+" "+value.Excerpt(name), " ") }
	switch {
	case fits(v):
		one := r.memory.texts.next(1)
		one[0] = v.Text
		return one
	case v.Kind != value.List:
		r.wrongKind(v, whole(), want+" or a list of them")
		return nil
	}
	all := r.memory.texts.next(len(v.Items))[:0]
	for _, item := range v.Items {
		if r.loose && item.Kind == value.List {
			all = append(all, r.values(item, what, name, want, scalars)...)
			continue
		}
		if !fits(item) {
			r.wrongKind(item, whole(), want)
		}
		all = append(all, item.Text)
	}
	return all
}

// literal returns the string that v is, which must be one of want.
func (r *documentReader) literal(v value.Value, what string, want ...string) string {
	if v.Kind != value.Text {
		r.wrongKind(v, what, value.QuotedOr(want))
		return ""
	}
	for _, w := range want {
		if v.Text == w {
			return w
		}
	}
	r.add(v.At, what, v.Text, "unknown", value.QuotedOr(want), "")
	return ""
}

func (r *documentReader) string(v value.Value, what string) string {
	if v.Kind != value.Text && !(r.loose && v.Scalar()) {
		r.wrongKind(v, what, "a string")
	}
	return v.Text
}

// unknown notes a key that is not among the known ones.
func (r *documentReader) unknown(m value.Member, what string, known ...string) {
	for _, k := range known {
		if strings.EqualFold(k, m.Key) {
			r.add(m.At, what, m.Key, "unknown", `"`+k+`"`, "names are case-sensitive")
			return
		}
	}
	r.add(m.At, what, m.Key, "unknown", value.QuotedOr(known), "")
}

// wrongKind notes that v is not of the kind that is wanted in its place.
func (r *documentReader) wrongKind(v value.Value, what, want string) {
	fix := ""
	switch v.Kind {
	case value.Number, value.Boolean:
		if strings.HasPrefix(want, "a string") {
			fix = "write it in double quotes"
		}
	case value.Object:
		if len(v.Members) == 1 && (v.Members[0].Key == "Ref" || strings.HasPrefix(v.Members[0].Key, "Fn::")) {
			fix = "resolve " + value.Excerpt(v.Members[0].Key) + " first"
		}
	}
	r.add(v.At, what, v.Text, "it is "+v.Kind.String(), want, fix)
}
