package source

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A jsonReader turns a .tf.json file into the syntax tree of Terraform's own language. A nested block is an attribute with an
// object or a list of objects, since only the type of a resource tells them apart.
//
// [JSON configuration syntax]
//
// [JSON configuration syntax]: https://developer.hashicorp.com/terraform/language/syntax/json
type jsonReader struct {
	file     string
	problems []*value.Error
}

// labels is how many labels the blocks of a type have.
var labels = map[string]int{"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0}

// unquoted are the attributes whose string is an expression, and not a template.
var unquoted = map[string]bool{"type": true, "provider": true, "depends_on": true, "providers": true}

func (j *jsonReader) body(tree value.Value) *hclsyntax.Body {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for _, m := range tree.Members {
		if n, ok := labels[m.Key]; ok {
			j.blocks(body, m.Key, nil, n, m.At, m.Value)
		}
	}
	return body
}

// blocks adds the blocks of a type to a body; n labels are still to come.
func (j *jsonReader) blocks(to *hclsyntax.Body, kind string, labels []string, n int, at value.Place, v value.Value) {
	if v.Kind == value.List {
		for _, item := range v.Items {
			j.blocks(to, kind, labels, n, item.At, item)
		}
		return
	}
	if v.Kind != value.Object {
		if v.Kind != value.Null {
			e := &value.Error{File: j.file, What: kind, Got: "it is " + v.Kind.String(), Want: "an object", Cause: value.ErrShape}
			j.problems = append(j.problems, e.In(v.At))
		}
		return
	}
	if n == 0 {
		r := j.at(at)
		block := &hclsyntax.Block{Type: kind, Labels: labels, Body: j.content(kind, v), TypeRange: r, OpenBraceRange: r, CloseBraceRange: r}
		to.Blocks = append(to.Blocks, block)
		return
	}
	for _, m := range v.Members {
		if m.Key != "//" {
			j.blocks(to, kind, append(labels[:len(labels):len(labels)], m.Key), n-1, m.At, m.Value)
		}
	}
}

// content returns the body of a block.
func (j *jsonReader) content(kind string, v value.Value) *hclsyntax.Body {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: j.at(v.At)}
	for _, m := range v.Members {
		switch {
		case m.Key == "//":
		case m.Key == "dynamic":
			for _, d := range m.Value.OneOrMany() {
				j.blocks(body, "dynamic", nil, 1, m.At, d)
			}
		case m.Key == "content" && kind == "dynamic":
			j.blocks(body, "content", nil, 0, m.At, m.Value)
		case unquoted[m.Key] && (kind != "variable" || m.Key == "type"):
			body.Attributes[m.Key] = j.attribute(m, j.reference(m.Value))
		default:
			body.Attributes[m.Key] = j.attribute(m, j.expression(m.Value))
		}
	}
	return body
}

func (j *jsonReader) attribute(m value.Member, e hclsyntax.Expression) *hclsyntax.Attribute {
	return &hclsyntax.Attribute{Name: m.Key, Expr: e, SrcRange: j.at(m.At), NameRange: j.at(m.At), EqualsRange: j.at(m.At)}
}

func (j *jsonReader) at(p value.Place) hcl.Range {
	pos := hcl.Pos{Line: int(p.Line), Column: int(p.Column)}
	return hcl.Range{Filename: j.file, Start: pos, End: pos}
}

// expression returns the expression that a value is: a string is a template.
func (j *jsonReader) expression(v value.Value) hclsyntax.Expression {
	r := j.at(v.At)
	switch v.Kind {
	case value.Text:
		return j.parse(v, hclsyntax.ParseTemplate)
	case value.Number:
		n, err := cty.ParseNumberVal(v.Text)
		if err != nil {
			n = cty.UnknownVal(cty.Number)
		}
		return &hclsyntax.LiteralValueExpr{Val: n, SrcRange: r}
	case value.Boolean:
		return &hclsyntax.LiteralValueExpr{Val: cty.BoolVal(v.Text == "true"), SrcRange: r}
	case value.List:
		e := &hclsyntax.TupleConsExpr{SrcRange: r, OpenRange: r}
		for _, item := range v.Items {
			e.Exprs = append(e.Exprs, j.expression(item))
		}
		return e
	case value.Object:
		e := &hclsyntax.ObjectConsExpr{SrcRange: r, OpenRange: r}
		for _, m := range v.Members {
			if m.Key != "//" {
				e.Items = append(e.Items, hclsyntax.ObjectConsItem{KeyExpr: j.expression(value.NewText(m.At, m.Key)), ValueExpr: j.expression(m.Value)})
			}
		}
		return e
	}
	return &hclsyntax.LiteralValueExpr{Val: cty.NullVal(cty.DynamicPseudoType), SrcRange: r}
}

// reference returns the expression that a string spells, or those in a list or object.
func (j *jsonReader) reference(v value.Value) hclsyntax.Expression {
	r := j.at(v.At)
	switch v.Kind {
	case value.Text:
		return j.parse(v, hclsyntax.ParseExpression)
	case value.List:
		e := &hclsyntax.TupleConsExpr{SrcRange: r, OpenRange: r}
		for _, item := range v.Items {
			e.Exprs = append(e.Exprs, j.reference(item))
		}
		return e
	case value.Object:
		e := &hclsyntax.ObjectConsExpr{SrcRange: r, OpenRange: r}
		for _, m := range v.Members {
			key := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(m.Key), SrcRange: j.at(m.At)}
			e.Items = append(e.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: j.reference(m.Value)})
		}
		return e
	}
	return j.expression(v)
}

type parser func(src []byte, filename string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics)

func (j *jsonReader) parse(v value.Value, parse parser) hclsyntax.Expression {
	r := j.at(v.At)
	if err := checkTokens([]byte(`"`+v.Text+`"`), j.file); err != nil {
		j.problems = append(j.problems, err.In(v.At))
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: r}
	}
	e, diags := parse([]byte(v.Text), j.file, r.Start)
	if diags.HasErrors() {
		j.problems = append(j.problems, syntaxError(diags))
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: r}
	}
	return e
}
