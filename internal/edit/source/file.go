// Package source changes the text of Terraform sources and leaves everything else of it as it is: comments, order, spelling, line
// ends. What is added is as terraform fmt writes it, and where the whole file was, it stays so. After each change the file is parsed
// again, and must say the same but for what the change is about.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// A File is the text of a .tf file under change.
type File struct {
	name    string
	text    []byte
	body    *hclsyntax.Body
	newline string
	// formatted says that the file is as terraform fmt writes it.
	formatted bool
}

// Open reads a file; name stands for it in errors.
func Open(name string, text []byte) (*File, error) {
	f := &File{name: name, newline: "\n"}
	if bytes.Contains(text, []byte("\r\n")) {
		f.newline = "\r\n"
	}
	if err := f.read(text); err != nil {
		return nil, err
	}
	f.formatted = bytes.Equal(hclwrite.Format(text), text)
	return f, nil
}

// Bytes returns the text with all changes.
func (f *File) Bytes() []byte { return f.text }

// Blocks returns the blocks of the file, in order. They are those of the text before the next change.
func (f *File) Blocks() []*hclsyntax.Block { return f.body.Blocks }

// Block returns the block of a type with labels; nil if the file has none.
func (f *File) Block(kind string, labels ...string) *hclsyntax.Block {
	for _, b := range f.body.Blocks {
		if b.Type == kind && slices.Equal(b.Labels, labels) {
			return b
		}
	}
	return nil
}

// Text returns what is written in a range.
func (f *File) Text(r hcl.Range) string { return string(f.text[r.Start.Byte:r.End.Byte]) }

func (f *File) read(text []byte) error {
	parsed, diags := hclsyntax.ParseConfig(text, f.name, hcl.InitialPos)
	if diags.HasErrors() {
		return fmt.Errorf("file %q: %s", f.name, diags.Errs()[0])
	}
	f.text, f.body = text, parsed.Body.(*hclsyntax.Body)
	return nil
}

// A splice is text in place of another one.
type splice struct {
	from, to int
	with     string
}

// replace makes splices, which are in order and do not overlap. They may change only what is within one of the paths, as
// [statements] has them.
func (f *File) replace(about string, splices ...splice) error {
	var changed []byte
	at := 0
	for _, s := range splices {
		changed = append(append(changed, f.text[at:s.from]...), strings.ReplaceAll(s.with, "\n", f.newline)...)
		at = s.to
	}
	changed = append(changed, f.text[at:]...)
	if f.formatted {
		changed = hclwrite.Format(changed)
	}
	before := *f
	err := f.read(changed)
	if err == nil && !slices.Equal(before.said(about), f.said(about)) {
		err = errors.New("the result would say something else")
	}
	if err != nil {
		*f = before
		return fmt.Errorf("file %q: it cannot be changed in the text alone: %w, want a change by hand", f.name, err)
	}
	return nil
}

// said returns all that the file says, one line for each argument with the tokens of its expression, without what is within a path.
func (f *File) said(without string) []string {
	all := f.statements(nil, "", f.body)
	all = slices.DeleteFunc(all, func(s string) bool { return s == without || strings.HasPrefix(s, without+"\x00") })
	tokens, _ := hclsyntax.LexConfig(f.text, f.name, hcl.InitialPos)
	for _, t := range tokens {
		if t.Type == hclsyntax.TokenComment {
			all = append(all, strings.TrimSpace(string(t.Bytes)))
		}
	}
	return all
}

func (f *File) statements(all []string, path string, body *hclsyntax.Body) []string {
	attributes := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, a := range body.Attributes {
		attributes = append(attributes, a)
	}
	slices.SortFunc(attributes, func(a, b *hclsyntax.Attribute) int { return a.NameRange.Start.Byte - b.NameRange.Start.Byte })
	for _, a := range attributes {
		tokens, _ := hclsyntax.LexExpression(f.text[a.Expr.Range().Start.Byte:a.Expr.Range().End.Byte], f.name, hcl.InitialPos)
		said := path + "\x00" + a.Name + "\x00"
		for _, t := range tokens {
			said += string(t.Bytes) + " "
		}
		all = append(all, said)
	}
	for _, b := range body.Blocks {
		inner := pathOf(path, b)
		all = f.statements(append(all, inner), inner, b.Body)
	}
	return all
}

func pathOf(path string, b *hclsyntax.Block) string {
	return path + "\x00" + strings.Join(append([]string{b.Type}, b.Labels...), " ")
}
