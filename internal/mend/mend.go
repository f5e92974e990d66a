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
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Files are templates with changes that are not written yet.
type Files struct {
	State
	original map[string][]byte // by path
	byCDK    map[string]bool   // those that the CDK makes
}

// A State is the changes at one time.
type State struct {
	changed map[string]edit.File // by path
	done    map[string]string    // the policies that statements were added to, by both
}

// NewFiles returns no files: they are read as mends need them.
func NewFiles() *Files {
	return &Files{State: State{map[string]edit.File{}, map[string]string{}}, original: map[string][]byte{}, byCDK: map[string]bool{}}
}

// Paths returns the paths of the files that have changes, sorted.
func (fs *Files) Paths() []string { return slices.Sorted(maps.Keys(fs.changed)) }

// Original returns the text of a file as it was read, and Content the changed texts of all files.
func (fs *Files) Original(path string) []byte { return fs.original[path] }

// Content returns the changed texts by path.
func (fs *Files) Content() map[string][]byte {
	all := map[string][]byte{}
	for path, f := range fs.changed {
		all[path] = f.Bytes()
	}
	return all
}

// Try makes the changes that mend a finding of the topologies. If one of them cannot be made, none is. The error says what a person
// has to do instead.
func (fs *Files) Try(f *check.Finding, in []*topology.Topology) error {
	for _, t := range in {
		for _, s := range t.Stacks {
			fs.byCDK[s.File] = fs.byCDK[s.File] || s.Path != ""
		}
	}
	before := fs.Now()
	err := fs.mend(f, in)
	if err != nil {
		fs.State = before
	}
	return err
}

// Now returns the changes as they are, to be set again.
func (fs *Files) Now() State { return State{maps.Clone(fs.changed), maps.Clone(fs.done)} }

func (fs *Files) mend(f *check.Finding, in []*topology.Topology) error {
	own := byRule[f.Rule]
	if f.In == "fanout" {
		own = byFanoutRule[f.Rule]
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
		policy, err := fs.grant(&f.Fix[i], in)
		if err != nil {
			return err
		}
		if err := fs.inOrder(f, policy); err != nil {
			return err
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
			return fmt.Errorf("file %q: it is no template, want a change by hand", path)
		}
		return do(f)
	})
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
		if strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tf.json") {
			return fmt.Errorf("file %q: it is Terraform, want a change by hand; --fix-format terraform prints the statements", path)
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
	return fs.editAny(c.Element.At.File, func(f *edit.File) error {
		if isFanout(f) {
			return changeFanout(f, c)
		}
		resource := []string{"Resources", c.Element.ID}
		if !has(f, c.Element.ID) {
			return notThere(c.Element.ID)
		}
		v, err := snippet.TemplateValue(tree(c.Value), f.Full())
		if err != nil {
			return err
		}
		steps := append(resource, append([]string{"Properties"}, strings.Split(c.Property, ".")...)...)
		in, name := steps[:len(steps)-1], steps[len(steps)-1]
		switch has := f.At(in...).Has(name); {
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

// grant adds statements to the policy that they belong to, or makes that policy. It returns the logical id of the policy if that is a
// resource of its own.
func (fs *Files) grant(fix *check.Fix, in []*topology.Topology) (policy string, err error) {
	what := string(fix.On) + " " + fix.Of + " " + fix.Document.String()
	if policy, done := fs.done[what]; done {
		return policy, nil // another finding has the same mend
	}
	h, err := holderOf(fix, in)
	if err != nil {
		return "", err
	}
	err = fs.edit(h.file(fix.On), func(f *edit.File) error {
		statements, err := snippet.TemplateValue(snippet.Tree(fix.Document).Get("Statement"), f.Full())
		if err != nil {
			return err
		}
		if fix.On == policygen.OnIdentity {
			return grantRole(f, h, statements.Items)
		}
		path, ok := h.document(f, fix.On)
		switch {
		case !ok && !has(f, h.element.ID):
			return notThere(h.element.ID)
		case ok && fix.On != policygen.OnKey:
			policy = h.policies[0].ID
			fallthrough
		case ok:
			return appendStatements(f, path, statements.Items)
		case fix.On == policygen.OnKey:
			return setProperty(f, h.element.ID, "KeyPolicy", document(statements.Items))
		}
		policy, err = addPolicy(f, h.element.ID, policyOf[fix.On], statements.Items)
		return err
	})
	fs.done[what] = policy
	return policy, err
}

// A holder is what has a policy, or is to get one.
type holder struct {
	element  *topology.Element
	policies []*topology.Policy
}

// file returns the template that has the policy, or that the policy is to be added to.
func (h *holder) file(on policygen.Target) string {
	if on != policygen.OnIdentity && len(h.policies) > 0 && h.policies[0].At.File != "" {
		return h.policies[0].At.File
	}
	return h.element.At.File
}

func has(f *edit.File, id string) bool { return f.Root().Path("Resources", id).Kind == value.Object }

func notThere(id string) error {
	return fmt.Errorf("resource %q: the template does not have it, want a change by hand", id)
}

func holderOf(fix *check.Fix, in []*topology.Topology) (holder, error) {
	for _, t := range in {
		switch fix.On {
		case policygen.OnQueue:
			for _, q := range t.Queues {
				if q.Label() == fix.Of && !q.Foreign {
					return holder{&q.Element, q.Policies}, nil
				}
			}
		case policygen.OnTopic:
			for _, x := range t.Topics {
				if x.Label() == fix.Of && !x.Foreign {
					return holder{&x.Element, x.Policies}, nil
				}
			}
		case policygen.OnKey:
			for _, k := range t.Keys {
				if k.Label() == fix.Of && !k.Foreign && k.AWSManaged == "" {
					return holder{&k.Element, nil}, nil
				}
			}
		default:
			for _, c := range t.Callers {
				if c.Label() == fix.Of && !c.Foreign {
					return holder{&c.Element, c.Identity}, nil
				}
			}
		}
	}
	return holder{}, fmt.Errorf("%s policy of \"%s\": it is not in these files, want a change where it is", fix.On, fix.Of)
}

// document returns the path of the document to which statements are added; ok is false if there is none yet.
func (h *holder) document(f *edit.File, on policygen.Target) (path []string, ok bool) {
	if on == policygen.OnKey {
		path = []string{"Resources", h.element.ID, "Properties", "KeyPolicy"}
		return path, f.Root().Path(path...).Kind != value.Absent
	}
	if len(h.policies) == 0 {
		return nil, false
	}
	return []string{"Resources", h.policies[0].ID, "Properties", "PolicyDocument"}, true
}

// appendStatements adds statements to the document at a path, each under a Sid that it does not have.
func appendStatements(f *edit.File, path []string, statements []value.Value) error {
	path = append(slices.Clone(path), "Statement")
	there := f.Root().Path(path...)
	if there.Kind != value.List && (there.Kind != value.Object || !there.Has("Effect")) {
		return fmt.Errorf("%v: the statements are not written there, want a change by hand", path[1])
	}
	sids := map[string]bool{}
	for _, s := range there.OneOrMany() {
		sids[s.Get("Sid").Text] = true
	}
	added := slices.Clone(statements)
	for i := range added {
		added[i].Members = slices.Clone(added[i].Members)
		for j := range added[i].Members {
			if m := &added[i].Members[j]; m.Key == "Sid" {
				for n, sid := 2, m.Value.Text; sids[m.Value.Text]; n++ {
					m.Value.Text = sid + strconv.Itoa(n)
				}
				sids[m.Value.Text] = true
			}
		}
	}
	return f.Append(path, added...)
}
