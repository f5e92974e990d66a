package mend

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// addToText adds statements to a document that is JSON in a heredoc, whose strings have references in them.
func (d sourceDocument) addToText(f *source.File, statements []policygen.Statement) error {
	from, to := d.json.Parts[0].Range().Start, d.json.Parts[len(d.json.Parts)-1].Range().End
	text := f.Text(hcl.Range{Start: from, End: to})
	if _, err := value.ParseJSON(d.path, []byte(text)); err != nil || !strings.HasPrefix(f.Text(d.json.Range()), "<<") {
		return errNotWritten
	}
	document, err := edit.Open(d.path, []byte(text), nil)
	if err != nil {
		return errNotWritten
	}
	added := snippet.Tree(policygen.Document{Version: policygen.Version, Statements: statements}).Get("Statement")
	if err := appendStatements(document, nil, added.Items); err != nil {
		return errNotWritten
	}
	return f.ReplaceText(d.block, from.Byte, to.Byte, string(document.Bytes()))
}

// wrap gives a policy a document of its own, with the statements and what the policy's argument says now, which may be for others too.
//
// [source_policy_documents]
//
// [source_policy_documents]: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document#source_policy_documents
func (fs *Files) wrap(fix *check.Fix, p *topology.Policy, in writtenBlock, w *words) error {
	given := map[string]bool{}
	for _, s := range p.Document.Statements {
		given[s.Sid] = true
	}
	label := w.free(w.at.label+"_"+string(fix.On), [2]string{"data", "aws_iam_policy_document"})
	return fs.written(fix, w, in.path, func(f *source.File, statements []policygen.Statement) error {
		text, err := snippet.StatementBlocks(withFreeSids(statements, given))
		if err != nil {
			return err
		}
		own := f.Block(in.block.Type, in.block.Labels...)
		argument := f.Text(own.Body.Attributes["policy"].Expr.Range())
		if strings.HasPrefix(argument, "<<") {
			argument = "\n" + strings.TrimRight(argument, "\r\n") + "\n"
		}
		version, index := "", ""
		if v := cmp.Or(p.Document.Version, oldVersion); v != policygen.Version {
			version = "version = \"" + v + "\"\n\n"
		}
		if w.repeated != "" {
			index = "[" + w.repeated + "]"
		}
		if err := f.SetArgument(own, "policy", "data.aws_iam_policy_document."+label+index+".json"); err != nil {
			return err
		}
		return f.AddAfter(f.Block(in.block.Type, in.block.Labels...), fmt.Sprintf("data \"aws_iam_policy_document\" %q {\n%s%ssource_policy_documents = [%s]\n\n%s}\n",
			label, repeats(f, own, false), version, argument, text))
	})
}

// oldVersion is the version of documents that name none.
//
// [Version]
//
// [Version]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const oldVersion = "2008-10-17"
