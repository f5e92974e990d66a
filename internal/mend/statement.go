package mend

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Take takes a statement of a policy, which stands at a position, out of its file: with the policy, if that says nothing else. If
// resource is an index, and not -1, it takes only that resource out of the statement, which has others.
func (fs *Files) Take(p *topology.Policy, statement *policygen.Statement, at topology.Position, resource int, in []*topology.Topology) error {
	fs.reading(in)
	switch {
	case isSource(at.File) && resource >= 0:
		return fmt.Errorf("%s: of a statement in Terraform sources no resource is taken, want a change by hand", p.Title())
	case isSource(at.File):
		return fs.whole(func() error { return fs.takeSource(p, statement) })
	}
	return fs.whole(func() error {
		return fs.edit(at.File, func(f *edit.File) error {
			original, err := edit.Open(at.File, fs.original[at.File], cfn.Tag)
			if err != nil {
				return err
			}
			path, ok := original.PathOf(value.Place{Line: int32(at.Line), Column: int32(at.Column)})
			if !ok {
				return errors.New("its statement is not found in the text, want a change by hand")
			}
			statement := original.At(path...)
			if resource >= 0 && !plainList(statement.Get("Resource"), p, at) {
				return errors.New("its resources are not listed one by one, want a change by hand")
			}
			return takeStatement(f, path, statement, resource)
		})
	})
}

// plainList reports whether a list in the text has the resources that were read of the statement at a position, in their order: nothing
// decides which of them there are.
func plainList(list value.Value, p *topology.Policy, at topology.Position) bool {
	if slices.ContainsFunc(list.Items, func(v value.Value) bool {
		return v.Has("Fn::If") || v.Has("Ref") && v.Get("Ref").Text == "AWS::NoValue"
	}) {
		return false
	}
	for i := range p.Document.Statements {
		if p.Statement(i) == at {
			return len(p.Document.Statements[i].Resource) == len(list.Items)
		}
	}
	return false
}

// takeStatement takes out the statement that was at a path before the other changes, or a resource of it.
func takeStatement(f *edit.File, path []string, statement value.Value, resource int) error {
	n := len(path)
	switch {
	case path[n-1] == "Statement" && resource >= 0: // it is no list
		return f.RemoveItem(append(path, "Resource"), resource)
	case path[n-1] == "Statement":
		return takeDocument(f, path[:n-1])
	case n < 2 || path[n-2] != "Statement":
		return errors.New("its statement is not found in the text, want a change by hand")
	}
	list := path[:n-1]
	same := func(v value.Value) bool { return v.JSON(1<<20) == statement.JSON(1<<20) }
	items := f.At(list...).Items
	i := slices.IndexFunc(items, same)
	switch {
	case i < 0:
		return errors.New("its statement is not there any more, want a change by hand")
	case resource >= 0:
		return f.RemoveItem(append(slices.Clone(list), strconv.Itoa(i), "Resource"), resource)
	case len(items) > 1:
		return f.RemoveItem(list, i)
	}
	return takeDocument(f, list[:len(list)-1])
}

// takeDocument takes out a policy that says nothing any more: an inline policy of a role or function, or a resource.
func takeDocument(f *edit.File, path []string) error {
	if n := len(path); n > 0 && path[n-1] == "PolicyDocument" {
		path = path[:n-1]
	}
	n := len(path)
	_, err := strconv.Atoi(path[n-1])
	switch {
	case n == 5 && err == nil && len(f.At(path[:n-1]...).Items) > 1:
		i, _ := strconv.Atoi(path[n-1])
		return f.RemoveItem(path[:n-1], i)
	case n == 5 && err == nil:
		if len(f.At(path[:n-2]...).Members) == 1 {
			return f.Remove(path[:n-3], path[n-3])
		}
		return f.Remove(path[:n-2], path[n-2])
	case n == 3 && path[2] == "Properties":
		for _, r := range f.At("Resources").Members {
			if r.Key != path[1] && slices.Contains(references(r.Value, nil), path[1]) {
				return fmt.Errorf("%s: %s refers to it, want a change by hand", path[1], r.Key)
			}
		}
		return f.Remove([]string{"Resources"}, path[1])
	}
	return errors.New("the policy would be left without a statement, want a change by hand")
}
