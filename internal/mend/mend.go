// Package mend writes what mends findings into the templates that have them.
package mend

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Files are templates with changes that are not written yet.
type Files struct {
	State
	original map[string][]byte // by path
	byCDK    map[string]bool   // those that the CDK makes
	read     []*topology.Topology
}

// A State is the changes at one time.
type State struct {
	changed map[string]edit.File   // by path
	sources map[string]source.File // of Terraform, by path
	done    map[string]string      // the policies that statements were added to, by both
}

// NewFiles returns no files: they are read as mends need them.
func NewFiles() *Files {
	return &Files{State: State{map[string]edit.File{}, map[string]source.File{}, map[string]string{}}, original: map[string][]byte{}, byCDK: map[string]bool{}}
}

// Paths returns the paths of the files that have changes, sorted.
func (fs *Files) Paths() []string { return slices.Sorted(maps.Keys(fs.Content())) }

// Original returns the text of a file as it was read.
func (fs *Files) Original(path string) []byte { return fs.original[path] }

// Content returns the changed texts by path.
func (fs *Files) Content() map[string][]byte {
	all := map[string][]byte{}
	for path, f := range fs.changed {
		all[path] = f.Bytes()
	}
	for path, f := range fs.sources {
		all[path] = f.Bytes()
	}
	return all
}

// Try makes the changes that mend a finding of the topologies. If one of them cannot be made, none is. The error says what a person
// has to do instead.
func (fs *Files) Try(f *check.Finding, in []*topology.Topology) error {
	fs.reading(in)
	return fs.whole(func() error { return fs.mend(f, in) })
}

// reading notes the topologies whose files are changed.
func (fs *Files) reading(in []*topology.Topology) {
	for _, t := range in {
		for _, s := range t.Stacks {
			fs.byCDK[s.File] = fs.byCDK[s.File] || s.Path != ""
		}
	}
	fs.read = in
}

// whole makes changes, or none of them.
func (fs *Files) whole(change func() error) error {
	before := fs.Now()
	err := change()
	if err != nil {
		fs.State = before
	}
	return err
}

// Now returns the changes as they are, to be set again.
func (fs *Files) Now() State {
	return State{maps.Clone(fs.changed), maps.Clone(fs.sources), maps.Clone(fs.done)}
}

func (fs *Files) mend(f *check.Finding, in []*topology.Topology) error {
	for _, e := range f.Elements {
		if err := notInText(e, in); err != nil {
			return err
		}
	}
	own := byRule[f.Rule]
	switch f.In {
	case "fanout":
		own = byFanoutRule[f.Rule]
	case "terraform":
		own = bySourceRule[f.Rule]
	case "account":
		return errors.New("an account is changed by commands: hopgrant doctor shows them")
	}
	if own != nil {
		return own(fs, f)
	}
	if r, known := check.LookUp(f.Rule); known && r.Unmended != "" {
		return errors.New(r.Unmended)
	}
	if len(f.Fix)+len(f.Changes) == 0 {
		return errors.New("there is no statement or property that mends it")
	}
	if len(f.Changes) > 0 { // the statements are for those who decide otherwise
		for _, c := range f.Changes {
			if err := fs.change(c); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range f.Fix {
		policy, err := fs.grant(f, &f.Fix[i], in)
		if err != nil {
			return err
		}
		if err := fs.inOrder(f, policy); err != nil {
			return err
		}
	}
	return nil
}

// notInText returns an error for an element of a stack whose template is text in the template of another, as that of a stack set may be.
func notInText(e *topology.Element, in []*topology.Topology) error {
	for _, t := range in {
		for _, s := range t.Stacks {
			if s.Name == e.Stack && s.File == e.At.File && slices.ContainsFunc(t.Stacks, func(outer topology.Stack) bool {
				return outer.Name == s.Within && outer.Name != s.Name && outer.File == s.File
			}) {
				return fmt.Errorf("%s: its template is text in a resource of file %q, want a change by hand", e.Label(), e.At.File)
			}
		}
	}
	return nil
}

// edit calls do with a template and keeps what it changes.
func (fs *Files) edit(path string, do func(*edit.File) error) error {
	return fs.editAny(path, func(f *edit.File) error {
		switch {
		case isFanout(f):
			return fmt.Errorf("file %q: a fanout.yaml has neither resources nor policies, want a change by hand", path)
		case f.Root().Get("Resources").Kind != value.Object:
			return noTemplate(path)
		}
		return do(f)
	})
}

func noTemplate(path string) error {
	return fmt.Errorf("file %q: it is no template, want a change by hand", path)
}

// editAny calls do with a file of any kind and keeps what it changes.
func (fs *Files) editAny(path string, do func(*edit.File) error) error {
	f, ok := fs.changed[path]
	if !ok {
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("file %q: it cannot be read to be changed", path)
		}
		if fs.byCDK[path] || bytes.Contains(text, []byte("aws:cdk:path")) {
			return fmt.Errorf("file %q: the CDK makes it, want a change of the app", path)
		}
		opened, err := edit.Open(path, text, cfn.Tag)
		if err != nil {
			return err
		}
		f, fs.original[path] = *opened, text
	}
	if err := do(&f); err != nil {
		return err
	}
	fs.changed[path] = f
	return nil
}

// change gives a resource a property, or takes it.
func (fs *Files) change(c check.Change) error {
	if isSource(c.Element.At.File) {
		return fs.changeArgument(c)
	}
	return fs.editAny(c.Element.At.File, func(f *edit.File) error {
		if isFanout(f) {
			return changeFanout(f, c)
		}
		resource := []string{"Resources", c.Element.ID}
		if f.Root().Get("Resources").Kind != value.Object {
			return noTemplate(c.Element.At.File)
		}
		if !has(f, c.Element.ID) {
			return notThere(c.Element.ID)
		}
		v, err := snippet.TemplateValue(tree(c.Value), f.Full())
		if err != nil {
			return err
		}
		steps := append(resource, append([]string{"Properties"}, strings.Split(c.Property, ".")...)...)
		in, name := steps[:len(steps)-1], steps[len(steps)-1]
		if old := f.At(steps...); !spare(c) && varies(f, old) {
			return fmt.Errorf("%s of %s: it is another one under other parameters, want a change by hand", c.Property, c.Element.Label())
		}
		switch has := f.At(in...).Has(name); {
		case c.Value == nil && has && len(f.At(in...).Members) == 1:
			return f.Remove(in[:len(in)-1], in[len(in)-1])
		case c.Value == nil && has:
			return f.Remove(in, name)
		case c.Value == nil:
			return nil
		case len(in) == 3:
			return setProperty(f, c.Element.ID, name, v)
		default:
			return f.Set(in, name, v)
		}
	})
}

// spare reports whether a change takes away what has no use any more, whatever it is.
func spare(c check.Change) bool {
	return c.Value == nil && c.Property == "KmsDataKeyReusePeriodSeconds"
}

// varies reports whether a value of the template depends on a condition, a parameter, a mapping or another stack: what is right for those that
// the template was checked with may be wrong for others.
func varies(f *edit.File, v value.Value) bool {
	for _, m := range v.Members {
		if slices.Contains([]string{"Fn::If", "Fn::FindInMap", "Fn::ImportValue"}, m.Key) || varies(f, m.Value) {
			return true
		}
	}
	return slices.ContainsFunc(v.Items, func(item value.Value) bool { return varies(f, item) }) ||
		slices.ContainsFunc(references(v, nil), func(name string) bool { return f.At("Parameters").Has(name) })
}

// tree returns the value of a change as one of a file.
func tree(v any) value.Value {
	switch v := v.(type) {
	case bool:
		return value.Value{Kind: value.Boolean, Text: strconv.FormatBool(v)}
	case int:
		return value.Value{Kind: value.Number, Text: strconv.Itoa(v)}
	case string:
		return value.NewText(value.Place{}, v)
	case map[string]string:
		var members []value.Member
		for _, key := range slices.Sorted(maps.Keys(v)) {
			members = append(members, value.Pair(key, value.NewText(value.Place{}, v[key])))
		}
		return value.NewObject(value.Place{}, members...)
	}
	return value.Value{}
}
