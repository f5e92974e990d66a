package source

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A moduleCall is a module block, and the module that it calls.
type moduleCall struct {
	block   *hclsyntax.Block
	name    string
	path    string  // such as module.a.module.b
	module  *module // nil if its sources are not there
	missing string  // why they are not
	form    form
	why     string
	keys    []string
	done    bool
	all     []*instance
}

// placed returns the folders in which terraform init has placed modules, by the path of their call, such as "a.b".
func (rd *reader) placed() map[string]string {
	if rd.tree != nil {
		return rd.tree.Modules
	}
	all := map[string]string{}
	path := filepath.Join(rd.root, ".terraform", "modules", "modules.json")
	if _, err := os.Stat(path); err != nil {
		return all
	}
	data, err := value.ReadFile(path, path, MaxFileSize)
	if err != nil {
		return all
	}
	var manifest struct{ Modules []struct{ Key, Dir string } }
	if json.Unmarshal(data, &manifest) != nil {
		return all
	}
	for _, m := range manifest.Modules {
		if filepath.IsLocal(m.Dir) {
			all[m.Key] = filepath.Join(rd.root, m.Dir)
		}
	}
	return all
}

// parseCalls parses the modules that a module calls, and those that these call. key is the path of its call, such as "a.b".
func (m *module) parseCalls(rd *reader, key string, depth int) error {
	for _, b := range m.calls {
		child := b.Labels[0]
		if key != "" {
			child = key + "." + child
		}
		found, _, err := rd.moduleOf(m, b, child)
		if err != nil {
			return err
		}
		if found == nil {
			continue
		}
		if depth >= maxCalls {
			e := problem(b.TypeRange, "module", "modules call each other more than 32 deep", "no circle of modules")
			e.Value, e.Cause = b.Labels[0], value.ErrCycle
			return e
		}
		if rd.called++; rd.called > maxInstances {
			e := problem(b.TypeRange, "module", "the configuration has more than 20000 calls of modules", "fewer")
			e.Cause = value.ErrTooLarge
			return e
		}
		if err := found.parseCalls(rd, child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// moduleOf returns the module that a block calls; nil, and why, if its sources are not there.
func (rd *reader) moduleOf(m *module, b *hclsyntax.Block, key string) (found *module, missing string, err error) {
	a := b.Body.Attributes["source"]
	if a == nil {
		return nil, "it has no source", nil
	}
	source, ok := literal(a.Expr)
	if !ok {
		return nil, "its source is not known", nil
	}
	dir := rd.installed[key]
	if isLocal(source) {
		dir = filepath.Join(m.dir, filepath.FromSlash(source))
	}
	if dir == "" {
		return nil, "its sources, " + value.Excerpt(source) + ", are not here; run terraform init", nil
	}
	if !rd.hasFolder(dir) {
		if isLocal(source) {
			return nil, "its folder " + value.Excerpt(source) + " is not here", nil
		}
		return nil, "its sources, " + value.Excerpt(source) + ", are not where terraform init placed them; run it again", nil
	}
	found, err = rd.parseModule(dir)
	return found, "", err
}

// callOf returns a call of the module.
func (in *instance) callOf(i int) *moduleCall {
	if in.callCells == nil {
		in.callCells = make([]*moduleCall, len(in.calls))
	}
	if in.callCells[i] == nil {
		b := in.calls[i]
		name := b.Labels[0]
		c := &moduleCall{block: b, name: name, path: in.withinPath("module." + name)}
		var err error
		c.module, c.missing, err = in.moduleOf(in.module, b, in.callKey(name))
		if err != nil {
			c.missing = err.Error()
		}
		in.callCells[i] = c
	}
	return in.callCells[i]
}

// callKey returns the path of a call as modules.json has it.
func (in *instance) callKey(name string) string {
	for ; in.parent != nil; in = in.parent {
		name = in.call.name + "." + name
	}
	return name
}

// children returns the instances of a module that is called.
func (in *instance) children(c *moduleCall) []*instance {
	if c.done || c.module == nil {
		return c.all
	}
	c.done = true
	c.form, c.why = unsureForm, c.path+" refers to itself"
	all, f := in.repetitions(c.block.Body, c.path)
	c.form = f
	for _, rep := range all {
		suffix := rep.suffix()
		if f == unsureForm {
			c.why, suffix = rep.why, "[*]"
		}
		child := in.newInstance(c.module, in, c, in.within("module."+c.name)+suffix, c.path)
		child.each = rep
		if key, ok := rep.index.(string); ok {
			c.keys = append(c.keys, key)
		}
		c.all = append(c.all, child)
	}
	return c.all
}

// moduleValue returns what expressions see of a module that is called: the outputs that are asked for, or all for nil.
func (in *instance) moduleValue(name string, asked map[string]bool) cty.Value {
	for i, b := range in.calls {
		if b.Labels[0] != name {
			continue
		}
		c := in.callOf(i)
		if c.module == nil {
			return in.missingOutputs(c, asked)
		}
		all := in.children(c)
		switch c.form {
		case single:
			return all[0].outputValues(asked)
		case counted:
			items := make([]cty.Value, len(all))
			for i, child := range all {
				items[i] = child.outputValues(asked)
			}
			return cty.TupleVal(items)
		case keyed:
			items := make(map[string]cty.Value, len(all))
			for i, child := range all {
				items[c.keys[i]] = child.outputValues(asked)
			}
			return cty.ObjectVal(items)
		}
		return unknown(c.why)
	}
	return unknown("there is no module " + name)
}

// missingOutputs returns what expressions see of a module whose sources are not there: what they ask for are references.
func (in *instance) missingOutputs(c *moduleCall, asked map[string]bool) cty.Value {
	body, address := c.block.Body, in.within("module."+c.name)
	if asked == nil || body.Attributes["count"] != nil || body.Attributes["for_each"] != nil {
		return unknown("module " + address + " is not read: " + c.missing)
	}
	all := make(map[string]cty.Value, len(asked))
	for name := range asked {
		all[name] = unsure(address + "." + name)
	}
	return cty.ObjectVal(all)
}

func (in *instance) outputValues(asked map[string]bool) cty.Value {
	all := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(in.outputs)) {
		if asked == nil || asked[name] {
			all[name] = in.output(name)
		}
	}
	return cty.ObjectVal(all)
}

func (in *instance) output(name string) cty.Value {
	b := in.outputs[name]
	a := b.Body.Attributes["value"]
	if a == nil {
		return unknown("output " + in.within(name) + " has no value")
	}
	return in.once("output."+name, b.TypeRange, func() cty.Value { return in.evaluate(a.Expr, nil) })
}

// noteMissing notes a call of a module whose sources are not there.
func (in *instance) noteMissing(c *moduleCall) {
	inputs, _ := plainMembers(in.content(c.block.Body, nil, true), "")
	in.missing = append(in.missing, MissingModule{Address: in.within("module." + c.name), Why: c.missing, At: at(c.block.TypeRange),
		Inputs: inputs, RefersTo: in.refersTo(c.block)})
}
