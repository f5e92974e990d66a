package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/hopgrant/hopgrant/internal/terraform/source"
)

// values are what an expression gives, as far as the plan tells.
type values struct {
	all []string
	// why says why all is not everything; empty if it is.
	why string
	// assumed is set where the plan does not have which attribute of a resource is meant, and its ARN is taken.
	assumed bool
}

// one returns the only value.
func (v values) one() (string, bool) {
	if v.why != "" || len(v.all) != 1 {
		return "", false
	}
	return v.all[0], true
}

func (v *values) add(more values) {
	for _, s := range more.all {
		if !slices.Contains(v.all, s) {
			v.all = append(v.all, s)
		}
	}
	if v.why == "" {
		v.why = more.why
	}
	v.assumed = v.assumed || more.assumed
}

// maxSteps is how many references one expression may lead to; more is a cycle.
const maxSteps = 1000

// expression evaluates an expression that configures self, or for a self without address, an expression elsewhere in its module.
// What Terraform does with the values that an expression refers to is not in the plan; they are taken as they are, which
// is what almost every expression does that ends in an ARN.
func (p *plan) expression(self *resource, e *tfjson.Expression) values {
	steps := 0
	return p.evaluate(self, e, &steps)
}

func (p *plan) evaluate(self *resource, e *tfjson.Expression, steps *int) values {
	*steps++
	switch {
	case e == nil || e.ExpressionData == nil:
		return values{}
	case *steps > maxSteps:
		return values{why: "references form a cycle"}
	case len(e.References) == 0:
		return constant(e.ConstantValue)
	}
	var all values
	for _, ref := range leaves(e.References) {
		all.add(p.reference(self, ref, steps))
	}
	return all
}

// constant returns the strings of a constant.
func constant(v any) values {
	switch v := v.(type) {
	case nil:
		return values{}
	case []any:
		var all values
		for _, item := range v {
			all.add(constant(item))
		}
		return all
	case map[string]any:
		return values{why: "it is an object"}
	case source.Unknown:
		return values{why: string(v)}
	case string:
		return values{all: []string{v}}
	}
	if v == any(tfjson.UnknownConstantValue) {
		return values{why: "it is known after apply"}
	}
	return values{all: []string{render(v)}}
}

// leaves drops each reference that another one continues, as aws_sqs_queue.a beside aws_sqs_queue.a.arn, and the key of
// for_each where it only selects an instance.
func leaves(references []string) []string {
	var all []string
	for _, r := range references {
		continued := slices.ContainsFunc(references, func(other string) bool {
			return strings.HasPrefix(other, r+".") || strings.HasPrefix(other, r+"[")
		})
		if !continued && !(r == "each.key" && len(references) > 1) && !(r == "count.index" && len(references) > 1) {
			all = append(all, r)
		}
	}
	return all
}

// reference evaluates one reference of a module.
func (p *plan) reference(self *resource, ref string, steps *int) values {
	parts := splitReference(ref)
	switch {
	case len(parts) < 2:
		return values{why: ref + " is not known"}
	case parts[0] == "var":
		return p.variable(self, parts[1], steps)
	case parts[0] == "module":
		return p.output(self, parts, steps)
	case parts[0] == "each" && parts[1] == "value" && len(parts) == 3:
		return p.eachValue(self, ref, parts[2])
	case ref == "each.key" && self.index != nil:
		return values{all: []string{render(self.index)}}
	case parts[0] == "local":
		return values{why: "plans do not hold the value of " + ref}
	case parts[0] == "each" || parts[0] == "count" || parts[0] == "path" || parts[0] == "terraform" || parts[0] == "self":
		return values{why: "plans do not hold the value of " + ref}
	}
	if parts[0] == "data" {
		if len(parts) < 4 {
			return values{why: "plans do not tell which part of " + ref + " is meant"}
		}
		parts = append([]string{parts[0] + "." + parts[1]}, parts[2:]...)
	}
	assumed := len(parts) == 2
	if assumed {
		// An instance that is chosen by key: the plan drops what is asked of it, which in policies and subscriptions is
		// its ARN.
		parts = append(parts, "arn")
	}
	r, why := p.instance(self, parts[0]+"."+parts[1], false)
	if r == nil {
		return values{why: why}
	}
	return values{all: []string{p.attribute(r, parts[2])}, assumed: assumed}
}

// output evaluates an output of a module that the module of self calls.
func (p *plan) output(self *resource, parts []string, steps *int) values {
	ref := strings.Join(parts, ".")
	call := withoutIndices(parts[1])
	child := &resource{module: strings.TrimPrefix(self.module+".module."+call, "."), within: strings.TrimPrefix(self.within+".module."+parts[1], ".")}
	m := p.modules[child.module]
	switch {
	case len(parts) < 3:
		return values{why: "plans do not tell which output of " + ref + " is meant"}
	case m == nil || m.Outputs[withoutIndices(parts[2])] == nil:
		return values{why: "the plan does not have " + ref}
	}
	return p.evaluate(child, m.Outputs[withoutIndices(parts[2])].Expression, steps)
}

// eachValue evaluates each.value.ATTRIBUTE where for_each goes over the instances of a resource.
func (p *plan) eachValue(self *resource, ref, attribute string) values {
	if self.written != nil && self.written.ForEachExpression != nil && self.written.ForEachExpression.ExpressionData != nil {
		if over := self.written.ForEachExpression.References; len(over) == 1 {
			if r, _ := p.instance(self, over[0], true); r != nil {
				return values{all: []string{p.attribute(r, attribute)}}
			}
		}
	}
	return values{why: "plans do not hold the value of " + ref}
}

// variable evaluates a variable of a module: what the call passes, else what the plan was made with.
func (p *plan) variable(self *resource, name string, steps *int) values {
	name = withoutIndices(name)
	if self.module == "" {
		if v := p.variables[name]; v != nil {
			return constant(v.Value)
		}
		return values{why: "var." + name + " is not in the plan"}
	}
	if call := p.calls[self.module]; call != nil {
		if e := call.Expressions[name]; e != nil {
			return p.evaluate(caller(self), e, steps)
		}
	}
	if m := p.modules[self.module]; m != nil && m.Variables[name] != nil {
		return constant(m.Variables[name].Default)
	}
	return values{why: "var." + name + " of " + self.module + " is not in the plan"}
}

// caller returns what stands for the call of the module that self is in: its module is that of the call, and its index that of
// the instance.
func caller(self *resource) *resource {
	up := &resource{module: parentModule(self.module)}
	parts := splitReference(self.within)
	if n := len(parts) - 2; n >= 0 {
		up.within = strings.Join(parts[:n], ".")
		if index := strings.TrimPrefix(parts[n+1], withoutIndices(parts[n+1])); index != "" {
			_ = json.Unmarshal([]byte(strings.Trim(index, "[]")), &up.index)
		}
	}
	return up
}

// reaches reports whether a resource refers to another one, itself or through others. What is behind a module, variable or local
// value is not followed, and may be anything.
func (p *plan) reaches(from, to string) bool {
	if p.sources != nil {
		return p.written(withoutIndices(from))[withoutIndices(to)]
	}
	seen := map[string]bool{}
	to = withoutIndices(to)
	var visit func(block string) bool
	visit = func(block string) bool {
		c := p.configs[block]
		if c == nil || seen[block] {
			return false
		}
		seen[block] = true
		module := strings.TrimSuffix(strings.TrimSuffix(block, c.Address), ".")
		for _, ref := range references(c.Expressions) {
			parts := splitReference(ref)
			switch n := 2; {
			case len(parts) < 2, parts[0] == "each", parts[0] == "count", parts[0] == "path", parts[0] == "terraform", parts[0] == "self":
			case parts[0] == "var", parts[0] == "local", parts[0] == "module":
				return true
			default:
				if parts[0] == "data" && len(parts) > 2 {
					n = 3
				}
				next := strings.TrimPrefix(module+"."+withoutIndices(strings.Join(parts[:n], ".")), ".")
				if next == to || visit(next) {
					return true
				}
			}
		}
		return false
	}
	return visit(withoutIndices(from))
}

// references returns all references in expressions.
func references(expressions map[string]*tfjson.Expression) []string {
	var all []string
	for _, e := range expressions {
		if e == nil || e.ExpressionData == nil {
			continue
		}
		all = append(all, e.References...)
		for _, nested := range e.NestedBlocks {
			all = append(all, references(nested)...)
		}
	}
	return all
}

// expression returns the configuration of an attribute.
func (r *resource) expression(attribute string) expression { return r.config[attribute] }
