package source

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// leads reports whether an expression does nothing but lead to a part of a value, which may itself be unknown.
func leads(e hcl.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return true
	case *hclsyntax.RelativeTraversalExpr:
		return leads(e.Source)
	case *hclsyntax.IndexExpr:
		return leads(e.Collection)
	case *hclsyntax.ParenthesesExpr:
		return leads(e.Expression)
	}
	return false
}

// lacks reports whether an expression leads to what a value surely does not have: an attribute, key or index that is not among
// those of an object, map or list.
func lacks(e hcl.Expression, ctx *hcl.EvalContext) bool {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		for n := 1; n < len(e.Traversal); n++ {
			if v, diags := e.Traversal[:n].TraverseAbs(ctx); diags.HasErrors() || !hasStep(v, e.Traversal[n]) {
				return !diags.HasErrors() && holdsSteps(v)
			}
		}
	case *hclsyntax.RelativeTraversalExpr:
		v, diags := e.Source.Value(ctx)
		if diags.HasErrors() {
			return lacks(e.Source, ctx)
		}
		for _, step := range e.Traversal {
			if !hasStep(v, step) {
				return holdsSteps(v)
			}
			v, _ = hcl.Traversal{step}.TraverseRel(v)
		}
	case *hclsyntax.IndexExpr:
		v, diags := e.Collection.Value(ctx)
		if diags.HasErrors() {
			return lacks(e.Collection, ctx)
		}
		key, diags := e.Key.Value(ctx)
		key, _ = key.Unmark()
		if diags.HasErrors() || !key.IsKnown() || key.IsNull() || partial(key) {
			return false
		}
		return !hasStep(v, hcl.TraverseIndex{Key: key}) && holdsSteps(v)
	case *hclsyntax.ParenthesesExpr:
		return lacks(e.Expression, ctx)
	}
	return false
}

// hasStep reports whether a step of a traversal leads to a part of a value.
func hasStep(v cty.Value, step hcl.Traverser) bool {
	_, diags := hcl.Traversal{step}.TraverseRel(v)
	return !diags.HasErrors()
}

// holdsSteps reports whether all attributes, keys or indices of a value are known.
func holdsSteps(v cty.Value) bool {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() || v.Type().IsSetType() {
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if k, _ := it.Element(); partial(k) {
			return false
		}
	}
	return true
}
