package source

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// made marks what is behind a reference, which need not be there.
type made struct{}

// behind returns a value in which what traversals lead to behind a reference is a reference too: of ${var.x}, which may be an object,
// ${var.x.a} where all of them ask for attributes. Changed is false if there is none.
func behind(v cty.Value, all []hcl.Traversal) (_ cty.Value, changed bool) {
	plain, marks := v.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() && !isOneReference(plain) {
		return v, false
	}
	asked := map[string][]hcl.Traversal{}
	for _, t := range all {
		name := step(t, 0)
		if !hclsyntax.ValidIdentifier(name) {
			return v, false
		}
		asked[name] = append(asked[name], t[1:])
	}
	members := make(map[string]cty.Value, len(asked))
	if !plain.Type().IsObjectType() {
		text := plain.AsString()
		of := text[len(string(openingUnsure)) : len(text)-len(string(closing))]
		for name, rest := range asked {
			members[name], _ = behind(unsure(of+"."+name), rest)
		}
		return cty.ObjectVal(members).WithMarks(marks).Mark(made{}), true
	}
	for name, rest := range asked {
		if !plain.Type().HasAttribute(name) {
			continue
		}
		if member, other := behind(plain.GetAttr(name), rest); other {
			members[name] = member
		}
	}
	if len(members) == 0 {
		return v, false
	}
	for name := range plain.Type().AttributeTypes() {
		if members[name] == cty.NilVal {
			members[name] = plain.GetAttr(name)
		}
	}
	return cty.ObjectVal(members).WithMarks(marks), true
}

// isOneReference reports whether a value is text that is one reference to what may be no text.
func isOneReference(v cty.Value) bool {
	if v.Type() != cty.String {
		return false
	}
	s := v.AsString()
	return strings.HasPrefix(s, string(openingUnsure)) && strings.Index(s, string(closing)) == len(s)-len(string(closing))
}

// mayLack reports whether a value is known only if something is there that need not be.
func mayLack(v cty.Value) bool {
	_, marks := v.UnmarkDeep()
	_, is := marks[made{}]
	return is
}
