package source

import (
	"errors"

	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// tryFunc returns the first of its arguments that can be evaluated. Where one cannot because of what is not known, the result
// is unknown.
var tryFunc = dynamic(nil, &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType}, func(args []cty.Value) (cty.Value, error) {
	for _, arg := range args {
		closure := customdecode.ExpressionClosureFromVal(arg)
		v, diags := closure.Value()
		if !diags.HasErrors() {
			if mayLack(v) {
				return unknown("it is not known whether " + firstReference(v) + " is there"), nil
			}
			return v, nil
		}
		if lacks(closure.Expression, closure.EvalContext) {
			continue
		}
		for _, t := range closure.Expression.Variables() {
			if reason := uncertainty(t, closure.EvalContext); reason != "" {
				return unknown(reason), nil
			}
		}
	}
	return cty.NilVal, errors.New("no expression of try can be evaluated")
})

// canFunc reports whether its argument can be evaluated.
var canFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		closure := customdecode.ExpressionClosureFromVal(args[0])
		v, diags := closure.Value()
		if !diags.HasErrors() && !mayLack(v) && (v.IsWhollyKnown() && !partial(v) || leads(closure.Expression)) {
			return cty.True, nil
		}
		if lacks(closure.Expression, closure.EvalContext) {
			return cty.False, nil
		}
		for _, t := range closure.Expression.Variables() {
			if reason := uncertainty(t, closure.EvalContext); reason != "" {
				return cty.UnknownVal(cty.Bool).Mark(why(reason)), nil
			}
		}
		return cty.BoolVal(!diags.HasErrors()), nil
	},
})

// coalesceFunc returns the first argument that is neither null nor empty text.
var coalesceFunc = dynamic(nil, &anything, func(args []cty.Value) (cty.Value, error) {
	types := make([]cty.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	t, _ := convert.UnifyUnsafe(types)
	if t == cty.NilType {
		return cty.NilVal, errors.New("all arguments of coalesce must have the same type")
	}
	for _, a := range args {
		switch {
		case !a.IsKnown():
			return cty.UnknownVal(t), nil
		case a.IsNull(), a.Type() == cty.String && a.AsString() == "":
			continue
		case a.Type() == cty.String && isUnsure(a.AsString()):
			return unknown("coalesce: it is not known whether " + spell(a.AsString()) + " is set"), nil
		}
		return convert.Convert(a, t)
	}
	return cty.NilVal, errors.New("coalesce has no argument that is neither null nor empty")
})

// compactFunc returns a list without null and empty text.
var compactFunc = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
	list, err := convert.Convert(args[0], cty.List(cty.String))
	if err != nil {
		return cty.NilVal, err
	}
	if !list.IsKnown() || list.IsNull() {
		return cty.UnknownVal(cty.List(cty.String)), nil
	}
	var all []cty.Value
	for it := list.ElementIterator(); it.Next(); {
		switch _, e := it.Element(); {
		case !e.IsKnown():
			return cty.UnknownVal(cty.List(cty.String)), nil
		case e.IsNull() || e.AsString() == "":
		case isUnsure(e.AsString()):
			return unknown("compact: it is not known whether " + spell(e.AsString()) + " is set"), nil
		default:
			all = append(all, e)
		}
	}
	if all == nil {
		return cty.ListValEmpty(cty.String), nil
	}
	return cty.ListVal(all), nil
})
