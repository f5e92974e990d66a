package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/hopgrant/hopgrant/internal/text"
)

type functionTable = map[string]function.Function

// passing are the functions that pass on text without looking at it, so that it may have references in it.
var passing = sync.OnceValue(func() functionTable {
	return functionTable{
		"chunklist": stdlib.ChunklistFunc, "concat": stdlib.ConcatFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc,
		"flatten": stdlib.FlattenFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "join": stdlib.JoinFunc,
		"keys": stdlib.KeysFunc, "merge": stdlib.MergeFunc, "reverse": stdlib.ReverseListFunc, "setproduct": stdlib.SetProductFunc,
		"setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),
		"sensitive": identity, "nonsensitive": identity, "ephemeralasnull": identity, "one": oneFunc, "yamldecode": yamlDecodeFunc,
	}
})

// looking are the functions that look at text, so that their result is not known where it has references.
var looking = sync.OnceValue(func() functionTable {
	return functionTable{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "log": stdlib.LogFunc, "max": stdlib.MaxFunc,
		"min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "range": stdlib.RangeFunc, "sum": sumFunc,
		"alltrue": allTrueFunc, "anytrue": anyTrueFunc,
		"chomp": stdlib.ChompFunc, "indent": stdlib.IndentFunc, "lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc, "title": stdlib.TitleFunc,
		"replace": replaceFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc,
		"substr": stdlib.SubstrFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
		"trimsuffix": stdlib.TrimSuffixFunc, "strcontains": hasFunc(strings.Contains), "sort": stdlib.SortFunc, "index": indexFunc, "transpose": transposeFunc, "matchkeys": matchKeysFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setsubtract": stdlib.SetSubtractFunc, "csvdecode": stdlib.CSVDecodeFunc,
		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc, "basename": pathFunc("basename"), "dirname": pathFunc("dirname"),
		"base64encode": base64EncodeFunc, "base64decode": base64DecodeFunc, "md5": hashFunc("md5"), "sha1": hashFunc("sha1"),
		"sha256": hashFunc("sha256"), "sha512": hashFunc("sha512"), "urlencode": urlEncodeFunc,
	}
})

// special are the functions that treat references in their own way.
var special = sync.OnceValue(func() functionTable {
	return functionTable{
		"can": canFunc, "try": tryFunc, "coalesce": coalesceFunc, "coalescelist": stdlib.CoalesceListFunc, "compact": compactFunc,
		"contains": containsFunc, "length": lengthFunc, "lookup": lookupFunc, "startswith": startsFunc, "endswith": endsFunc,
		"format": formatFunc(stdlib.FormatFunc), "formatlist": formatFunc(stdlib.FormatListFunc),
	}
})

// functionsOf returns the functions that a module's expressions may call. Those that depend on more than their arguments, such
// as timestamp, are unknown.
func (rd *reader) functionsOf(m *module) functionTable {
	if rd.shared == nil {
		rd.shared = functionTable{}
		for name, f := range passing() {
			rd.shared[name] = rd.bounded(name, f, nil)
		}
		for name, f := range looking() {
			rd.shared[name] = rd.bounded(name, f, closed)
		}
		for name, f := range special() {
			if name == "try" || name == "can" {
				rd.shared[name] = f
			} else {
				rd.shared[name] = rd.bounded(name, f, nil)
			}
		}
		for _, name := range opaque {
			rd.shared[name] = opaqueFunc(name)
		}
	}
	all := maps.Clone(rd.shared)
	text := function.Parameter{Name: "template", Type: cty.String, AllowUnknown: true, AllowDynamicType: true}
	all["templatestring"] = rd.bounded("templatestring", dynamic([]function.Parameter{text, anything}, nil, rd.templateString), nil)
	maps.Copy(all, rd.fileFunctions(m))
	for _, name := range slices.Collect(maps.Keys(all)) {
		all["core::"+name] = all[name]
	}
	return all
}

// opaque are the functions whose result is not known before apply, or that are not worth to have.
var opaque = []string{"abspath", "base64gzip", "bcrypt", "cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets", "filebase64", "filebase64sha256",
	"filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512", "base64sha256", "base64sha512", "pathexpand", "plantimestamp", "rsadecrypt",
	"textdecodebase64", "textencodebase64", "timecmp", "timestamp", "type", "uuid", "uuidv5", "yamlencode", "fileset", "issensitive"}

func opaqueFunc(name string) function.Function {
	any := function.Parameter{Name: "args", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowDynamicType: true}
	return function.New(&function.Spec{
		VarParam: &any,
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			return unknown(name + "() is not evaluated"), nil
		},
	})
}

// inOrder are the functions that put the elements of a set into an order.
var inOrder = map[string]bool{"chunklist": true, "concat": true, "element": true, "flatten": true, "formatlist": true, "join": true, "reverse": true,
	"slice": true, "tolist": true, "zipmap": true, "setproduct": true, "coalescelist": true, "compact": true, "distinct": true}

// A reading says what a function gives of arguments with references.
type reading func(name string, args []cty.Value, t cty.Type) cty.Value

// closed is the reading of functions that look at text: the call itself is a reference, if it gives text.
func closed(name string, args []cty.Value, t cty.Type) cty.Value {
	if t == cty.String {
		var parts []string
		for _, a := range args {
			parts = append(parts, written(a))
		}
		if call := name + "(" + strings.Join(parts, ", ") + ")"; len(call) <= 200 && text.Balanced(call) {
			return unsure(call)
		}
	}
	found := ""
	for _, a := range args {
		if found == "" {
			found = firstReference(a)
		}
	}
	return unknown(name + "() of " + found + " is not known")
}

// written returns a value about as an expression has it.
func written(v cty.Value) string {
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsKnown():
		return "unknown"
	case v.IsNull():
		return "null"
	case v.Type() == cty.String:
		s := v.AsString()
		if strings.HasPrefix(s, string(opening)) || strings.HasPrefix(s, string(openingUnsure)) {
			if _, after, _ := strings.Cut(s, string(closing)); after == "" {
				return strings.TrimSuffix(strings.TrimPrefix(spelled.Replace(s), "${"), "}")
			}
		}
		return `"` + spelled.Replace(s) + `"`
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('g', 20)
	}
	return fmt.Sprintf("%#v", v)
}

// bounded returns a function whose arguments are not too large, and which is not called with references where read says what
// it gives of them.
func (b *budget) bounded(name string, f function.Function, read reading) function.Function {
	spec := &function.Spec{Description: f.Description()}
	for _, p := range f.Params() {
		p.AllowUnknown, p.AllowDynamicType = true, true
		spec.Params = append(spec.Params, p)
	}
	if v := f.VarParam(); v != nil {
		p := *v
		p.AllowUnknown, p.AllowDynamicType = true, true
		spec.VarParam = &p
	}
	withReference := func(args []cty.Value) bool { return read != nil && slices.ContainsFunc(args, partial) }
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		if b.err != nil || withReference(args) && !staticText(f, args) {
			return cty.DynamicPseudoType, nil
		}
		if inOrder[name] && slices.ContainsFunc(args, func(a cty.Value) bool { return unordered(a) != "" }) {
			return cty.DynamicPseudoType, nil
		}
		return f.ReturnTypeForValues(args)
	}
	spec.Impl = func(args []cty.Value, t cty.Type) (cty.Value, error) {
		n := 1
		for _, a := range args {
			n += size(a)
		}
		if name == "setproduct" {
			n = 16
			for _, a := range args {
				n = min(n*max(1, count(a)), maxWork+1)
			}
		}
		if b.left < n {
			b.spend(n, noRange)
			return cty.UnknownVal(t), nil
		}
		b.left -= n
		if withReference(args) {
			return read(name, args, t), nil
		}
		if inOrder[name] {
			for _, a := range args {
				if ref := unordered(a); ref != "" {
					return unknown(name + ": it is not known in which order a set with " + ref + " is"), nil
				}
			}
		}
		return f.Call(args)
	}
	return function.New(spec)
}

// staticText reports whether a function gives text, whatever its arguments are.
func staticText(f function.Function, args []cty.Value) bool {
	types := make([]cty.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	t, err := f.ReturnType(types)
	return err == nil && t == cty.String
}
