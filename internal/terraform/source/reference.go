package source

import (
	"math"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// While expressions are evaluated, a reference stands between characters of a private use area, so that no text of the user
// is taken for one, and quotes in it do not end a JSON string around it.
//
// [Private-use characters]
//
// [Private-use characters]: https://www.unicode.org/faq/private_use.html
const (
	opening       = '\uE000' // of a reference to text that is neither null nor empty
	openingUnsure = '\uE001' // of a reference to what may be null, empty or no text at all
	closing       = '\uE002'
	quote         = '\uE003'
	backslash     = '\uE004'
)

var hide = strings.NewReplacer(`"`, string(quote), `\`, string(backslash))

// reference returns the text that stands for what the name says.
func reference(name string) string { return string(opening) + hide.Replace(name) + string(closing) }

// unsure is reference for what may be null, empty or no text at all.
func unsure(name string) cty.Value {
	return cty.StringVal(string(openingUnsure) + hide.Replace(name) + string(closing))
}

// marked returns text in which each ${…} is a reference. In a JSON document they stand within strings.
func marked(s string) string {
	if isJSON(s) {
		if tree, err := value.ParseJSON("", []byte(s)); err == nil {
			return markedTree(tree).JSON(math.MaxInt)
		}
	}
	var b strings.Builder
	for {
		before, ref, after := text.Cut(s)
		b.WriteString(before)
		if ref == "" {
			return b.String()
		}
		b.WriteString(reference(strings.TrimSuffix(strings.TrimPrefix(ref, "${"), "}")))
		s = after
	}
}

// markedTree returns a tree in whose texts each ${…} is a reference.
func markedTree(v value.Value) value.Value {
	if v.Kind == value.Text {
		v.Text = marked(v.Text)
	}
	v.Items, v.Members = slices.Clone(v.Items), slices.Clone(v.Members)
	for i := range v.Items {
		v.Items[i] = markedTree(v.Items[i])
	}
	for i, m := range v.Members {
		v.Members[i] = value.Member{Key: marked(m.Key), At: m.At, Value: markedTree(m.Value)}
	}
	return v
}

// isJSON reports whether text looks like a JSON document.
func isJSON(s string) bool {
	head := strings.TrimSpace(s)
	return head != "" && (head[0] == '{' || head[0] == '[')
}

var (
	spelled     = strings.NewReplacer(string(opening), "${", string(openingUnsure), "${", string(closing), "}", string(quote), `"`, string(backslash), `\`)
	spelledJSON = strings.NewReplacer(string(opening), "${", string(openingUnsure), "${", string(closing), "}", string(quote), `\"`, string(backslash), `\\`)
)

// spell returns text with its references in the form ${…}. In a JSON document they stand within strings.
func spell(s string) string {
	if !hasReference(s) {
		return s
	}
	if isJSON(s) {
		return spelledJSON.Replace(s)
	}
	return spelled.Replace(s)
}

func hasReference(s string) bool {
	return strings.ContainsRune(s, opening) || strings.ContainsRune(s, openingUnsure)
}

// surelyText reports whether text is neither null nor empty, whatever its references stand for.
func surelyText(s string) bool {
	return s != "" && !isUnsure(s)
}

// isUnsure reports whether text is nothing but references that may stand for null, nothing or no text.
func isUnsure(s string) bool {
	for s != "" {
		if !strings.HasPrefix(s, string(openingUnsure)) {
			return false
		}
		_, after, found := strings.Cut(s, string(closing))
		if !found {
			return false
		}
		s = after
	}
	return true
}

// partial reports whether a value is, or holds, text with a reference.
func partial(v cty.Value) bool {
	v, _ = v.Unmark()
	switch t := v.Type(); {
	case !v.IsKnown() || v.IsNull():
		return false
	case t == cty.String:
		return hasReference(v.AsString())
	case t.IsPrimitiveType() || t.IsCapsuleType():
		return false
	case t.IsObjectType() || t.IsTupleType() || t.IsCollectionType():
		for it := v.ElementIterator(); it.Next(); {
			if k, e := it.Element(); partial(e) || !t.IsSetType() && partial(k) {
				return true
			}
		}
	}
	return false
}

// A why is the mark of a value that is not known: the reason.
type why string

// unknown returns a value of which nothing is known, for a reason.
func unknown(reason string) cty.Value { return cty.DynamicVal.Mark(why(reason)) }

// reasonOf returns the reason for which a value, or something in it, is not known; "" if it has none.
func reasonOf(v cty.Value) string {
	_, marks := v.UnmarkDeep()
	found := ""
	for m := range marks {
		if w, ok := m.(why); ok && (found == "" || string(w) < found) {
			found = string(w)
		}
	}
	return found
}
