package snippet

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/hopgrant/hopgrant/policygen"
)

// dataSource writes a document as an aws_iam_policy_document, which plans show before anything is applied, and returns what
// refers to it.
//
// [aws_iam_policy_document]
//
// [aws_iam_policy_document]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (c *configuration) dataSource(body *hclwrite.Body, s subject) hclwrite.Tokens {
	label := s.label + "_" + string(s.On)
	b := body.AppendNewBlock("data", []string{"aws_iam_policy_document", label}).Body()
	if s.Document.Version != policygen.Version {
		c.textArgument(b, "version", s.Document.Version)
	}
	c.textArgument(b, "policy_id", s.Document.ID)
	for i := range s.Document.Statements {
		c.statement(b.AppendNewBlock("statement", nil).Body(), &s.Document.Statements[i])
	}
	body.AppendNewline()
	return raw("data.aws_iam_policy_document." + label + ".json")
}

// StatementBlocks returns statements as blocks of an aws_iam_policy_document. The error is that of [Render].
func StatementBlocks(list []policygen.Statement) ([]byte, error) {
	var c configuration
	f := hclwrite.NewEmptyFile()
	for i := range list {
		if i > 0 {
			f.Body().AppendNewline()
		}
		c.statement(f.Body().AppendNewBlock("statement", nil).Body(), &list[i])
	}
	return sound(hclwrite.Format(f.Bytes()), c.err())
}

func (c *configuration) statement(b *hclwrite.Body, s *policygen.Statement) {
	c.textArgument(b, "sid", s.Sid)
	if s.Effect != policygen.Allow {
		c.textArgument(b, "effect", string(s.Effect))
	}
	c.listArgument(b, "actions", s.Action)
	c.listArgument(b, "not_actions", s.NotAction)
	c.listArgument(b, "resources", s.Resource)
	c.listArgument(b, "not_resources", s.NotResource)
	c.principals(b, "principals", s.Principal)
	c.principals(b, "not_principals", s.NotPrincipal)
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			condition := b.AppendNewBlock("condition", nil).Body()
			c.textArgument(condition, "test", operator)
			c.textArgument(condition, "variable", key)
			condition.SetAttributeRaw("values", c.list(s.Condition[operator][key]))
		}
	}
}

func (c *configuration) principals(b *hclwrite.Body, block string, p *policygen.Principals) {
	if p == nil {
		return
	}
	write := func(kind string, identifiers []string) {
		if len(identifiers) > 0 {
			one := b.AppendNewBlock(block, nil).Body()
			c.textArgument(one, "type", kind)
			c.listArgument(one, "identifiers", identifiers)
		}
	}
	if p.Anyone {
		write("*", []string{"*"})
	}
	write("AWS", p.AWS)
	write("Service", p.Service)
	write("Federated", p.Federated)
	write("CanonicalUser", p.CanonicalUser)
}

// textArgument sets an argument that is not empty.
func (c *configuration) textArgument(b *hclwrite.Body, name, s string) {
	if s != "" {
		b.SetAttributeRaw(name, c.string(s))
	}
}

// listArgument sets an argument that is there.
func (c *configuration) listArgument(b *hclwrite.Body, name string, all []string) {
	if all != nil {
		b.SetAttributeRaw(name, c.list(all))
	}
}

// list returns a list on one line, or one item on each if there are several.
func (c *configuration) list(all []string) hclwrite.Tokens {
	if len(all) < 2 {
		t := raw("[")
		for _, s := range all {
			t = append(t, c.string(s)...)
		}
		return append(t, raw("]")...)
	}
	t := raw("[\n")
	for _, s := range all {
		t = append(append(append(t, c.string(s)...), comma1...), newline...)
	}
	return append(t, raw("]")...)
}
