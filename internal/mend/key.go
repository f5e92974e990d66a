package mend

import (
	"errors"
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

// UnderKey gives the queues and topics of a finding that an AWS managed key encrypts a customer managed key instead: one by its logical
// id, or by the label of its aws_kms_key. If the template or module does not have it, it is added, with the policy that KMS gives to
// keys. What the hops then need on the key are other findings.
//
// [AWS::KMS::Key], [aws_kms_key]
//
// [AWS::KMS::Key]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
// [aws_kms_key]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key
func (fs *Files) UnderKey(f *check.Finding, key string, in []*topology.Topology) error {
	fs.reading(in)
	return fs.whole(func() error {
		for _, e := range f.Managed() {
			if e.Foreign {
				return fmt.Errorf("%s: it is not in these files, want a change where it is", e.Label())
			}
			ref, err := fs.addKey(e, key)
			if err != nil {
				return err
			}
			if err := fs.change(check.Change{Element: e, Property: "KmsMasterKeyId", Value: ref}); err != nil {
				return err
			}
		}
		return nil
	})
}

// addKey adds a key beside an element, if there is none, and returns the reference to it.
func (fs *Files) addKey(beside *topology.Element, key string) (ref string, err error) {
	if isSource(beside.At.File) {
		return fs.addSourceKey(beside, strings.TrimPrefix(key, "aws_kms_key."))
	}
	return "${" + key + ".Arn}", fs.editAny(beside.At.File, func(f *edit.File) error {
		if isFanout(f) {
			return errors.New("a fanout.yaml has no keys, want the ARN of one by hand")
		}
		switch there := f.Root().Path("Resources", key); {
		case there.Kind == value.Absent:
		case there.Get("Type").Text == "AWS::KMS::Key":
			return nil
		default:
			return fmt.Errorf("resource %q: it is no key, want another name", key)
		}
		if strings.ContainsAny(key, "_-.") {
			return fmt.Errorf("key %q: it is no logical id, want letters and digits", key)
		}
		policy, err := snippet.TemplateValue(snippet.Tree(policygen.DefaultKeyPolicy("${AWS::AccountId}", "${AWS::Partition}")), f.Full())
		if err != nil {
			return err
		}
		return f.Add([]string{"Resources"}, key, object(value.Pair("Type", word("AWS::KMS::Key")), value.Pair("Properties", object(value.Pair("KeyPolicy", policy)))))
	})
}

// addSourceKey is addKey for Terraform, where a key without a policy has the one that KMS gives.
func (fs *Files) addSourceKey(beside *topology.Element, label string) (ref string, err error) {
	a, ok := addressOf(beside.ID)
	if !ok {
		return "", notDeclared(beside)
	}
	of := address{module: a.module, kind: "aws_kms_key", label: label}
	ref = "${" + strings.TrimPrefix(a.module+"."+of.local(""), ".") + ".arn}"
	if b, found := fs.moduleOf(beside.At.File).find("resource", of.kind, label); found {
		if repetition(b.block) != "" {
			return "", fmt.Errorf("%s: there are several, want one", of.local(""))
		}
		return ref, nil
	}
	return ref, fs.editSource(beside.At.File, func(f *source.File) error {
		b := f.Block("resource", a.kind, a.label)
		if b == nil {
			return notDeclared(beside)
		}
		provider := ""
		if p := b.Body.Attributes["provider"]; p != nil {
			provider = "provider = " + f.Text(p.Expr.Range()) + "\n"
		}
		return f.AddAfter(b, "resource \"aws_kms_key\" \""+label+"\" {\n"+provider+"}\n")
	})
}

// MakeKey adds a key beside a queue or topic. Its id is that of the key, and its policy the whole document of the finding's fix.
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

// makeSourceKey is MakeKey for Terraform.
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
