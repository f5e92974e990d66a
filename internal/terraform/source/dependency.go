package source

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// DependsOn returns the blocks that a block refers to: itself, by depends_on, and by the variables, local values and outputs
// in between. Blocks are named by their address without indices.
func (c *Configuration) DependsOn(block string) []string {
	rd := c.reader
	if all, ok := rd.edges[block]; ok {
		return all
	}
	if rd.edges == nil {
		rd.edges = map[string][]string{}
	}
	d := dependencies{reader: rd, blocks: map[string]bool{}, seen: map[string]bool{}}
	if in, b := rd.find(block); b != nil {
		d.body(in, b.Body)
		d.calls(in)
	}
	rd.edges[block] = slices.Sorted(maps.Keys(d.blocks))
	return rd.edges[block]
}

// find returns a block by its address without indices, and an instance of its module.
func (rd *reader) find(address string) (*instance, *block) {
	path, local := "", address
	for strings.HasPrefix(local, "module.") {
		parts := strings.SplitN(local, ".", 3)
		if len(parts) < 3 {
			return nil, nil
		}
		path, local = strings.TrimPrefix(path+".module."+parts[1], "."), parts[2]
	}
	in := rd.byPath[path]
	if in == nil {
		return nil, nil
	}
	return in, in.byAddress[local]
}

type dependencies struct {
	*reader
	blocks map[string]bool
	seen   map[string]bool // values that have been followed, with the paths of their modules
}

func (d *dependencies) body(in *instance, body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		d.traversals(in, a.Expr.Variables())
	}
	for _, b := range body.Blocks {
		d.body(in, b.Body)
	}
}

// calls follows what says whether the calls of a module, and of those around it, are there.
func (d *dependencies) calls(in *instance) {
	for ; in.parent != nil; in = in.parent {
		for _, name := range []string{"count", "for_each", "depends_on"} {
			if a := in.call.block.Body.Attributes[name]; a != nil {
				d.traversals(in.parent, a.Expr.Variables())
			}
		}
	}
}

func (d *dependencies) traversals(in *instance, all []hcl.Traversal) {
	for _, t := range all {
		root, name := t.RootName(), step(t, 1)
		key := in.path + " " + root + "." + name
		switch root {
		case "each", "count", "path", "terraform", "self":
			continue
		case "data":
			d.blocks[in.withinPath("data."+name+"."+step(t, 2))] = true
			continue
		case "module":
			out := step(t, 2)
			if out == "" {
				out = step(t, 3)
			}
			key += "." + out
			if !d.seen[key] {
				d.seen[key] = true
				d.module(in, name, out)
			}
			continue
		}
		if d.seen[key] {
			continue
		}
		d.seen[key] = true
		switch {
		case root == "var":
			if in.parent != nil && in.call.block.Body.Attributes[name] != nil {
				d.traversals(in.parent, in.call.block.Body.Attributes[name].Expr.Variables())
			}
		case root == "local":
			if a := in.locals[name]; a != nil {
				d.traversals(in, a.Expr.Variables())
			}
		case in.byAddress[root+"."+name] != nil:
			d.blocks[in.withinPath(root+"."+name)] = true
		}
	}
}

// module follows an output of a module, or all of the module.
func (d *dependencies) module(in *instance, name, output string) {
	child := d.byPath[in.withinPath("module."+name)]
	if child == nil {
		return
	}
	if o := child.outputs[output]; o != nil {
		d.body(child, o.Body)
		return
	}
	for _, b := range child.blocks {
		d.blocks[child.withinPath(b.address)] = true
	}
	for _, c := range child.module.calls {
		d.module(child, c.Labels[0], "")
	}
}

// refersTo returns the blocks that a call of a module refers to.
func (in *instance) refersTo(call *hclsyntax.Block) []string {
	d := dependencies{reader: in.reader, blocks: map[string]bool{}, seen: map[string]bool{}}
	d.body(in, call.Body)
	return slices.Sorted(maps.Keys(d.blocks))
}

// Declares reports whether a block, named by its address without indices, is in the configuration.
func (c *Configuration) Declares(block string) bool {
	_, b := c.reader.find(block)
	return b != nil
}
