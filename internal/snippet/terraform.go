package snippet

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// writeTerraform writes one resource for each policy, with its document as a data source, and an attachment for each identity
// policy of a known role or user.
//
// [aws_sqs_queue_policy], [aws_sns_topic_policy], [aws_kms_key_policy], [aws_iam_policy]
//
// [aws_sqs_queue_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue_policy
// [aws_sns_topic_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_policy
// [aws_kms_key_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key_policy
// [aws_iam_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy
func writeTerraform(all []subject) ([]byte, error) {
	return writeResources(all, (*configuration).dataSource, StatementBlocks)
}

// writeEncoded writes the resources of writeTerraform with their documents in place, as jsonencode.
func writeEncoded(all []subject) ([]byte, error) {
	return writeResources(all, func(c *configuration, _ *hclwrite.Body, s subject) hclwrite.Tokens {
		return call("jsonencode", c.value(Tree(s.Document)))
	}, func(statements []policygen.Statement) ([]byte, error) { return Statements(statements, TerraformJSON) })
}

// writeResources writes the policies with their documents. Of one that is not whole it writes the statements alone, since a resource
// would replace the policy that is there.
func writeResources(all []subject, document func(*configuration, *hclwrite.Body, subject) hclwrite.Tokens,
	partial func([]policygen.Statement) ([]byte, error)) ([]byte, error) {
	var c configuration
	f := hclwrite.NewEmptyFile()
	for i, s := range all {
		if i > 0 {
			f.Body().AppendNewline()
		}
		f.Body().AppendUnstructuredTokens(hclwrite.Tokens{{Type: hclsyntax.TokenComment, Bytes: []byte("# " + heading.Of(s.Attachment) + "\n")}})
		if s.Partial {
			text, err := partial(s.Document.Statements)
			c.errs = append(c.errs, err)
			f.Body().AppendUnstructuredTokens(raw(string(text)))
			continue
		}
		c.partition = false
		c.resource(f.Body(), s, document(&c, f.Body(), s))
		if c.partition {
			f.Body().AppendNewline()
			f.Body().AppendNewBlock("data", []string{"aws_partition", s.label})
		}
	}
	return hclwrite.Format(f.Bytes()), c.err()
}

func writeTerraformStatements(statements value.Value) ([]byte, error) {
	var c configuration
	var t hclwrite.Tokens
	for _, s := range statements.Items {
		t = append(append(t, c.value(s)...), comma1...)
		t = append(t, newline...)
	}
	return hclwrite.Format(t.Bytes()), c.err()
}

// A configuration writes HCL tokens.
type configuration struct {
	problems
	partition bool // the resource refers to an aws_partition of its label
}

func (c *configuration) resource(body *hclwrite.Body, s subject, document hclwrite.Tokens) {
	switch arn := string(s.Resource); s.On {
	case policygen.OnQueue:
		b := body.AppendNewBlock("resource", []string{"aws_sqs_queue_policy", s.label}).Body()
		b.SetAttributeRaw("queue_url", c.terraformQueueURL(arn, s.label))
		b.SetAttributeRaw("policy", document)
	case policygen.OnTopic:
		b := body.AppendNewBlock("resource", []string{"aws_sns_topic_policy", s.label}).Body()
		b.SetAttributeRaw("arn", c.string(arn))
		b.SetAttributeRaw("policy", document)
	case policygen.OnKey:
		b := body.AppendNewBlock("resource", []string{"aws_kms_key_policy", s.label}).Body()
		b.SetAttributeRaw("key_id", c.keyID(arn))
		b.SetAttributeRaw("policy", document)
	default:
		b := body.AppendNewBlock("resource", []string{"aws_iam_policy", s.label}).Body()
		b.SetAttributeRaw("policy", document)
		c.attachment(body, s)
	}
}

// attachment attaches an identity policy to its role or user.
func (c *configuration) attachment(body *hclwrite.Body, s subject) {
	kind := ""
	switch s.Principal.(type) {
	case policygen.RoleARN, policygen.SessionARN:
		kind = "role"
	case policygen.UserARN:
		kind = "user"
	default:
		return
	}
	arn := s.Principal.String()
	var name hclwrite.Tokens
	if parts, ok := text.SplitARN(arn); ok {
		name = c.string(resourceName(parts[5]))
	} else if ref, ok := wholeReference(arn); ok {
		if name, ok = c.attribute(arn, ref, "aws_iam_"+kind, "name"); !ok {
			// The name follows the last slash, whatever the path is.
			name = call("basename", c.string(arn))
		}
	} else {
		return
	}
	body.AppendNewline()
	b := body.AppendNewBlock("resource", []string{"aws_iam_" + kind + "_policy_attachment", s.label}).Body()
	b.SetAttributeRaw(kind, name)
	b.SetAttributeRaw("policy_arn", raw("aws_iam_policy."+s.label+".arn"))
}

// keyID returns the id of a key: the attribute key_id of a referenced aws_kms_key, otherwise the id in the ARN.
func (c *configuration) keyID(arn string) hclwrite.Tokens {
	if ref, ok := wholeReference(arn); ok {
		if t, ok := c.attribute(arn, ref, "aws_kms_key", "key_id"); ok {
			return t
		}
	}
	if parts, ok := text.SplitARN(arn); ok {
		return c.string(resourceName(parts[5]))
	}
	return c.string(arn)
}

// terraformQueueURL returns the URL of a queue: the attribute url of a referenced aws_sqs_queue, otherwise one built
// from the parts of the ARN. Where these do not tell the domain of the partition, an aws_partition of the label does.
//
// [aws_partition]
//
// [aws_partition]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/partition
func (c *configuration) terraformQueueURL(arn, label string) hclwrite.Tokens {
	suffix := "${data.aws_partition." + label + ".dns_suffix}"
	ref, isRef := wholeReference(arn)
	if isRef {
		if t, ok := c.attribute(arn, ref, "aws_sqs_queue", "url"); ok {
			return t
		}
	}
	if parts, ok := text.SplitARN(arn); ok {
		if _, known := urlSuffix[parts[text.Partition]]; known {
			return c.string(QueueURL(parts))
		}
		c.partition = true
		return c.string("https://sqs." + parts[text.Region] + "." + suffix + "/" + parts[text.Account] + "/" + parts[text.Resource])
	}
	if !isRef || c.parse(arn, ref) == nil {
		return c.string(arn)
	}
	c.partition = true
	part := func(i string) string { return `${split(":", ` + ref + `)[` + i + `]}` }
	return c.string("https://sqs." + part("3") + "." + suffix + "/" + part("4") + "/" + part("5"))
}

// value returns a part of a document, with one item or member on each line.
func (c *configuration) value(v value.Value) hclwrite.Tokens {
	switch v.Kind {
	case value.List:
		if len(v.Items) == 0 {
			return raw("[]")
		}
		t := raw("[\n")
		for i, item := range v.Items {
			t = append(t, c.value(item)...)
			if i < len(v.Items)-1 {
				t = append(t, comma1...)
			}
			t = append(t, newline...)
		}
		return append(t, raw("]")...)
	case value.Object:
		t := raw("{\n")
		for _, m := range v.Members {
			if hclsyntax.ValidIdentifier(m.Key) {
				t = append(t, hclwrite.TokensForIdentifier(m.Key)...)
			} else {
				t = append(t, c.string(m.Key)...)
			}
			t = append(t, raw(" = ")...)
			t = append(t, c.value(m.Value)...)
			t = append(t, newline...)
		}
		return append(t, raw("}")...)
	}
	return c.string(v.Text)
}
