package source

import (
	"strconv"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A repetition is one instance of a block: its index, and what each or count is in it.
type repetition struct {
	index any // nil, an int or a string
	own   variables
	// why says why it is not known whether, or how often, the block is there; the only repetition stands for all.
	why string
}

// suffix returns the index as it is written in an address.
func (r repetition) suffix() string {
	switch i := r.index.(type) {
	case int:
		return "[" + strconv.Itoa(i) + "]"
	case string:
		return "[" + strconv.Quote(spelled.Replace(i)) + "]"
	}
	return ""
}

// The forms in which a block is repeated.
type form int

const (
	single form = iota
	counted
	keyed
	unsureForm
)

// repetitions evaluates count or for_each of a block.
func (in *instance) repetitions(body *hclsyntax.Body, path string) (all []repetition, f form) {
	if a := body.Attributes["count"]; a != nil {
		return in.counted(a, body, path)
	}
	if a := body.Attributes["for_each"]; a != nil {
		return in.keyed(a, body, path)
	}
	return []repetition{{}}, single
}

func (in *instance) counted(a *hclsyntax.Attribute, body *hclsyntax.Body, path string) ([]repetition, form) {
	given := in.evaluate(a.Expr, nil)
	v, err := convert.Convert(given, cty.Number)
	plain, _ := v.Unmark()
	if err != nil || !plain.IsKnown() || plain.IsNull() {
		return in.unsure("count", given, path, func(index cty.Value) variables {
			return variables{"count": cty.ObjectVal(map[string]cty.Value{"index": index})}
		})
	}
	n, _ := plain.AsBigFloat().Int64()
	if n < 0 {
		n = 0
	}
	if !in.room(int(min(n, maxInstances+1)), a, body) {
		return nil, counted
	}
	all := make([]repetition, n)
	for i := range all {
		all[i] = repetition{index: i, own: variables{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(i))})}}
	}
	return all, counted
}

func (in *instance) keyed(a *hclsyntax.Attribute, body *hclsyntax.Body, path string) ([]repetition, form) {
	given := in.evaluate(a.Expr, nil)
	v, _ := given.Unmark()
	t := v.Type()
	each := func(value cty.Value) variables { return eachOf(cty.StringVal(reference("each.key of "+path)), value) }
	if !v.IsKnown() || v.IsNull() || !t.IsMapType() && !t.IsObjectType() && !t.IsSetType() || t.IsSetType() && !v.IsWhollyKnown() {
		return in.unsure("for_each", given, path, each)
	}
	if !in.room(v.LengthInt(), a, body) {
		return nil, keyed
	}
	var all []repetition
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if t.IsSetType() {
			k = e
		}
		if k, _ = k.Unmark(); k.Type() != cty.String || k.IsNull() {
			return in.unsure("for_each", given, path, each)
		}
		all = append(all, repetition{index: k.AsString(), own: eachOf(k, e)})
	}
	return all, keyed
}

func eachOf(key, value cty.Value) variables {
	return variables{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
}

// unsure returns the only repetition of a block of which it is not known how often it is there. Own returns its variables with an
// index or value that is not known for the same reason.
func (in *instance) unsure(argument string, v cty.Value, path string, own func(cty.Value) variables) ([]repetition, form) {
	why := argument + " of " + path + " is not known"
	if reason := reasonOf(v); reason != "" {
		why += ": " + reason
	} else if partial(v) {
		of := firstReference(v)
		why += ": it depends on " + of + howToTell(of)
	}
	return []repetition{{own: own(unknown(why)), why: why}}, unsureForm
}

// room reports whether so many more instances are within the limit.
func (in *instance) room(n int, a *hclsyntax.Attribute, body *hclsyntax.Body) bool {
	in.instances += n
	if in.instances > maxInstances {
		in.exceed(a.SrcRange, a.Name, "the configuration has more than 20000 instances", "fewer")
		return false
	}
	return in.spend(n*(body.SrcRange.End.Byte-body.SrcRange.Start.Byte+instanceWork), a.SrcRange)
}
