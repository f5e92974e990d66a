package source

import (
	"errors"
	"math/big"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var anything = function.Parameter{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowDynamicType: true}

// dynamic returns a function whose type is that of its result.
func dynamic(params []function.Parameter, rest *function.Parameter, call func(args []cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params:   params,
		VarParam: rest,
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := call(args)
			if err != nil {
				return cty.NilType, err
			}
			return v.Type(), nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return call(args) },
	})
}

var identity = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) { return args[0], nil })

// containsFunc reports whether a list has a value.
var containsFunc = function.New(&function.Spec{
	Params: []function.Parameter{anything, anything},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !partial(args[0]) && !partial(args[1]) {
			return stdlib.ContainsFunc.Call(args)
		}
		if !args[0].IsKnown() || args[0].IsNull() || !args[0].CanIterateElements() {
			return cty.UnknownVal(cty.Bool), nil
		}
		among := cty.False
		for it := args[0].ElementIterator(); it.Next(); {
			_, e := it.Element()
			switch equal, known := sameText(e, args[1]); {
			case known && equal:
				return cty.True, nil
			case !known:
				among = cty.UnknownVal(cty.Bool)
			}
		}
		if among.IsKnown() {
			return among, nil
		}
		return unknown("contains: it is not known whether " + firstReference(cty.TupleVal(args)) + " is the value"), nil
	},
})

// lengthFunc returns the length of a collection or text.
var lengthFunc = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
	v := args[0]
	switch {
	case !v.IsKnown():
		return cty.UnknownVal(cty.Number), nil
	case v.IsNull():
		return cty.NilVal, errors.New("length of null")
	case v.Type() == cty.String && hasReference(v.AsString()):
		return unknown("length: it is not known how long " + spell(v.AsString()) + " is"), nil
	case v.Type() == cty.String:
		return stdlib.StrlenFunc.Call(args)
	case v.Type().IsSetType() && partial(v) && v.LengthInt() > 1:
		return unknown("length: it is not known whether " + firstReference(v) + " is twice in a set"), nil
	case !v.CanIterateElements():
		return cty.NilVal, errors.New("length wants a list, a map or text")
	}
	return cty.NumberIntVal(int64(v.LengthInt())), nil
})

// lookupFunc returns the value of a key in a map, or a default.
var lookupFunc = dynamic([]function.Parameter{anything, anything}, &anything, func(args []cty.Value) (cty.Value, error) {
	m, key := args[0], args[1]
	if !m.IsKnown() || !key.IsKnown() {
		return cty.DynamicVal, nil
	}
	if m.IsNull() || key.IsNull() || key.Type() != cty.String || !m.Type().IsMapType() && !m.Type().IsObjectType() {
		if partial(m) {
			return unknown("lookup: it is not known what " + firstReference(m) + " is"), nil
		}
		return cty.NilVal, errors.New("lookup wants a map and a key")
	}
	for it := m.ElementIterator(); it.Next(); {
		if k, e := it.Element(); k.AsString() == key.AsString() {
			return e, nil
		}
	}
	if partial(key) {
		return unknown("lookup: it is not known which key " + spell(key.AsString()) + " is"), nil
	}
	if len(args) < 3 {
		return cty.NilVal, errors.New("lookup finds no such key, and has no default")
	}
	return args[2], nil
})

// oneFunc returns the only element of a list; null if it is empty.
var oneFunc = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
	v := args[0]
	switch {
	case !v.IsKnown():
		return cty.DynamicVal, nil
	case v.IsNull() || !v.CanIterateElements():
		return cty.NilVal, errors.New("one wants a list")
	case v.LengthInt() == 0:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case v.LengthInt() > 1:
		return cty.NilVal, errors.New("one wants a list of at most one element")
	}
	it := v.ElementIterator()
	it.Next()
	_, e := it.Element()
	return e, nil
})

// numbers returns the elements of a list as numbers; nil if one is not known.
func elementsAs(v cty.Value, t cty.Type) ([]cty.Value, error) {
	if !v.IsWhollyKnown() || v.IsNull() || !v.CanIterateElements() {
		return nil, nil
	}
	all := []cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		c, err := convert.Convert(e, t)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

var sumFunc = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
	all, err := elementsAs(args[0], cty.Number)
	if err != nil || all == nil {
		return cty.UnknownVal(cty.Number), err
	}
	sum := new(big.Float)
	for _, n := range all {
		if n.IsNull() {
			return cty.NilVal, errors.New("sum of null")
		}
		sum.Add(sum, n.AsBigFloat())
	}
	return cty.NumberVal(sum), nil
})

var (
	allTrueFunc = truths(false)
	anyTrueFunc = truths(true)
)

// truths returns a function that gives whether one of a list is as wanted; if none is, the opposite.
func truths(wanted bool) function.Function {
	return dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
		if !args[0].IsKnown() || args[0].IsNull() || !args[0].CanIterateElements() {
			return cty.UnknownVal(cty.Bool), nil
		}
		result := cty.BoolVal(!wanted)
		for it := args[0].ElementIterator(); it.Next(); {
			_, e := it.Element()
			b, err := convert.Convert(e, cty.Bool)
			switch {
			case err != nil:
				return cty.NilVal, err
			case !b.IsKnown():
				result = cty.UnknownVal(cty.Bool)
			case !b.IsNull() && b.True() == wanted:
				return cty.BoolVal(wanted), nil
			}
		}
		return result, nil
	})
}

var indexFunc = dynamic([]function.Parameter{anything, anything}, nil, func(args []cty.Value) (cty.Value, error) {
	if !args[0].IsWhollyKnown() || !args[1].IsKnown() || args[0].IsNull() || !args[0].CanIterateElements() {
		return cty.UnknownVal(cty.Number), nil
	}
	i := int64(0)
	for it := args[0].ElementIterator(); it.Next(); i++ {
		if _, e := it.Element(); e.RawEquals(args[1]) {
			return cty.NumberIntVal(i), nil
		}
	}
	return cty.NilVal, errors.New("index finds no such element")
})

var matchKeysFunc = dynamic([]function.Parameter{anything, anything, anything}, nil, func(args []cty.Value) (cty.Value, error) {
	for _, a := range args {
		if !a.IsWhollyKnown() || a.IsNull() || !a.CanIterateElements() {
			return cty.DynamicVal, nil
		}
	}
	wanted, values := args[2].AsValueSlice(), args[0].AsValueSlice()
	var all []cty.Value
	for i, k := range args[1].AsValueSlice() {
		for _, w := range wanted {
			if i < len(values) && k.RawEquals(w) {
				all = append(all, values[i])
				break
			}
		}
	}
	return cty.TupleVal(all), nil
})

var transposeFunc = dynamic([]function.Parameter{anything}, nil, func(args []cty.Value) (cty.Value, error) {
	m, err := convert.Convert(args[0], cty.Map(cty.List(cty.String)))
	if err != nil || !m.IsWhollyKnown() || m.IsNull() {
		return cty.DynamicVal, err
	}
	all := map[string][]cty.Value{}
	for it := m.ElementIterator(); it.Next(); {
		k, list := it.Element()
		if list.IsNull() {
			continue
		}
		for _, e := range list.AsValueSlice() {
			if !e.IsNull() {
				all[e.AsString()] = append(all[e.AsString()], k)
			}
		}
	}
	if len(all) == 0 {
		return cty.MapValEmpty(cty.List(cty.String)), nil
	}
	lists := map[string]cty.Value{}
	for k, list := range all {
		lists[k] = cty.ListVal(list)
	}
	return cty.MapVal(lists), nil
})
