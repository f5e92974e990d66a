package source

import (
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// unordered returns one of the references by which it is not known in which order the elements of a set come; "" if that is
// known. A set of text is in the order of the text.
func unordered(v cty.Value) string {
	v, _ = v.Unmark()
	if !v.Type().IsSetType() || !v.IsKnown() || v.IsNull() || v.LengthInt() < 2 || !partial(v) {
		return ""
	}
	last := ""
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.Type() != cty.String || !e.IsKnown() || e.IsNull() {
			return firstReference(v)
		}
		if s := e.AsString(); last != "" && !differsInText(last, s) {
			return spell(s)
		} else {
			last = s
		}
	}
	return ""
}

// differsInText reports whether two texts first differ where both are known.
func differsInText(a, b string) bool {
	inside := false
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		q, m := utf8.DecodeRuneInString(b)
		if r != q {
			return !inside && r != opening && r != openingUnsure && q != opening && q != openingUnsure
		}
		switch r {
		case opening, openingUnsure:
			inside = true
		case closing:
			inside = false
		}
		a, b = a[n:], b[m:]
	}
	// One is the beginning of the other, unless that goes on with a reference, which may be empty.
	return !inside && !isUnsure(a) && !isUnsure(b)
}
