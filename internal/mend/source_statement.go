package mend

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// takeSource takes a statement of a policy out of Terraform's sources.
func (fs *Files) takeSource(p *topology.Policy, statement *policygen.Statement) error {
	index := slices.IndexFunc(p.Document.Statements, func(s policygen.Statement) bool { return sameStatement(&s, statement) })
	was, _, err := NewFiles().writtenStatements(p) // as the policy was read
	if err != nil {
		return err
	}
	if index < 0 || len(was) != len(p.Document.Statements) {
		return fmt.Errorf("%s: its statements are not written one by one, want a change by hand", p.Title())
	}
	now, d, err := fs.writtenStatements(p)
	if err != nil {
		return err
	}
	i := slices.Index(now, was[index])
	switch {
	case i < 0:
		return fmt.Errorf("%s: its statement is not there any more, want a change by hand", p.Title())
	case len(now) == 1:
		return fmt.Errorf("%s: the policy would be left without a statement, want a change by hand", p.Title())
	}
	return fs.editSource(d.path, func(f *source.File) error {
		if list, ok := d.statements.(*hclsyntax.TupleConsExpr); ok {
			return f.RemoveItem(d.block, list, i)
		}
		return f.RemoveBlock(d.block, d.block.Body.Blocks[i])
	})
}

func sameStatement(a, b *policygen.Statement) bool {
	text := func(s *policygen.Statement) string {
		return policygen.Document{Statements: []policygen.Statement{*s}}.String()
	}
	return text(a) == text(b)
}

// inOneLine returns text whatever white space is between its words: another change may have moved it.
func inOneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// writtenStatements returns the texts of a policy's statements, and the document that has them.
func (fs *Files) writtenStatements(p *topology.Policy) (texts []string, d sourceDocument, err error) {
	a, ok := addressOf(p.ID)
	m := fs.moduleOf(p.At.File)
	in, found := m.find("resource", a.kind, a.label)
	if !ok || !found || a.index != "" {
		return nil, d, notDeclared(&p.Element)
	}
	argument := in.block.Body.Attributes["policy"]
	if argument == nil {
		return nil, d, fmt.Errorf("%s: it has no argument policy, want a change by hand", p.ID)
	}
	if d, err = m.documentOf(in, argument.Expr); err != nil {
		return nil, d, fmt.Errorf("%s: %w", p.ID, err)
	}
	f, err := fs.source(d.path)
	if err != nil {
		return nil, d, err
	}
	if d.statements == nil {
		for _, b := range d.block.Body.Blocks {
			if b.Type != "statement" {
				return nil, d, errors.New("its statements are not all written in blocks, want a change by hand")
			}
			texts = append(texts, inOneLine(f.Text(b.Body.Range())))
		}
		return texts, d, nil
	}
	list, ok := d.statements.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil, d, errors.New("the policy would be left without a statement, want a change by hand")
	}
	for _, e := range list.Exprs {
		if _, object := e.(*hclsyntax.ObjectConsExpr); !object {
			return nil, d, errors.New("its statements are not all written there, want a change by hand")
		}
		texts = append(texts, inOneLine(f.Text(e.Range())))
	}
	return texts, d, nil
}
