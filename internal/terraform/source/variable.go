package source

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A given is the value that a variable of the root module is given: an expression, or text, which is an expression too if the
// variable is not a string.
type given struct {
	value cty.Value // if it is not the zero value, it is the value
	expr  hclsyntax.Expression
	text  string
	from  string
}

// givenValues returns the values of the root module's variables; later ones replace earlier ones, as Terraform has it.
//
// [Variable definition precedence]
//
// [Variable definition precedence]: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
func (rd *reader) givenValues(m *module, o Options) (map[string]given, error) {
	all := map[string]given{}
	if o.Values != nil || rd.tree != nil {
		for name, s := range o.Variables {
			all[name] = given{text: s, from: "--var " + name}
		}
		for name, v := range o.Values {
			all[name] = given{value: ofJSON(v), from: "the plan"}
		}
		return all, nil
	}
	if o.Env != nil {
		for name := range m.variables {
			if s := o.Env("TF_VAR_" + name); s != "" {
				all[name] = given{text: s, from: "TF_VAR_" + name}
			}
		}
		if s := o.Env("TF_WORKSPACE"); s != "" {
			all["terraform.workspace"] = given{text: s}
		}
	}
	var found []string
	for _, name := range []string{"terraform.tfvars", "terraform.tfvars.json"} {
		if _, err := os.Stat(filepath.Join(m.dir, name)); err == nil {
			found = append(found, filepath.Join(m.dir, name))
		}
	}
	entries, _ := os.ReadDir(m.dir)
	for _, e := range entries {
		if n := e.Name(); (strings.HasSuffix(n, ".auto.tfvars") || strings.HasSuffix(n, ".auto.tfvars.json")) && !ignored(n) {
			found = append(found, filepath.Join(m.dir, n))
		}
	}
	for _, path := range slices.Concat(found, o.VarFiles) {
		values, err := rd.valuesFile(path)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, values)
	}
	for name, s := range o.Variables {
		all[name] = given{text: s, from: "--var " + name}
	}
	return all, nil
}

// ofJSON returns a value that encoding/json decoded.
func ofJSON(v any) cty.Value {
	switch v := v.(type) {
	case Unknown:
		return unknown(string(v))
	case string:
		return cty.StringVal(string(withoutMarks([]byte(v))))
	case bool:
		return cty.BoolVal(v)
	case float64:
		return cty.NumberFloatVal(v)
	case []any:
		all := make([]cty.Value, len(v))
		for i := range v {
			all[i] = ofJSON(v[i])
		}
		return cty.TupleVal(all)
	case map[string]any:
		all := make(map[string]cty.Value, len(v))
		for name, member := range v {
			all[name] = ofJSON(member)
		}
		return cty.ObjectVal(all)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// valuesFile reads a file of variables' values.
func (rd *reader) valuesFile(path string) (map[string]given, error) {
	src, err := value.ReadFile(path, path, MaxFileSize)
	if err != nil {
		return nil, err
	}
	all := map[string]given{}
	if strings.HasSuffix(path, ".json") {
		tree, err := value.ParseJSON(path, src)
		if err != nil {
			return nil, err
		}
		j := jsonReader{file: path}
		for _, m := range tree.Members {
			e := j.expression(m.Value)
			rd.guardAll(e)
			all[m.Key] = given{expr: e, from: path}
		}
		if len(j.problems) > 0 {
			return nil, j.problems[0]
		}
		return all, nil
	}
	body, err := rd.parseBytes(path, src)
	if err != nil {
		return nil, err
	}
	for name, a := range body.Attributes {
		all[name] = given{expr: a.Expr, from: path}
	}
	return all, nil
}

// variable returns the value of a variable: what it is given, else its default. Without either it is a reference, if it is text.
func (in *instance) variable(name string) cty.Value {
	b := in.variables[name]
	if b == nil {
		return unknown("there is no variable " + name)
	}
	return in.once("var."+name, b.TypeRange, func() cty.Value {
		t, defaults, err := typeOf(b)
		if err != nil {
			return unknown("the type of variable " + name + " cannot be read: " + err.Error())
		}
		v, why := in.given(name, t)
		nullable := b.Body.Attributes["nullable"]
		if v != cty.NilVal && nullable != nil && v.IsKnown() && v.IsNull() {
			if never, ok := in.evaluate(nullable.Expr, nil), true; ok && never.IsKnown() && !never.IsNull() && never.Type() == cty.Bool && never.False() {
				v = cty.NilVal
			}
		}
		if a := b.Body.Attributes["default"]; v == cty.NilVal && a != nil {
			v = in.evaluate(a.Expr, nil)
		}
		if v == cty.NilVal {
			if text := in.standsFor(name); text != "" {
				return cty.StringVal(marked(text))
			}
			if why == "" {
				why = "variable " + in.within(name) + " has no value"
				if in.parent == nil {
					why += "; pass --var " + name + "=…"
				}
			}
			return in.without(in.within("var."+name), t, why)
		}
		return converted(v, t, defaults, "variable "+in.within(name))
	})
}

// standsFor returns what a variable of the root module stands for if an argument of a provider is nothing else.
func (in *instance) standsFor(name string) string {
	if in.parent != nil {
		return ""
	}
	for argument, text := range in.configured {
		provider, argument, _ := strings.Cut(argument, ".")
		if b := in.providers[provider]; b != nil && b.Body.Attributes[argument] != nil {
			if t, diags := hcl.AbsTraversalForExpr(b.Body.Attributes[argument].Expr); !diags.HasErrors() && t.RootName() == "var" && step(t, 1) == name && len(t) == 2 {
				return text
			}
		}
	}
	return ""
}

// typeOf returns the type of a variable, and the defaults of its optional attributes.
func typeOf(b *hclsyntax.Block) (cty.Type, *typeexpr.Defaults, error) {
	a := b.Body.Attributes["type"]
	if a == nil {
		return cty.DynamicPseudoType, nil, nil
	}
	if s, ok := literal(a.Expr); ok { // Terraform 0.11
		switch s {
		case "string":
			return cty.String, nil, nil
		case "list", "map":
			return cty.DynamicPseudoType, nil, nil
		}
	}
	switch hcl.ExprAsKeyword(a.Expr) {
	case "list", "map", "set":
		return cty.DynamicPseudoType, nil, nil
	}
	t, defaults, diags := typeexpr.TypeConstraintWithDefaults(a.Expr)
	if diags.HasErrors() {
		return t, nil, errors.New(syntaxError(diags).Got)
	}
	return t, defaults, nil
}

// converted returns a value as one of a type.
func converted(v cty.Value, t cty.Type, defaults *typeexpr.Defaults, what string) cty.Value {
	plain, marks := v.UnmarkDeep()
	if !plain.IsKnown() {
		return v
	}
	if defaults != nil && !plain.IsNull() {
		plain = defaults.Apply(plain)
	}
	if plain.Type() == cty.String && !plain.IsNull() && t != cty.String && hasReference(plain.AsString()) {
		if t == cty.DynamicPseudoType {
			return plain.WithMarks(marks)
		}
		return unknown(what + " depends on " + spell(plain.AsString()))
	}
	c, err := convert.Convert(plain, t)
	if err != nil {
		return unknown(fmt.Sprintf("%s is not of its type: %v", what, err))
	}
	return c.WithMarks(marks)
}

// without returns what stands for a variable without a value, or for an attribute of it.
func (in *instance) without(name string, t cty.Type, why_ string) cty.Value {
	switch {
	case t == cty.String, t == cty.DynamicPseudoType:
		return unsure(name)
	case t.IsObjectType():
		all := map[string]cty.Value{}
		for attribute, of := range t.AttributeTypes() {
			all[attribute] = in.without(name+"."+attribute, of, why_)
		}
		return cty.ObjectVal(all)
	}
	return cty.UnknownVal(t).Mark(why(why_))
}

// given returns what a variable of the module is given; NilVal if that is nothing.
func (in *instance) given(name string, t cty.Type) (v cty.Value, why string) {
	if in.parent != nil {
		if a := in.call.block.Body.Attributes[name]; a != nil {
			return in.parent.evaluate(a.Expr, in.each.own), ""
		}
		return cty.NilVal, ""
	}
	g, ok := in.values[name]
	switch {
	case !ok:
		return cty.NilVal, ""
	case g.value != cty.NilVal:
		return g.value, ""
	case g.expr != nil:
		return in.evaluate(g.expr, nil), ""
	case t == cty.String, t == cty.DynamicPseudoType, t == cty.Number, t == cty.Bool:
		return cty.StringVal(string(withoutMarks([]byte(g.text)))), ""
	}
	if err := checkTokens([]byte(g.text), g.from); err != nil {
		return unknown(err.Error()), ""
	}
	e, diags := hclsyntax.ParseExpression([]byte(g.text), g.from, hcl.InitialPos)
	if diags.HasErrors() {
		return unknown(g.from + " is no expression: " + syntaxError(diags).Got), ""
	}
	if refs := e.Variables(); len(refs) > 0 {
		return unknown(g.from + " is no value: it refers to " + refs[0].RootName()), ""
	}
	in.guardAll(e)
	return in.evaluate(e, nil), ""
}
