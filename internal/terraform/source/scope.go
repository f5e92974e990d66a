package source

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// variables are names that only an expression knows, such as each, count and the iterator of a dynamic block.
type variables map[string]cty.Value

// with returns the variables with one more.
func (v variables) with(name string, to cty.Value) variables {
	all := maps.Clone(v)
	if all == nil {
		all = variables{}
	}
	all[name] = to
	return all
}

// evaluate returns the value of an expression; what cannot be evaluated is unknown.
func (in *instance) evaluate(e hclsyntax.Expression, own variables) cty.Value {
	if in.err != nil {
		return unknown("a limit is passed")
	}
	ctx := &hcl.EvalContext{Functions: in.functions, Variables: in.scope(e.Variables(), own)}
	v, diags := e.Value(ctx)
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			why := sentence(d)
			if _, marks := v.UnmarkDeep(); len(marks) > 0 {
				if w := reasonOf(v); w != "" {
					why = w
				}
			}
			if reason := in.uncertain(e, ctx); reason != "" {
				why = reason
			}
			return unknown(why)
		}
	}
	if size(v) > maxValue {
		in.exceed(e.Range(), "value", "it is too large", "at most 4 MiB")
		return unknown("a limit is passed")
	}
	return v
}

// uncertain says which of the values that an expression refers to is not known; "" if all are.
func (in *instance) uncertain(e hclsyntax.Expression, ctx *hcl.EvalContext) string {
	for _, t := range e.Variables() {
		if reason := uncertainty(t, ctx); reason != "" {
			return reason
		}
	}
	return ""
}

// uncertainty says why it is not known what a traversal gives; "" if it is. The traversal is followed as far as it goes.
func uncertainty(t hcl.Traversal, ctx *hcl.EvalContext) string {
	for n := len(t); n > 0; n-- {
		for c := ctx; c != nil; c = c.Parent() {
			if _, there := c.Variables[t.RootName()]; !there {
				continue
			}
			v, diags := t[:n].TraverseAbs(c)
			if diags.HasErrors() {
				break
			}
			plain, _ := v.Unmark()
			switch {
			case !plain.IsKnown():
				if w := reasonOf(v); w != "" {
					return w
				}
				return "it is not known"
			case partial(v):
				of := firstReference(v)
				return "it depends on " + of + ", which is not known" + howToTell(of)
			}
			return ""
		}
	}
	return ""
}

// howToTell says how to tell what a reference is that nothing in the sources tells; "" if there is no way.
func howToTell(reference string) string {
	if strings.Contains(reference, "${terraform.workspace}") {
		return "; set TF_WORKSPACE"
	}
	output := strings.TrimPrefix(reference, "${")
	for strings.HasPrefix(output, "module.") {
		if _, output, _ = strings.Cut(output[len("module."):], "."); !strings.Contains(output, ".") {
			return "; run terraform init" // else its sources would tell
		}
	}
	return ""
}

// firstReference returns one of the references in a value.
func firstReference(v cty.Value) string {
	found := ""
	v, _ = v.UnmarkDeep()
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if found == "" && v.Type() == cty.String && v.IsKnown() && !v.IsNull() && hasReference(v.AsString()) {
			found = spell(v.AsString())
		}
		return found == "", nil
	})
	return found
}

// scope returns the variables that traversals refer to.
func (in *instance) scope(all []hcl.Traversal, own variables) map[string]cty.Value {
	if len(all) == 0 {
		return own
	}
	scope := map[string]cty.Value{}
	for name, v := range own {
		scope[name] = v
	}
	groups := map[string]map[string]cty.Value{}
	steps := map[[2]string][]hcl.Traversal{} // what follows each of them
	outputs := map[string]map[string]bool{}  // of each module; nil for all
	add := func(root, name string, v func() cty.Value) {
		if groups[root] == nil {
			groups[root] = map[string]cty.Value{}
		}
		if _, ok := groups[root][name]; !ok {
			groups[root][name] = v()
		}
	}
	for _, t := range all {
		root := t.RootName()
		if _, ok := own[root]; ok {
			continue
		}
		name := step(t, 1)
		if name == "" {
			scope[root] = unknown("it is not known which " + root + " is meant")
			continue
		}
		if rest := 2; len(t) >= rest && root != "module" {
			key := [2]string{root, name}
			if root == "data" {
				key, rest = [2]string{"data." + name, step(t, 2)}, min(3, len(t))
			}
			steps[key] = append(steps[key], t[rest:])
		}
		switch root {
		case "var":
			add(root, name, func() cty.Value { return in.variable(name) })
		case "local":
			add(root, name, func() cty.Value { return in.local(name, t.SourceRange()) })
		case "path", "terraform":
			add(root, name, func() cty.Value { return in.fixed(root, name) })
		case "module":
			out := step(t, 2)
			if _, index := t[min(2, len(t)-1)].(hcl.TraverseIndex); index {
				out = step(t, 3)
			}
			switch asked, there := outputs[name]; {
			case out == "":
				outputs[name] = nil
			case !there:
				outputs[name] = map[string]bool{out: true}
			case asked != nil:
				asked[out] = true
			}
		case "data":
			third := step(t, 2)
			add("data."+name, third, func() cty.Value { return in.resource("data." + name + "." + third) })
		case "each", "count", "self":
			scope[root] = unknown(root + " is not known here")
		default:
			add(root, name, func() cty.Value { return in.resource(root + "." + name) })
		}
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		add("module", name, func() cty.Value { return in.moduleValue(name, outputs[name]) })
	}
	for key, all := range steps {
		if v, ok := groups[key[0]][key[1]]; ok {
			groups[key[0]][key[1]], _ = behind(v, all)
		}
	}
	data := map[string]cty.Value{}
	for root, members := range groups {
		if kind, ok := strings.CutPrefix(root, "data."); ok {
			data[kind] = cty.ObjectVal(members)
		} else {
			scope[root] = cty.ObjectVal(members)
		}
	}
	if len(data) > 0 {
		scope["data"] = cty.ObjectVal(data)
	}
	return scope
}

// step returns the name in a step of a traversal; "" if there is none.
func step(t hcl.Traversal, i int) string {
	if i >= len(t) {
		return ""
	}
	switch s := t[i].(type) {
	case hcl.TraverseAttr:
		return s.Name
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString()
		}
	}
	return ""
}

// local returns a local value.
func (in *instance) local(name string, at hcl.Range) cty.Value {
	a := in.locals[name]
	if a == nil {
		return unknown("there is no local value " + name)
	}
	return in.once("local."+name, at, func() cty.Value { return in.evaluate(a.Expr, nil) })
}

// fixed returns a value of path or terraform.
func (in *instance) fixed(root, name string) cty.Value {
	switch root + "." + name {
	case "path.module":
		return cty.StringVal(in.shown(in.dir))
	case "path.root":
		return cty.StringVal(".")
	case "path.cwd":
		return cty.StringVal(reference("path.cwd"))
	case "terraform.workspace":
		if w := in.values["terraform.workspace"]; w.text != "" {
			return cty.StringVal(w.text)
		}
		return cty.StringVal(reference("terraform.workspace"))
	}
	return unknown(root + "." + name + " is not known")
}
