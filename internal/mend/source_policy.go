package mend

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A sourcePolicy is a resource that gives something a policy.
//
// [aws_sqs_queue_policy], [aws_sns_topic_policy], [aws_iam_role_policy], [aws_iam_user_policy]
//
// [aws_sqs_queue_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue_policy
// [aws_sns_topic_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic_policy
// [aws_iam_role_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy
// [aws_iam_user_policy]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_user_policy
type sourcePolicy struct{ kind, of, attribute string }

var sourcePolicies = map[string]sourcePolicy{
	"aws_sqs_queue": {"aws_sqs_queue_policy", "queue_url", "url"},
	"aws_sns_topic": {"aws_sns_topic_policy", "arn", "arn"},
	"aws_iam_role":  {"aws_iam_role_policy", "role", "name"},
	"aws_iam_user":  {"aws_iam_user_policy", "user", "name"},
}

// newPolicy gives something a policy of its own: an aws_iam_policy_document behind it, and a resource that sets it, or the argument of a
// key. It returns the address of the resource.
func (fs *Files) newPolicy(fix *check.Fix, of *topology.Element) (policy string, err error) {
	if _, err := fs.source(of.At.File); err != nil {
		return "", err
	}
	a, ok := addressOf(of.ID)
	m := fs.moduleOf(of.At.File)
	in, found := m.find("resource", a.kind, a.label)
	if !ok || !found {
		return "", notDeclared(of)
	}
	kind, separate := sourcePolicies[a.kind]
	if !separate && a.kind != "aws_kms_key" || in.block.Body.Attributes["policy"] != nil {
		return "", fmt.Errorf("%s: its policy is not written there, want a change by hand", of.ID)
	}
	repeated := repetition(in.block)
	w := &words{module: m, at: a, of: a, repeated: repeated, holder: of, read: fs.read, data: map[string]string{}}
	if separate {
		w.holder = &topology.Element{ID: kind.kind + "." + a.label} // nothing refers to it
	}
	document := m.free(a.label+"_"+string(fix.On), [2]string{"data", "aws_iam_policy_document"})
	label := a.label
	if separate {
		label = m.free(a.label, [2]string{"resource", kind.kind})
		policy = strings.TrimPrefix(a.module+"."+kind.kind+"."+label+a.index, ".")
	}
	return policy, fs.written(fix, w, in.path, func(f *source.File, statements []policygen.Statement) error {
		text, err := snippet.StatementBlocks(statements)
		if err != nil {
			return err
		}
		own := f.Block("resource", a.kind, a.label)
		each := repeats(f, own, separate)
		provider := ""
		if p := own.Body.Attributes["provider"]; p != nil {
			provider = "provider = " + f.Text(p.Expr.Range()) + "\n\n"
		}
		index := ""
		if repeated != "" {
			index = "[" + repeated + "]"
		}
		json := "data.aws_iam_policy_document." + document + index + ".json"
		blocks := "data \"aws_iam_policy_document\" \"" + document + "\" {\n" + each + string(text) + "}\n"
		if !separate {
			if err := f.AddAfter(own, blocks); err != nil {
				return err
			}
			return f.SetArgument(f.Block("resource", a.kind, a.label), "policy", json)
		}
		blocks += "\nresource \"" + kind.kind + "\" \"" + label + "\" {\n" + provider + each + kind.of + " = " + a.local(index) + "." + kind.attribute + "\npolicy = " + json + "\n}\n"
		return f.AddAfter(own, blocks)
	})
}

// repeats returns the meta-argument by which a block has the instances of a resource: those of the resource itself, or, where the
// resource refers to the block, of what the resource is repeated for.
//
// [Chaining for_each]
//
// [Chaining for_each]: https://developer.hashicorp.com/terraform/language/meta-arguments/for_each#chaining-for_each-between-resources
func repeats(f *source.File, b *hclsyntax.Block, chained bool) string {
	local := b.Labels[0] + "." + b.Labels[1]
	for name, all := range map[string]string{"for_each": local, "count": "length(" + local + ")"} {
		if a := b.Body.Attributes[name]; a != nil {
			if !chained {
				all = f.Text(a.Expr.Range())
			}
			return name + " = " + all + "\n\n"
		}
	}
	return ""
}
