package terraform

import (
	tfjson "github.com/hashicorp/terraform-json"
)

// An expression is how the configuration sets an attribute, for one instance of its resource.
type expression interface {
	// values returns what can be told of its value.
	values() values
	// blocks returns the expressions in nested blocks, one map for each; a dynamic block may have one for all.
	blocks() []map[string]expression
}

// A planned expression is one as a plan has it: a constant, or references.
type planned struct {
	*tfjson.Expression
	plan *plan
	of   *resource
}

func (e planned) values() values { return e.plan.expression(e.of, e.Expression) }

func (e planned) blocks() []map[string]expression {
	if e.ExpressionData == nil {
		return nil
	}
	all := make([]map[string]expression, len(e.NestedBlocks))
	for i, nested := range e.NestedBlocks {
		all[i] = e.plan.expressions(e.of, nested)
	}
	return all
}

// isNull reports whether the expression is known to be null, as a variable that nobody sets.
func (e planned) isNull() bool {
	v := e.values()
	return e.ExpressionData != nil && len(e.References) > 0 && len(v.all) == 0 && v.why == ""
}

// expressions returns expressions of a plan's configuration for one instance.
func (p *plan) expressions(of *resource, configured map[string]*tfjson.Expression) map[string]expression {
	if configured == nil {
		return nil
	}
	all := make(map[string]expression, len(configured))
	for name, e := range configured {
		if e != nil {
			all[name] = planned{e, p, of}
		}
	}
	return all
}
