package mend

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit/source"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// arguments are what properties of changes are called in Terraform.
var arguments = map[string]string{
	"KmsMasterKeyId": "kms_master_key_id", "KmsDataKeyReusePeriodSeconds": "kms_data_key_reuse_period_seconds", "SqsManagedSseEnabled": "sqs_managed_sse_enabled",
	"VisibilityTimeout": "visibility_timeout_seconds", "MessageRetentionPeriod": "message_retention_seconds", "Protocol": "protocol",
	"RedriveAllowPolicy": "redrive_allow_policy", "Endpoint": "endpoint", "EventSourceArn": "event_source_arn",
}

// changeArgument gives a resource an argument, or takes it.
func (fs *Files) changeArgument(c check.Change) error {
	a, ok := addressOf(c.Element.ID)
	name := arguments[c.Property]
	if !ok || name == "" {
		return fmt.Errorf("%s of %s: it is not mended in Terraform, want a change by hand", c.Property, c.Element.ID)
	}
	if err := fs.onlySources(c.Element); err != nil {
		return err
	}
	return fs.editSource(c.Element.At.File, func(f *source.File) error {
		b := f.Block("resource", a.kind, a.label)
		if b == nil {
			return notDeclared(c.Element)
		}
		if old := b.Body.Attributes[name]; old != nil && len(old.Expr.Variables()) > 0 && (a.index != "" || fs.several(c.Element)) {
			return fmt.Errorf("%s: %s is not the same for all of its instances, want a change by hand", a.local(""), name)
		} else if old != nil && !spare(c) && fs.moduleOf(c.Element.At.File).varies(old.Expr, 0) {
			return fmt.Errorf("%s: %s is another one under other variables, want a change by hand", a.local(""), name)
		}
		switch v := c.Value.(type) {
		case nil:
			return f.RemoveArgument(b, name)
		case bool:
			return f.SetArgument(b, name, strconv.FormatBool(v))
		case int:
			return f.SetArgument(b, name, strconv.Itoa(v))
		case string:
			expression, err := a.expression(strings.Replace(v, ".Arn}", ".arn}", 1)) // as Terraform calls it
			if err != nil {
				return err
			}
			return f.SetArgument(b, name, expression)
		case map[string]string:
			if b.Body.Attributes[name] == nil {
				return fmt.Errorf("%s: %s is another resource's, want a change by hand", a.local(""), name)
			}
			return f.SetArgument(b, name, jsonObject(v))
		}
		return fmt.Errorf("%s of %s: it is not mended in Terraform, want a change by hand", c.Property, c.Element.ID)
	})
}

// expression returns text as an argument of a resource at an address: a reference to another resource of its module as it is.
func (a address) expression(s string) (string, error) {
	if !text.IsReference(s) {
		return strconv.Quote(s), nil
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}")
	dot := strings.LastIndexByte(s, '.')
	of, ok := addressOf(s[:max(dot, 0)])
	if !ok || of.module != a.module || of.index != "" {
		return "", fmt.Errorf("%s: it is in another module than %s, or one of several, want a change by hand", s, a.local(""))
	}
	return of.local("") + s[dot:], nil
}

func notDeclared(e *topology.Element) error {
	return fmt.Errorf("resource %q: file %q does not have it, want a change by hand", e.ID, e.At.File)
}

// onlySources refuses what a plan decides, which a change of the sources does not change.
func (fs *Files) onlySources(e *topology.Element) error {
	for _, t := range fs.read {
		if info, err := os.Stat(t.Path); err == nil && !info.IsDir() && t.Kind == "terraform" {
			for _, other := range elements([]*topology.Topology{t}) {
				if other.ID == e.ID {
					return fmt.Errorf("%s is judged as %q has it, want the sources to be checked without a plan", e.ID, t.Path)
				}
			}
		}
	}
	return nil
}

// several reports whether other elements are written in the same block.
func (fs *Files) several(e *topology.Element) bool {
	for _, other := range elements(fs.read) {
		if other.ID != e.ID && other.At == e.At {
			return true
		}
	}
	return false
}

// grantSource adds statements to the policy that they belong to, or makes that policy. It returns the address of the policy if that is a
// resource of its own.
func (fs *Files) grantSource(fix *check.Fix, h holder) (policy string, err error) {
	if err := fs.onlySources(h.element); err != nil {
		return "", err
	}
	if fix.On != policygen.OnIdentity {
		if len(h.policies) > 0 {
			return h.policies[0].ID, fs.addToPolicy(fix, h.policies[0], h.element)
		}
		a, _ := addressOf(h.element.ID)
		block := strings.TrimSuffix(h.element.ID, a.index)
		if added := fs.done["policy of "+block]; added != "" { // by an earlier mend, or for another instance
			added += a.index
			return added, fs.addToPolicy(fix, &topology.Policy{Element: topology.Element{ID: added, At: h.element.At}}, h.element)
		}
		policy, err = fs.newPolicy(fix, h.element)
		if fs.done["policy of "+block] = strings.TrimSuffix(policy, a.index); policy == "" {
			fs.done["policy of "+block] = block // a key has its policy in itself
		}
		return policy, err
	}
	inline := false
	for _, p := range h.policies {
		inline = inline || p.ID == h.element.ID
		if p.At.File == "" || fs.holders(p) != 1 {
			continue
		}
		if err := fs.addToPolicy(fix, p, h.element); err == nil {
			return "", nil
		} else if !errors.Is(err, errNotWritten) {
			return "", err
		}
	}
	if inline {
		return "", fmt.Errorf("%s: it has inline_policy, which excludes other policies, want a change by hand", h.element.ID)
	}
	return fs.newPolicy(fix, h.element)
}

// holders returns how many callers have a policy.
func (fs *Files) holders(p *topology.Policy) int {
	n := 0
	for _, t := range fs.read {
		for _, c := range t.Callers {
			for _, other := range c.Identity {
				if other.ID == p.ID {
					n++
					break
				}
			}
		}
	}
	return n
}

// addToPolicy adds statements to a policy that is there.
func (fs *Files) addToPolicy(fix *check.Fix, p *topology.Policy, of *topology.Element) error {
	if _, err := fs.source(p.At.File); err != nil {
		return err
	}
	a, ok := addressOf(p.ID)
	m := fs.moduleOf(p.At.File)
	in, found := m.find("resource", a.kind, a.label)
	if !ok || !found {
		return notDeclared(&p.Element)
	}
	arguments := policiesIn(in.block)
	if len(arguments) == 0 {
		return fmt.Errorf("%s: it has no argument policy, want a change by hand", p.ID)
	}
	whose, _ := addressOf(of.ID)
	w := &words{module: m, at: a, of: whose, holder: &p.Element, read: fs.read, data: map[string]string{}}
	d, err := m.documentOf(in, arguments[0].Expr)
	if err == nil {
		w.repeated = repetition(d.block)
		if a.index != "" && w.repeated == "" && d.block.Type == "resource" {
			return notDeclared(&p.Element)
		}
		err = fs.written(fix, w, d.path, func(f *source.File, statements []policygen.Statement) error { return d.add(f, statements) })
	}
	if errors.Is(err, errNotWritten) && in.block.Body.Attributes["policy"] != nil {
		w.repeated = repetition(in.block)
		return fs.wrap(fix, p, in, w)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p.ID, err)
	}
	return nil
}

// policiesIn returns the arguments of a resource that are its policies: policy, or those of its blocks inline_policy.
func policiesIn(b *hclsyntax.Block) (all []*hclsyntax.Attribute) {
	for _, body := range append([]*hclsyntax.Body{b.Body}, inlinePolicies(b)...) {
		if a := body.Attributes["policy"]; a != nil {
			all = append(all, a)
		}
	}
	return all
}

func inlinePolicies(b *hclsyntax.Block) (all []*hclsyntax.Body) {
	for _, nested := range b.Body.Blocks {
		if nested.Type == "inline_policy" {
			all = append(all, nested.Body)
		}
	}
	return all
}

// written makes a change with the statements as the module has them, and adds the data sources that they refer to. What another
// instance of the block has changed in the same way is done.
func (fs *Files) written(fix *check.Fix, w *words, path string, change func(*source.File, []policygen.Statement) error) error {
	mapped := fix.Mapped(w.text)
	if w.err != nil {
		return w.err
	}
	what := func(s policygen.Statement) string {
		return path + " " + w.of.local("") + " " + policygen.Document{Statements: []policygen.Statement{s}}.String()
	}
	statements := slices.DeleteFunc(slices.Clone(mapped.Document.Statements), func(s policygen.Statement) bool {
		_, done := fs.done[what(s)]
		return done
	})
	if len(statements) == 0 {
		return nil
	}
	if err := fs.editSource(path, func(f *source.File) error { return change(f, statements) }); err != nil {
		return err
	}
	for _, s := range statements {
		fs.done[what(s)] = ""
	}
	for _, kind := range currentData {
		name, needed := w.data[kind]
		if _, there := w.find("data", kind, name); !needed || there {
			continue
		}
		if b, _ := w.find("resource", w.at.kind, w.at.label); b.block != nil && b.block.Body.Attributes["provider"] != nil {
			return fmt.Errorf("%s: it has a provider of its own, whose %s is needed, want a change by hand", w.at.local(""), kind)
		}
		err := fs.editSource(path, func(f *source.File) error {
			blocks := f.Blocks()
			return f.AddAfter(blocks[len(blocks)-1], "data \""+kind+"\" \""+name+"\" {}\n")
		})
		if err != nil {
			return err
		}
	}
	return nil
}
