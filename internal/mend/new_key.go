package mend

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// MakeKey adds a key beside a queue or topic. Its id is that of the key, and its policy the whole document of the finding's fix.
//
// [AWS::KMS::Key], [aws_kms_key]
//
// [AWS::KMS::Key]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
// [aws_kms_key]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key
func (fs *Files) MakeKey(beside, key *topology.Element, f *check.Finding, in []*topology.Topology) error {
	fs.reading(in)
	fix := &f.Fix[0]
	return fs.whole(func() error {
		if isSource(beside.At.File) {
			return fs.makeSourceKey(beside, key, fix)
		}
		return fs.edit(beside.At.File, func(file *edit.File) error {
			if !has(file, beside.ID) {
				return notThere(beside.ID)
			}
			statements, err := snippet.TemplateValue(snippet.Tree(fix.Document).Get("Statement"), file.Full())
			if err != nil {
				return err
			}
			suffix, ok := strings.CutPrefix(key.ID, beside.ID)
			if !ok || has(file, key.ID) {
				return fmt.Errorf("resource %q: the template has it, want a change by hand", key.ID)
			}
			_, err = addResource(file, beside.ID, suffix, object(
				value.Pair("Type", word("AWS::KMS::Key")),
				value.Pair("DeletionPolicy", word("Retain")), // what is encrypted under a deleted key cannot be read
				value.Pair("UpdateReplacePolicy", word("Retain")),
				value.Pair("Properties", object(value.Pair("KeyPolicy", document(statements.Items))))))
			return err
		})
	})
}

func (fs *Files) makeSourceKey(beside, key *topology.Element, fix *check.Fix) error {
	a, ok := addressOf(beside.ID)
	k, known := addressOf(key.ID)
	m := fs.moduleOf(beside.At.File)
	in, found := m.find("resource", a.kind, a.label)
	if !ok || !known || !found || a.index != "" {
		return notDeclared(beside)
	}
	if p := in.block.Body.Attributes["provider"]; p != nil {
		return fmt.Errorf("%s: it has a provider of its own, want a change by hand", beside.ID)
	}
	w := &words{module: m, at: k, of: k, holder: key, read: fs.read, data: map[string]string{}}
	name := m.free(k.label+"_key", [2]string{"data", "aws_iam_policy_document"})
	return fs.written(fix, w, in.path, func(f *source.File, statements []policygen.Statement) error {
		text, err := snippet.StatementBlocks(statements)
		if err != nil {
			return err
		}
		blocks := "data \"aws_iam_policy_document\" \"" + name + "\" {\n" + string(text) + "}\n\n" +
			"resource \"" + k.kind + "\" \"" + k.label + "\" {\npolicy = data.aws_iam_policy_document." + name + ".json\n}\n"
		return f.AddAfter(f.Block("resource", a.kind, a.label), blocks)
	})
}
