package source

import (
	"errors"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// render returns the text of a template with its variables filled in; name stands for it in messages.
func (rd *reader) render(name string, src []byte, with cty.Value) (cty.Value, error) {
	with, _ = with.Unmark()
	if !with.IsKnown() {
		return unknown("the variables of template " + name + " are not known"), nil
	}
	if with.IsNull() || !with.Type().IsObjectType() && !with.Type().IsMapType() {
		return cty.NilVal, errors.New("a template wants a map of variables")
	}
	if err := checkTokens([]byte("x = <<END_OF_TEMPLATE\n"+string(src)+"\nEND_OF_TEMPLATE\n"), name); err != nil {
		return cty.NilVal, err
	}
	e, diags := hclsyntax.ParseTemplate(src, name, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, syntaxError(diags)
	}
	for _, t := range e.Variables() {
		if root := t.RootName(); !hasStep(with, hcl.TraverseAttr{Name: root}) {
			return cty.NilVal, errors.New("template " + name + " names " + root + ", which is none of its variables")
		}
	}
	rd.guardAll(e)
	ctx := &hcl.EvalContext{Variables: with.AsValueMap(), Functions: rd.shared}
	v, diags := e.Value(ctx)
	if diags.HasErrors() {
		for _, t := range e.Variables() {
			if reason := uncertainty(t, ctx); reason != "" {
				return unknown(reason), nil
			}
		}
		return cty.NilVal, syntaxError(diags)
	}
	return v, nil
}

// templateString is the function templatestring.
func (rd *reader) templateString(args []cty.Value) (cty.Value, error) {
	if !args[0].IsKnown() || hasReference(args[0].AsString()) {
		return unknown("a template is not known"), nil
	}
	return rd.render("of templatestring", []byte(args[0].AsString()), args[1])
}

// Render returns the text of a template that one argument of the resource is, with the variables that another one is filled in. Why
// says why it is not known.
func (r *Resource) Render(template, variables string) (text, why string) {
	src, there := r.attrs[template]
	with, given := r.attrs[variables]
	if !given || with.IsKnown() && with.IsNull() {
		with = cty.EmptyObjectVal
	}
	src, _ = src.UnmarkDeep()
	if !there || !src.IsKnown() || src.IsNull() || src.Type() != cty.String {
		return "", r.Address + "." + template + " is not known" + because(reasonOf(r.attrs[template]))
	}
	if hasReference(src.AsString()) {
		return "", r.Address + "." + template + " is not known: it depends on " + firstReference(src)
	}
	v, err := r.in.render(r.Address+"."+template, []byte(src.AsString()), with)
	if err != nil {
		return "", r.Address + ": " + err.Error()
	}
	return textOf(v, r.Address+"."+template)
}

// File returns the content of the file whose name an argument of the resource is. Why says why it is not known.
func (r *Resource) File(name string) (text, why string) {
	path, _ := r.Values[name].(string)
	if v, there := r.attrs[name]; !there || path == "" || partial(v) {
		return "", r.Address + "." + name + " is not known"
	}
	src, why := r.in.readFile(r.in.module, path)
	return string(src), why
}

// textOf returns a value that is text; why says why it is not known.
func textOf(v cty.Value, name string) (text, why string) {
	plain, _ := v.Unmark()
	if !plain.IsKnown() || plain.IsNull() || plain.Type() != cty.String {
		return "", name + " is not known" + because(reasonOf(v))
	}
	return spell(plain.AsString()), ""
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}
