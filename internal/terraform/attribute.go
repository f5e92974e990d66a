package terraform

import "github.com/hopgrant/hopgrant/internal/catalog"

// attribute returns an attribute of a resource: its value where the plan has it, the form that the catalog gives, or text
// that always stands for it.
func (p *plan) attribute(r *resource, name string) string {
	name = withoutIndices(name)
	switch v := r.values[name].(type) {
	case string, bool, float64:
		return render(v)
	}
	if r.row != nil {
		if form, ok := r.row.Terraform.Attributes[name]; ok {
			text, _ := p.expand(r, form)
			return text
		}
	}
	return unknownText(r.address, name)
}

// unknownText stands for an attribute that is known after apply.
func unknownText(address, attribute string) string { return "${" + address + "." + attribute + "}" }

// arn returns the ARN of a resource.
func (p *plan) arn(r *resource) string {
	if arn := r.text("arn"); arn != "" {
		return arn
	}
	if r.data || r.row == nil || r.row.ARN == "" {
		return unknownText(r.address, "arn")
	}
	arn, _ := p.expand(r, r.row.ARN)
	return arn
}

// expand fills in a form of the catalog; ok is false if an attribute in it is not known.
func (p *plan) expand(r *resource, form string) (text string, ok bool) {
	return catalog.Expand(form, func(word string) (string, bool) { return p.word(r, word) })
}

// word returns what a word in braces of a form stands for.
func (p *plan) word(r *resource, word string) (s string, ok bool) {
	switch word {
	case "partition":
		return p.in(r).partition, true
	case "region":
		return p.in(r).region, true
	case "account":
		return p.in(r).account, true
	case "arn":
		return p.arn(r), true
	case "name":
		name := r.row.Terraform.Name
		return firstOf(r.text(name), unknownText(r.address, name)), true
	case "id":
		return firstOf(r.text("key_id"), unknownText(r.address, "key_id")), true
	case "url":
		return firstOf(r.text("url"), r.text("id"), unknownText(r.address, "id")), true
	case "path":
		return firstOf(r.text("path"), "/"), true
	case "bus/":
		if bus := r.text("event_bus_name"); bus != "" && bus != "default" {
			return bus + "/", true
		}
		return "", true
	case "rule":
		rule := p.ruleOf(r)
		if rule == nil {
			return "", false
		}
		return p.arn(rule), true
	}
	s, ok = p.lookup(r, word)
	return s, ok && s != ""
}

// ruleOf returns the EventBridge rule that a target names; nil if the plan does not have it.
func (p *plan) ruleOf(r *resource) *resource {
	name, _ := p.lookup(r, "rule")
	for _, rule := range p.resources {
		if rule.kind == "aws_cloudwatch_event_rule" && (name == p.attribute(rule, "name") || name == p.attribute(rule, "id")) {
			return rule
		}
	}
	return nil
}

// merged returns the strings of a value, and those of the references behind its unknown parts.
func merged(known, unknown any, e expression) values {
	all := constant(known)
	if !anyUnknown(unknown) {
		return all
	}
	if e == nil {
		all.why = "it is known after apply"
		return all
	}
	all.add(e.values())
	return all
}

// lookup returns the value of an attribute that is one string, and whether it is known which.
func (p *plan) lookup(r *resource, attribute string) (string, bool) {
	return lookupIn(r.outermost(), attribute)
}

// outermost returns the block that the resource is.
func (r *resource) outermost() block {
	return block{values: r.values, unknown: r.unknown, config: r.config}
}

// A block is a nested block of a resource.
type block struct {
	values  map[string]any
	unknown map[string]any
	config  map[string]expression // nil if the plan has no configuration
}

// assumes reports whether the plan does not tell that the value of an attribute is an ARN, and not another attribute.
func assumes(b block, attribute string) bool {
	v, ok := b.values[attribute]
	e := b.config[attribute]
	return (!ok || v == nil) && e != nil && e.values().assumed
}

func lookupIn(b block, attribute string) (string, bool) {
	if v, ok := b.values[attribute]; ok && v != nil {
		return render(v), true
	}
	if !anyUnknown(b.unknown[attribute]) {
		return "", true
	}
	if e := b.config[attribute]; e != nil {
		return e.values().one()
	}
	return "", false
}
