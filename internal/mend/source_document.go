package mend

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/policygen"
)

// A sourceDocument is where a policy document is written: an aws_iam_policy_document, or an argument of another block.
type sourceDocument struct {
	writtenBlock
	statements hclsyntax.Expression    // of an object that is encoded; nil in a data source
	json       *hclsyntax.TemplateExpr // the document as text; nil elsewhere
}

// errNotWritten is the cause of errors about documents that are written elsewhere, or for several policies.
var errNotWritten = errors.New("its statements are not written in an aws_iam_policy_document, jsonencode or heredoc of its own, want a change by hand")

// maxReferences is how many references lead to a document at most.
const maxReferences = 10

// documentOf returns the document that an expression of the block gives.
func (m module) documentOf(in writtenBlock, e hclsyntax.Expression) (sourceDocument, error) {
	for range maxReferences {
		switch x := e.(type) {
		case *hclsyntax.ParenthesesExpr:
			e = x.Expression
			continue
		case *hclsyntax.TemplateWrapExpr:
			e = x.Wrapped
			continue
		case *hclsyntax.FunctionCallExpr:
			if x.Name != "jsonencode" || len(x.Args) != 1 {
				return sourceDocument{}, errNotWritten
			}
			e = x.Args[0]
			continue
		case *hclsyntax.ObjectConsExpr:
			if statements := member(x, "Statement"); statements != nil {
				switch statements.(type) {
				case *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr:
					return sourceDocument{in, statements, nil}, nil
				}
			}
			return sourceDocument{}, errNotWritten
		case *hclsyntax.TemplateExpr:
			return sourceDocument{in, nil, x}, nil
		case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr:
			names := namesIn(x)
			switch {
			case len(names) == 2 && names[0] == "local":
				if n := m.uses(names...); n != 1 {
					return sourceDocument{}, fmt.Errorf("local.%s is used %d times: %w", names[1], n, errNotWritten)
				}
				if in, e = m.local(names[1]); e != nil {
					continue
				}
			case len(names) == 4 && names[0] == "data" && names[1] == "aws_iam_policy_document":
				if n := m.uses(names[:3]...); n != 1 {
					return sourceDocument{}, fmt.Errorf("data.aws_iam_policy_document.%s is used %d times: %w", names[2], n, errNotWritten)
				}
				if b, ok := m.find(names[0], names[1], names[2]); ok {
					return sourceDocument{b, nil, nil}, nil
				}
			}
		}
		break
	}
	return sourceDocument{}, errNotWritten
}

// namesIn returns the names in a reference, whose indices may be expressions.
func namesIn(e hclsyntax.Expression) []string {
	switch x := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return namesOf(x.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		return append(namesIn(x.Source), namesOf(x.Traversal)...)
	case *hclsyntax.IndexExpr:
		return namesIn(x.Collection)
	}
	return nil
}

// namesOf returns the names in a traversal, without indices.
func namesOf(t hcl.Traversal) []string {
	var names []string
	for _, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, step.Name)
		case hcl.TraverseAttr:
			names = append(names, step.Name)
		}
	}
	return names
}

// member returns what an object has under a key; nil if nothing.
func member(o *hclsyntax.ObjectConsExpr, key string) hclsyntax.Expression {
	for _, item := range o.Items {
		if textOf(item.KeyExpr) == key {
			return item.ValueExpr
		}
	}
	return nil
}

// textOf returns the text of an expression without references; "" of others.
func textOf(e hclsyntax.Expression) string {
	if e == nil {
		return ""
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type().FriendlyName() != "string" {
		return ""
	}
	return v.AsString()
}

// sids returns the Sids that the document has.
func (d sourceDocument) sids() map[string]bool {
	all := map[string]bool{}
	if d.statements == nil {
		for _, b := range d.block.Body.Blocks {
			if a := b.Body.Attributes["sid"]; a != nil {
				all[textOf(a.Expr)] = true
			}
		}
		return all
	}
	items := []hclsyntax.Expression{d.statements}
	if list, ok := d.statements.(*hclsyntax.TupleConsExpr); ok {
		items = list.Exprs
	}
	for _, item := range items {
		if o, ok := item.(*hclsyntax.ObjectConsExpr); ok {
			all[textOf(member(o, "Sid"))] = true
		}
	}
	return all
}

// add adds statements to the document, each under a Sid that it does not have.
func (d sourceDocument) add(f *source.File, statements []policygen.Statement) error {
	if d.json != nil {
		return d.addToText(f, statements)
	}
	statements = withFreeSids(statements, d.sids())
	for _, s := range statements {
		if d.statements == nil {
			text, err := snippet.StatementBlocks([]policygen.Statement{s})
			if err == nil {
				err = f.AddBlock(d.again(f), string(text))
			}
			if err != nil {
				return err
			}
		}
	}
	if d.statements != nil {
		text, err := snippet.Statements(statements, snippet.Terraform)
		if err != nil {
			return err
		}
		return f.AppendItem(d.block, d.statements, string(text))
	}
	return nil
}

// withFreeSids returns statements under Sids that are not given, and gives them.
func withFreeSids(statements []policygen.Statement, given map[string]bool) []policygen.Statement {
	statements = slices.Clone(statements)
	for i := range statements {
		s := &statements[i]
		for n, sid := 2, s.Sid; s.Sid != "" && given[s.Sid]; n++ {
			s.Sid = sid + strconv.Itoa(n)
		}
		given[s.Sid] = true
	}
	return statements
}

// again returns the data source as it is after a change.
func (d sourceDocument) again(f *source.File) *hclsyntax.Block {
	return f.Block(d.block.Type, d.block.Labels...)
}
