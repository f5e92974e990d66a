package mend

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/terraform"
)

// isSource reports whether a file is one of Terraform's sources.
func isSource(path string) bool { return terraform.IsSource(filepath.Base(path)) }

// source returns a file of Terraform's own language as it is with the changes.
func (fs *Files) source(path string) (source.File, error) {
	if f, ok := fs.sources[path]; ok {
		return f, nil
	}
	switch {
	case strings.HasSuffix(path, ".json"):
		return source.File{}, fmt.Errorf("file %q: it is Terraform in JSON, want a change by hand", path)
	case slices.Contains(strings.Split(filepath.ToSlash(path), "/"), ".terraform"):
		return source.File{}, fmt.Errorf("file %q: terraform init makes it, want a change of the module where it comes from", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return source.File{}, fmt.Errorf("file %q: it cannot be read to be changed", path)
	}
	f, err := source.Open(path, text)
	if err != nil {
		return source.File{}, err
	}
	fs.original[path] = text
	return *f, nil
}

// editSource calls do with a file of Terraform's own language and keeps what it changes.
func (fs *Files) editSource(path string, do func(*source.File) error) error {
	f, err := fs.source(path)
	if err != nil {
		return err
	}
	if err := do(&f); err != nil {
		return err
	}
	fs.sources[path] = f
	return nil
}

// A module is the files of one folder, without those in JSON.
type module struct {
	fs    *Files
	paths []string
}

// moduleOf returns the module that a file is of.
func (fs *Files) moduleOf(path string) module {
	m := module{fs: fs}
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		if !e.IsDir() && terraform.IsSource(e.Name()) && !strings.HasSuffix(e.Name(), ".json") {
			m.paths = append(m.paths, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return m
}

// A writtenBlock is a block of a module, and the file that has it.
type writtenBlock struct {
	path  string
	block *hclsyntax.Block
}

// each calls do with the blocks of the module until it returns false. Files that cannot be read have none.
func (m module) each(do func(writtenBlock) bool) {
	for _, path := range m.paths {
		f, err := m.fs.source(path)
		if err != nil {
			continue
		}
		for _, b := range f.Blocks() {
			if !do(writtenBlock{path, b}) {
				return
			}
		}
	}
}

// find returns the block of a type with labels.
func (m module) find(kind string, labels ...string) (found writtenBlock, ok bool) {
	m.each(func(b writtenBlock) bool {
		if b.block.Type == kind && slices.Equal(b.block.Labels, labels) {
			found, ok = b, true
		}
		return !ok
	})
	return found, ok
}

// local returns a local value and the block that has it.
func (m module) local(name string) (in writtenBlock, value hclsyntax.Expression) {
	m.each(func(b writtenBlock) bool {
		if a := b.block.Body.Attributes[name]; a != nil && b.block.Type == "locals" {
			in, value = b, a.Expr
		}
		return value == nil
	})
	return in, value
}

// varies reports whether an expression depends on a variable or a condition: what is right for those that the module was checked with may be
// wrong for others.
func (m module) varies(e hclsyntax.Expression, depth int) bool {
	found := depth > maxReferences
	_ = hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		switch x := node.(type) {
		case *hclsyntax.ConditionalExpr:
			found = true
		case *hclsyntax.ScopeTraversalExpr:
			names := namesOf(x.Traversal)
			found = found || names[0] == "var"
			if _, value := m.local(names[min(1, len(names)-1)]); names[0] == "local" && value != nil && !found {
				found = m.varies(value, depth+1)
			}
		}
		return nil
	})
	return found
}

// uses returns how often the module refers to what an address names.
func (m module) uses(address ...string) int {
	n := 0
	m.each(func(b writtenBlock) bool {
		_ = hclsyntax.VisitAll(b.block.Body, func(node hclsyntax.Node) hcl.Diagnostics {
			if e, ok := node.(*hclsyntax.ScopeTraversalExpr); ok && refersTo(e.Traversal, address) {
				n++
			}
			return nil
		})
		return true
	})
	return n
}

func refersTo(t hcl.Traversal, address []string) bool {
	for i, want := range address {
		if i >= len(t) {
			return false
		}
		switch step := t[i].(type) {
		case hcl.TraverseRoot:
			if step.Name != want {
				return false
			}
		case hcl.TraverseAttr:
			if step.Name != want {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// An address is that of an instance of a resource, cut into parts.
type address struct{ module, kind, label, index string }

// addressOf cuts an address such as module.q["a"].aws_sqs_queue.this[0].
func addressOf(s string) (a address, ok bool) {
	var parts []string
	depth, start, quoted := 0, 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth == 0:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	parts = append(parts, s[start:])
	n := len(parts)
	if n < 2 {
		return a, false
	}
	a.module, a.kind, a.label = strings.Join(parts[:n-2], "."), parts[n-2], parts[n-1]
	if i := strings.IndexByte(a.label, '['); i >= 0 {
		a.label, a.index = a.label[:i], a.label[i:]
	}
	return a, hclsyntax.ValidIdentifier(a.kind) && hclsyntax.ValidIdentifier(a.label)
}

// local returns the address within its module, with an index.
func (a address) local(index string) string { return a.kind + "." + a.label + index }
