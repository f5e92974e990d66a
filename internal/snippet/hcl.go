package snippet

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
)

var (
	newline = raw("\n")
	comma1  = raw(",")

	// terraformRoot matches the root of a Terraform reference: a resource type, or data, var, local or module, in lower case.
	terraformRoot = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

	// bareRoot matches it where nothing else tells a reference from a name such as sns.amazonaws.com.
	bareRoot = regexp.MustCompile(`^(data|var|local|module|each|[a-z][a-z0-9]*_[a-z0-9_]*)$`)
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
	var b, literal strings.Builder
	flush := func(reference bool) {
		b.WriteString(quoted(literal.String(), reference))
		literal.Reset()
	}
	for _, p := range pieces(s) {
		switch inner, escaped := strings.CutPrefix(p.text, "!"); {
		case !p.ref:
			literal.WriteString(p.text)
		case policyVariable.MatchString(p.text):
			literal.WriteString("${" + p.text + "}")
		case escaped: // as Fn::Sub writes what is no reference
			literal.WriteString("${" + inner + "}")
		default:
			flush(true)
			c.parse(s, p.text)
			b.WriteString("${" + p.text + "}")
		}
	}
	flush(false)
	return raw(`"` + b.String() + `"`)
}

// introducers are what begins an interpolation or a directive where it stands alone, and a literal where it is doubled. HCL
// gives no meaning to three in front of a brace. A dollar in front of percent signs would double the one that quoted writes.
//
// [Template escapes]: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
var introducers = regexp.MustCompile(`(\$\$+|\$*%%+)\{`)

// quoted returns s as it stands between quotes, in front of an interpolation if reference is set. Of several dollars or
// percent signs in front of a brace, all but the last are put in a string of their own.
func quoted(s string, reference bool) string {
	escaped := func(s string) string {
		q := string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
		return q[1 : len(q)-1]
	}
	var b strings.Builder
	for m := introducers.FindStringSubmatchIndex(s); m != nil; m = introducers.FindStringSubmatchIndex(s) {
		last := m[3] - 1
		b.WriteString(escaped(s[:m[2]]) + `${"` + s[m[2]:last] + `"}` + escaped(s[last:m[1]]))
		s = s[m[1]:]
	}
	head := s
	if reference {
		head = strings.TrimRight(s, "$")
	}
	b.WriteString(escaped(head))
	if dollars := s[len(head):]; dollars != "" {
		b.WriteString(`${"` + dollars + `"}`)
	}
	return b.String()
}

// parse returns the expression of a reference. It adds a problem if the reference is not one of Terraform's.
func (c *configuration) parse(value, ref string) hclsyntax.Expression {
	bad := func() hclsyntax.Expression {
		c.add(value, ref, "${"+heading.OneLine(ref)+"} is no Terraform expression", "a reference such as ${aws_sqs_queue.orders.arn}")
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

// BareReference returns a reference such as aws_sqs_queue.orders.arn between ${ and }, and any other text as it is.
func BareReference(s string) string {
	e, diags := hclsyntax.ParseExpression([]byte(s), "", hcl.InitialPos)
	t, isTraversal := e.(*hclsyntax.ScopeTraversalExpr)
	if diags.HasErrors() || !isTraversal || len(t.Traversal) < 2 || !bareRoot.MatchString(t.Traversal.RootName()) || strings.ContainsAny(s, "\n\r#") {
		return s
	}
	return "${" + s + "}"
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
