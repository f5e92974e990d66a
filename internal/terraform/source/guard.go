package source

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A guard is an expression whose value is looked at before it is used.
type guard struct {
	*hclsyntax.ParenthesesExpr
	look func(v cty.Value, at hcl.Range) (cty.Value, bool)
}

// Value evaluates the expression. If the guard refuses its value, it is unknown.
func (g guard) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := g.ParenthesesExpr.Value(ctx)
	if diags.HasErrors() {
		return v, diags
	}
	checked, ok := g.look(v, g.Range())
	if !ok {
		checked = cty.UnknownVal(v.Type())
	}
	return checked, diags
}

func guarded(e hclsyntax.Expression, look func(cty.Value, hcl.Range) (cty.Value, bool)) hclsyntax.Expression {
	return guard{&hclsyntax.ParenthesesExpr{Expression: e, SrcRange: e.Range()}, look}
}

// guardAll prepares the expressions below a node: comparisons do not take references for the text that stands for them, and
// loops and templates spend the budget.
func (b *budget) guardAll(node hclsyntax.Node) {
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			n.Op = guardedOperation(n.Op)
		case *hclsyntax.SplatExpr:
			n.Source = guarded(n.Source, noSingle)
		case *hclsyntax.ForExpr:
			length := n.SrcRange.End.Byte - n.SrcRange.Start.Byte
			list := n.KeyExpr == nil
			n.CollExpr = guarded(n.CollExpr, func(v cty.Value, at hcl.Range) (cty.Value, bool) {
				if ref := unordered(v); ref != "" && list {
					return unknown("it is not known in which order a set with " + ref + " is"), true
				}
				return v, b.spend((length+loopWork)*count(v), at)
			})
		case *hclsyntax.TemplateExpr:
			for i, part := range n.Parts {
				if _, literal := part.(*hclsyntax.LiteralValueExpr); !literal {
					n.Parts[i] = guarded(part, b.text)
				}
			}
		case *hclsyntax.TemplateJoinExpr:
			n.Tuple = guarded(n.Tuple, b.text)
		case *hclsyntax.LiteralValueExpr:
			if v := n.Val; v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && numberSize(v.AsBigFloat()) > maxExponent {
				b.exceed(n.SrcRange, "number", "it is too large", "at most 4096 bits")
				n.Val = cty.Zero
			}
		}
		return nil
	})
}

// text spends the budget for a value that becomes part of a text.
func (b *budget) text(v cty.Value, at hcl.Range) (cty.Value, bool) { return v, b.spend(size(v), at) }

// count returns how many elements a value has.
func count(v cty.Value) int {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return v.LengthInt()
}

// noSingle refuses text that is a reference as the only element of a list, because it may be a list.
func noSingle(v cty.Value, _ hcl.Range) (cty.Value, bool) {
	plain, marks := v.Unmark()
	if plain.Type() == cty.String && plain.IsKnown() && !plain.IsNull() && hasReference(plain.AsString()) {
		return unknown("it is not known whether " + spell(plain.AsString()) + " is a list").WithMarks(marks), true
	}
	return v, true
}

var operations = func() map[*hclsyntax.Operation]*hclsyntax.Operation {
	all := map[*hclsyntax.Operation]*hclsyntax.Operation{
		hclsyntax.OpEqual:    {Impl: comparison(stdlib.EqualFunc, false), Type: cty.Bool},
		hclsyntax.OpNotEqual: {Impl: comparison(stdlib.NotEqualFunc, true), Type: cty.Bool},
	}
	for _, op := range []*hclsyntax.Operation{hclsyntax.OpAdd, hclsyntax.OpSubtract, hclsyntax.OpMultiply, hclsyntax.OpDivide} {
		all[op] = &hclsyntax.Operation{Impl: arithmetic(op.Impl), Type: op.Type}
	}
	return all
}()

func guardedOperation(op *hclsyntax.Operation) *hclsyntax.Operation {
	if g := operations[op]; g != nil {
		return g
	}
	return op
}

// comparison returns an operation that compares values of which text may be known in part.
func comparison(plain function.Function, negated bool) function.Function {
	anything := function.Parameter{Name: "a", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowNull: true}
	return function.New(&function.Spec{
		Params: []function.Parameter{anything, anything},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !partial(args[0]) && !partial(args[1]) || !args[0].IsKnown() || !args[1].IsKnown() {
				return plain.Call(args)
			}
			if equal, known := sameText(args[0], args[1]); known {
				return cty.BoolVal(equal != negated), nil
			}
			both := cty.TupleVal(args)
			of := firstReference(both)
			return cty.UnknownVal(cty.Bool).Mark(why("it is not known what " + of + " equals" + howToTell(of))), nil
		},
	})
}

// sameText reports whether two values are equal, of which at least one may have a reference, and whether that is known.
func sameText(a, b cty.Value) (equal, known bool) {
	if !a.IsKnown() || !b.IsKnown() {
		return false, false
	}
	if !partial(a) && !partial(b) {
		v := a.Equals(b)
		return v.IsKnown() && v.True(), v.IsKnown()
	}
	if a.IsNull() {
		a, b = b, a
	}
	isText := a.Type() == cty.String
	switch {
	case b.IsNull():
		return false, !isText || surelyText(a.AsString())
	case !isText || b.Type() != cty.String:
		return false, false
	case a.AsString() == b.AsString():
		return true, true
	case a.AsString() == "":
		return false, surelyText(b.AsString())
	case b.AsString() == "":
		return false, surelyText(a.AsString())
	}
	return false, text.Equal(spell(a.AsString()), spell(b.AsString())) == text.No
}

// arithmetic returns an operation whose operands are not too large.
func arithmetic(plain function.Function) function.Function {
	params := plain.Params()
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, a := range args {
				if a.IsKnown() && !a.IsNull() && numberSize(a.AsBigFloat()) > maxExponent {
					return cty.UnknownVal(cty.Number), nil
				}
			}
			return plain.Call(args)
		},
	})
}
