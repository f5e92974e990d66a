package source

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// meta are the arguments and blocks of a resource that are Terraform's own, and not of its type.
var meta = map[string]bool{"count": true, "for_each": true, "provider": true, "depends_on": true, "lifecycle": true, "provisioner": true, "connection": true}

// An expansion are the instances of a resource block.
type expansion struct {
	keys      []string
	form      form
	why       string
	resources []*Resource
}

// expand returns the instances of a block of the module.
func (in *instance) expand(b *block) expansion {
	if c := in.expansions[b]; c != nil {
		return *c
	}
	in.expansions[b] = &expansion{form: unsureForm, why: in.within(b.address) + " refers to itself"}
	var x expansion
	all, f := in.repetitions(b.Body, in.withinPath(b.address))
	x.form = f
	for _, rep := range all {
		r := &Resource{Address: in.within(b.address) + rep.suffix(), Block: in.withinPath(b.address), Module: in.path, Within: in.address, Type: b.kind, Index: rep.index,
			Data: b.data, MayChange: rep.why, At: at(b.TypeRange),
			Suppressions: topology.Commented(b.TypeRange.Filename, in.notes[b.TypeRange.Filename][int32(b.TypeRange.Start.Line)])}
		if f == unsureForm {
			x.why = rep.why
			r.Address += "[*]"
		}
		if s, ok := rep.index.(string); ok {
			r.Index = spell(s)
		}
		if why := in.mayChange(); why != "" && r.MayChange == "" {
			r.MayChange = why
		}
		r.in, r.Provider = in, in.providerOf(b, rep.own)
		in.fill(r, b.Body, rep.own)
		if key, ok := rep.index.(string); ok {
			x.keys = append(x.keys, key)
		}
		x.resources = append(x.resources, r)
		if in.err != nil {
			break
		}
	}
	in.expansions[b] = &x
	return x
}

// mayChange says why it is not known whether the module is there.
func (in *instance) mayChange() string {
	for ; in != nil; in = in.parent {
		if in.each.why != "" {
			return in.each.why
		}
	}
	return ""
}

// fill evaluates the arguments and blocks of a resource.
func (in *instance) fill(r *Resource, body *hclsyntax.Body, own variables) {
	r.attrs = in.content(body, own, true)
	r.Values, r.Unknown = plainMembers(r.attrs, "")
	r.Properties = make(map[string]topology.Position, len(body.Attributes))
	for name, a := range body.Attributes {
		r.Properties[name] = at(a.NameRange)
	}
	for _, nested := range body.Blocks {
		name := nested.Type
		if name == "dynamic" && len(nested.Labels) == 1 {
			name = nested.Labels[0]
		}
		if _, ok := r.Properties[name]; !ok {
			r.Properties[name] = at(nested.TypeRange)
		}
	}
}

// content evaluates the arguments and nested blocks of a body. The blocks of a type are a tuple of objects.
func (in *instance) content(body *hclsyntax.Body, own variables, top bool) map[string]cty.Value {
	all := make(map[string]cty.Value, len(body.Attributes)+len(body.Blocks))
	for _, name := range slices.Sorted(maps.Keys(body.Attributes)) {
		if !top || !meta[name] {
			all[name] = in.evaluate(body.Attributes[name].Expr, own)
		}
	}
	blocks := map[string][]cty.Value{}
	for _, b := range body.Blocks {
		switch {
		case top && meta[b.Type]:
		case b.Type == "dynamic" && len(b.Labels) == 1:
			found, why := in.dynamic(b, own)
			blocks[b.Labels[0]] = append(blocks[b.Labels[0]], found...)
			if why != "" {
				all[b.Labels[0]] = unknown(why)
			}
		default:
			blocks[b.Type] = append(blocks[b.Type], cty.ObjectVal(in.content(b.Body, own, false)))
		}
	}
	for name, found := range blocks {
		if v, there := all[name]; !there {
			all[name] = cty.TupleVal(found)
		} else if reasonOf(v) == "" && found != nil {
			all[name] = unknown("it is an argument and a block")
		}
	}
	return all
}

// dynamic returns the blocks that a dynamic block makes; why says why they are not known.
//
// [dynamic blocks]
//
// [dynamic blocks]: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
func (in *instance) dynamic(b *hclsyntax.Block, own variables) (all []cty.Value, why string) {
	over, name := b.Body.Attributes["for_each"], b.Labels[0]
	if a := b.Body.Attributes["iterator"]; a != nil {
		if t := a.Expr.Variables(); len(t) == 1 {
			name = t[0].RootName()
		} else if s, ok := literal(a.Expr); ok {
			name = s
		}
	}
	var content *hclsyntax.Body
	for _, nested := range b.Body.Blocks {
		if nested.Type == "content" {
			content = nested.Body
		}
	}
	if over == nil || content == nil {
		return nil, "the dynamic block " + b.Labels[0] + " has no for_each or no content"
	}
	given := in.evaluate(over.Expr, own)
	v, _ := given.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		why = "for_each of the dynamic block " + b.Labels[0] + " is not known"
		if reason := reasonOf(given); reason != "" {
			why += ": " + reason
		} else if partial(given) {
			of := firstReference(given)
			why += ": it depends on " + of + howToTell(of)
		}
		return nil, why
	}
	if !in.spend(v.LengthInt()*(content.SrcRange.End.Byte-content.SrcRange.Start.Byte+blockWork), over.SrcRange) {
		return nil, "a limit is passed"
	}
	for it := v.ElementIterator(); it.Next(); {
		key, e := it.Element()
		if v.Type().IsSetType() {
			key = e
		}
		next := own.with(name, cty.ObjectVal(map[string]cty.Value{"key": key, "value": e}))
		all = append(all, cty.ObjectVal(in.content(content, next, false)))
	}
	return all, ""
}

// resource returns the value of a resource or data source of the module, by its address in the module.
func (in *instance) resource(address string) cty.Value {
	b := in.byAddress[address]
	if b == nil {
		return unknown(in.within(address) + " is not declared")
	}
	return in.once(address, b.TypeRange, func() cty.Value {
		x := in.expand(b)
		switch x.form {
		case single:
			if len(x.resources) == 1 {
				return in.object(x.resources[0])
			}
		case counted:
			items := make([]cty.Value, len(x.resources))
			for i, r := range x.resources {
				items[i] = in.object(r)
			}
			return cty.TupleVal(items)
		case keyed:
			items := make(map[string]cty.Value, len(x.resources))
			for i, r := range x.resources {
				items[x.keys[i]] = in.object(r)
			}
			return cty.ObjectVal(items)
		}
		return unknown(x.why)
	})
}

// object returns a resource as expressions see it: what is set, and what it computes of all that expressions ask for.
func (in *instance) object(r *Resource) cty.Value {
	all := maps.Clone(r.attrs)
	for name := range in.asked {
		if v, set := all[name]; set {
			if plain, _ := v.Unmark(); !plain.IsNull() {
				continue
			}
		}
		switch text, why := in.provider.Attribute(r, name); {
		case why != "":
			all[name] = unknown(why)
		case text != "":
			all[name] = cty.StringVal(marked(text))
		default:
			all[name] = unsure(r.Address + "." + name)
		}
	}
	return cty.ObjectVal(all)
}
