package source

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A module is the configuration in one folder, as it is written.
type module struct {
	dir       string
	variables map[string]*hclsyntax.Block
	locals    map[string]*hclsyntax.Attribute
	outputs   map[string]*hclsyntax.Block
	calls     []*hclsyntax.Block
	blocks    []*block
	byAddress map[string]*block
	providers map[string]*hclsyntax.Block // by "aws" or "aws.alias"
	functions functionTable
}

// A block is a resource or data block.
type block struct {
	*hclsyntax.Block
	address string // such as "aws_sqs_queue.q" or "data.aws_region.r"
	kind    string
	data    bool
}

// parseModule reads the files of a folder.
func (rd *reader) parseModule(dir string) (*module, error) {
	if m := rd.parsed[dir]; m != nil {
		return m, nil
	}
	if len(rd.parsed) >= maxModules {
		return nil, &value.Error{File: dir, What: "module", Got: "the configuration has more than 1000 modules", Want: "fewer", Cause: value.ErrTooLarge}
	}
	primary, override, err := rd.files(dir)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = &value.Error{File: dir, What: "folder", Got: p.Err.Error(), Cause: err}
		}
		return nil, err
	}
	m := &module{dir: dir, variables: map[string]*hclsyntax.Block{}, locals: map[string]*hclsyntax.Attribute{}, outputs: map[string]*hclsyntax.Block{},
		byAddress: map[string]*block{}, providers: map[string]*hclsyntax.Block{}}
	for _, name := range primary {
		body, err := rd.parse(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if err := m.add(body); err != nil {
			return nil, err
		}
		rd.nameAttributes(body)
	}
	for _, name := range override {
		body, err := rd.parse(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		m.override(body)
		rd.nameAttributes(body)
	}
	m.functions = rd.functionsOf(m)
	rd.parsed[dir] = m
	return m, nil
}

// add adds what a file declares.
func (m *module) add(body *hclsyntax.Body) error {
	for _, b := range body.Blocks {
		label := func(i int) string {
			if i < len(b.Labels) {
				return b.Labels[i]
			}
			return ""
		}
		if n, ok := labels[b.Type]; ok && len(b.Labels) != n {
			e := problem(b.TypeRange, "block", "it has the wrong number of labels", "those that a "+b.Type+" block has")
			e.Value, e.Cause = b.Type, value.ErrShape
			return e
		}
		twice := false
		switch b.Type {
		case "variable":
			twice = m.variables[label(0)] != nil
			m.variables[label(0)] = b
		case "output":
			twice = m.outputs[label(0)] != nil
			m.outputs[label(0)] = b
		case "locals":
			for name, a := range b.Body.Attributes {
				if m.locals[name] != nil {
					return duplicate(a.NameRange, "local value", name)
				}
				m.locals[name] = a
			}
		case "module":
			twice = m.call(label(0)) != nil
			m.calls = append(m.calls, b)
		case "provider":
			key := label(0)
			if a := b.Body.Attributes["alias"]; a != nil {
				alias, _ := literal(a.Expr)
				key += "." + alias
			}
			twice = m.providers[key] != nil
			m.providers[key] = b
		case "resource", "data":
			next := &block{Block: b, kind: label(0), data: b.Type == "data", address: label(0) + "." + label(1)}
			if next.data {
				next.address = "data." + next.address
			}
			twice = m.byAddress[next.address] != nil
			m.blocks, m.byAddress[next.address] = append(m.blocks, next), next
		}
		if twice {
			return duplicate(b.TypeRange, b.Type, strings.Join(b.Labels, "."))
		}
	}
	return nil
}

func duplicate(at hcl.Range, what, name string) error {
	e := problem(at, what, "it is declared twice", "it once")
	e.Value, e.Cause = name, value.ErrDuplicate
	return e
}

// call returns the call of a module by name.
func (m *module) call(name string) *hclsyntax.Block {
	for _, c := range m.calls {
		if len(c.Labels) > 0 && c.Labels[0] == name {
			return c
		}
	}
	return nil
}

// override merges the blocks of an override file into those of the same name: its arguments replace theirs, its nested blocks
// all those of the same type.
func (m *module) override(body *hclsyntax.Body) {
	for _, b := range body.Blocks {
		var base *hclsyntax.Body
		switch {
		case b.Type == "locals":
			for name, a := range b.Body.Attributes {
				m.locals[name] = a
			}
		case b.Type == "variable" && len(b.Labels) == 1 && m.variables[b.Labels[0]] != nil:
			base = m.variables[b.Labels[0]].Body
		case b.Type == "output" && len(b.Labels) == 1 && m.outputs[b.Labels[0]] != nil:
			base = m.outputs[b.Labels[0]].Body
		case b.Type == "module" && len(b.Labels) == 1 && m.call(b.Labels[0]) != nil:
			base = m.call(b.Labels[0]).Body
		case (b.Type == "resource" || b.Type == "data") && len(b.Labels) == 2:
			address := b.Labels[0] + "." + b.Labels[1]
			if b.Type == "data" {
				address = "data." + address
			}
			if found := m.byAddress[address]; found != nil {
				base = found.Body
			}
		case b.Type == "provider" && len(b.Labels) == 1:
			key := b.Labels[0]
			if a := b.Body.Attributes["alias"]; a != nil {
				alias, _ := literal(a.Expr)
				key += "." + alias
			}
			if m.providers[key] == nil {
				m.providers[key] = b
			} else {
				base = m.providers[key].Body
			}
		}
		if base == nil {
			continue
		}
		for name, a := range b.Body.Attributes {
			base.Attributes[name] = a
		}
		for _, nested := range b.Body.Blocks {
			base.Blocks = slices.DeleteFunc(base.Blocks, func(old *hclsyntax.Block) bool { return old.Type == nested.Type })
		}
		base.Blocks = append(base.Blocks, b.Body.Blocks...)
	}
}

// nameAttributes notes the names of the attributes that expressions ask resources for.
func (rd *reader) nameAttributes(body *hclsyntax.Body) {
	note := func(t hcl.Traversal) {
		for _, step := range t {
			switch step := step.(type) {
			case hcl.TraverseAttr:
				rd.asked[step.Name] = true
			case hcl.TraverseIndex:
				if step.Key.Type().FriendlyName() == "string" && step.Key.IsKnown() && !step.Key.IsNull() {
					rd.asked[step.Key.AsString()] = true
				}
			}
		}
	}
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			switch t := n.Traversal; t.RootName() {
			case "data":
				note(t[min(3, len(t)):])
			default:
				note(t[min(2, len(t)):])
			}
		case *hclsyntax.RelativeTraversalExpr:
			note(n.Traversal)
		}
		return nil
	})
}
