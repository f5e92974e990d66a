package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// late finds the policies of the target that Terraform may make after the resource, where it makes both.
//
// [depends_on]
//
// [depends_on]: https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on
func (b *builder) late(r *resource, p *topology.Publisher) {
	var policies []*topology.Policy
	if p.Topic != nil {
		policies = p.Topic.Policies
	} else {
		policies = p.Queue.Policies
	}
	if !r.changed || r.written == nil && b.plan.sources == nil {
		return
	}
	before := b.plan.before(r)
	for _, policy := range policies {
		other := b.plan.byAddress[policy.ID]
		if other == nil || !other.created || before[other.block] {
			continue
		}
		p.Late = append(p.Late, policy)
		p.LateForSure = p.LateForSure || b.plan.before(other)[r.block]
	}
}

// before returns the blocks of the resources that Terraform makes before one: those that it depends on and refers to, itself or
// through others. What locals refer to is not in plans.
func (p *plan) before(r *resource) map[string]bool {
	if p.sources != nil {
		return p.written(r.block)
	}
	d := dependencies{plan: p, blocks: map[string]bool{}, seen: map[string]bool{}}
	d.block(r.module, r.block)
	delete(d.blocks, r.block)
	return d.blocks
}

// written returns what before does, as the sources tell.
func (p *plan) written(block string) map[string]bool {
	all := map[string]bool{}
	next := p.sources.DependsOn(block)
	for len(next) > 0 {
		b := next[0]
		if next = next[1:]; !all[b] {
			all[b] = true
			next = append(next, p.sources.DependsOn(b)...)
		}
	}
	delete(all, block)
	return all
}

type dependencies struct {
	*plan
	blocks map[string]bool
	seen   map[string]bool // references, with their modules
}

// block follows what a resource block of a module refers to.
func (d *dependencies) block(module, block string) {
	if d.blocks[block] {
		return
	}
	d.blocks[block] = true
	c := d.configs[block]
	if c == nil {
		return
	}
	d.references(module, c.DependsOn)
	d.expressions(module, c.Expressions)
	d.expression(module, c.CountExpression)
	d.expression(module, c.ForEachExpression)
	for ; module != ""; module = parentModule(module) {
		if call := d.calls[module]; call != nil {
			parent := parentModule(module)
			d.references(parent, call.DependsOn)
			d.expression(parent, call.CountExpression)
			d.expression(parent, call.ForEachExpression)
		}
	}
}

func (d *dependencies) expressions(module string, all map[string]*tfjson.Expression) {
	for _, e := range all {
		d.expression(module, e)
	}
}

func (d *dependencies) expression(module string, e *tfjson.Expression) {
	if e == nil || e.ExpressionData == nil {
		return
	}
	d.references(module, e.References)
	for _, nested := range e.NestedBlocks {
		d.expressions(module, nested)
	}
}

func (d *dependencies) references(module string, all []string) {
	for _, ref := range all {
		key := module + " " + ref
		if d.seen[key] {
			continue
		}
		d.seen[key] = true
		parts := splitReference(withoutIndices(ref))
		switch {
		case slices.Contains([]string{"local", "each", "count", "path", "terraform", "self"}, parts[0]) || len(parts) < 2:
		case parts[0] == "var":
			if call := d.calls[module]; call != nil {
				d.expression(parentModule(module), call.Expressions[parts[1]])
			}
		case parts[0] == "module":
			d.module(strings.TrimPrefix(module+".module."+parts[1], "."), parts[2:])
		default:
			n := 2
			if parts[0] == "data" {
				n = min(3, len(parts))
			}
			d.block(module, strings.TrimPrefix(module+"."+strings.Join(parts[:n], "."), "."))
		}
	}
}

// module follows a reference to an output of a module, or to all of the module.
func (d *dependencies) module(path string, output []string) {
	if m := d.modules[path]; m != nil && len(output) > 0 && m.Outputs[output[0]] != nil {
		o := m.Outputs[output[0]]
		d.expression(path, o.Expression)
		d.references(path, o.DependsOn)
		return
	}
	for block := range d.configs {
		if strings.HasPrefix(block, path+".") {
			d.block(d.moduleOf(block), block)
		}
	}
}

// moduleOf returns the path of the module that a block is in.
func (d *dependencies) moduleOf(block string) string {
	module := ""
	for path := range d.modules {
		if strings.HasPrefix(block, path+".") && len(path) > len(module) {
			module = path
		}
	}
	return module
}

// parentModule returns the path of the module that calls one; "" for the root.
func parentModule(path string) string {
	return strings.TrimSuffix(path[:max(0, strings.LastIndex("."+path, ".module."))], ".")
}
