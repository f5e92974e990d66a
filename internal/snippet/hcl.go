package snippet

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

var (
	newline = raw("\n")
	comma1  = raw(",")

	// terraformRoot matches the root of a Terraform reference: a resource type, or data, var, local or module, in lower case.
	terraformRoot = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// raw returns s, which must be valid HCL, as tokens.
func raw(s string) hclwrite.Tokens {
	return hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(s)}}
}

func call(function string, argument hclwrite.Tokens) hclwrite.Tokens {
	return append(append(raw(function+"("), argument...), raw(")")...)
}

// string returns s as an expression: a reference, a quoted string, or a quoted template with references.
func (c *configuration) string(s string) hclwrite.Tokens {
	if ref, ok := wholeReference(s); ok {
		c.parse(s, ref)
		return raw(ref)
	}
	var b strings.Builder
	all := pieces(s)
	for i, p := range all {
		// A dollar sign in front of ${ would escape it.
		if text, ok := strings.CutSuffix(p.text, "$"); ok && !p.ref && i < len(all)-1 {
			b.WriteString(quoted(text) + `${"$"}`)
			continue
		}
		switch {
		case p.ref && policyVariable.MatchString(p.text):
			b.WriteString("$${" + p.text + "}")
		case p.ref:
			c.parse(s, p.text)
			b.WriteString("${" + p.text + "}")
		default:
			b.WriteString(quoted(p.text))
		}
	}
	return raw(`"` + b.String() + `"`)
}

// quoted returns s as it is written between quotes.
func quoted(s string) string {
	q := string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
	return q[1 : len(q)-1]
}

// parse returns the expression of a reference. It adds a problem if the reference is not one of Terraform's.
func (c *configuration) parse(value, ref string) hclsyntax.Expression {
	bad := func() hclsyntax.Expression {
		c.add(value, ref, "${"+oneLine(ref)+"} is no Terraform expression", "a reference such as ${aws_sqs_queue.orders.arn}")
		return nil
	}
	e, diags := hclsyntax.ParseExpression([]byte(ref), "", hcl.InitialPos)
	if diags.HasErrors() || strings.ContainsAny(ref, "\n\r#") || strings.Contains(ref, "//") || strings.Contains(ref, "/*") {
		return bad()
	}
	for _, t := range e.Variables() {
		if !terraformRoot.MatchString(t.RootName()) {
			return bad()
		}
	}
	return e
}

// attribute returns another attribute of the resource or data source whose ARN ref is; ok is false if ref is not the
// arn of a resource of that type.
func (c *configuration) attribute(value, ref, resourceType, name string) (t hclwrite.Tokens, ok bool) {
	e, isTraversal := c.parse(value, ref).(*hclsyntax.ScopeTraversalExpr)
	if !isTraversal || !strings.HasSuffix(ref, ".arn") {
		return nil, false
	}
	root := e.Traversal.RootName()
	if len(e.Traversal) > 1 && root == "data" {
		if second, ok := e.Traversal[1].(hcl.TraverseAttr); ok {
			root = second.Name
		}
	}
	if root != resourceType {
		return nil, false
	}
	return raw(strings.TrimSuffix(ref, "arn") + name), true
}
