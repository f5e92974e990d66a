package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// actors are the beginnings of the types of resources, of AWS and of others, that may act with what they refer to.
var actors = []string{"aws_", "awscc_", "null_resource", "terraform_data", "helm_release", "kubernetes_"}

// touches notes the topics and queues that a resource refers to in an attribute that is not read as anything else. roles are those
// of [builder.rolesOf].
func (b *builder) touches(r *resource, roles map[string][]*topology.Caller) {
	if r.data || !slices.ContainsFunc(actors, func(a string) bool { return strings.HasPrefix(r.kind, a) }) || !catalog.Acts(r.kind, r.row) {
		return
	}
	u := touching{builder: b, resource: r, roles: roles}
	for _, attribute := range attributes(r) {
		if catalog.Describes(attribute) {
			continue
		}
		u.value(attribute, r.values[attribute])
		if anyUnknown(r.unknown[attribute]) {
			u.expression(attribute, r.expression(attribute))
		}
	}
	for _, x := range u.found {
		x.Callers = u.callers
		b.Touch(x)
	}
}

// attributes returns the names of all attributes of a resource, in order.
func attributes(r *resource) []string {
	var all []string
	for name := range r.values {
		all = append(all, name)
	}
	for name := range r.unknown {
		all = append(all, name)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A touching is a resource that may use topics and queues, and what it refers to.
type touching struct {
	*builder
	*resource
	found   []topology.Touch
	callers []*topology.Caller
	roles   map[string][]*topology.Caller // see rolesOf
}

// value collects what a value names. Policy documents are no use.
func (u *touching) value(path string, v any) {
	switch v := v.(type) {
	case string:
		u.text(path, v)
	case []any:
		for _, item := range v {
			u.value(path, item)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !catalog.Describes(name) {
				u.value(path+"."+name, v[name])
			}
		}
	}
}

// expression collects what an expression refers to.
func (u *touching) expression(path string, e expression) {
	if e == nil {
		return
	}
	for _, s := range e.values().all {
		u.text(path, s)
	}
	for _, nested := range e.blocks() {
		for _, name := range slices.Sorted(maps.Keys(nested)) {
			if !catalog.Describes(name) {
				u.expression(path+"."+name, nested[name])
			}
		}
	}
}

func (u *touching) text(path, s string) {
	if strings.Contains(s, `"Statement"`) {
		return
	}
	if c := u.Caller(s); c != nil && !c.Foreign {
		u.callers = append(u.callers, c)
	}
	u.callers = append(u.callers, u.roles[s]...)
	if last := path[strings.LastIndexByte(path, '.')+1:]; strings.Contains(last, "role") {
		return
	}
	names := text.Mentions(s)
	if u.Topic(s) != nil || u.Queue(s) != nil {
		names = []string{s}
	}
	for _, name := range names {
		u.found = u.Refers(u.found, topology.Touch{Element: u.element(u.resource), What: u.kind, Property: path}, name, u.plan.at(u.address))
	}
}

// rolesOf returns the roles of instance profiles and functions of the plan, by what refers to the profile or function.
func (b *builder) rolesOf() map[string][]*topology.Caller {
	all := map[string][]*topology.Caller{}
	for _, r := range b.plan.resources {
		role, names := "", []string{"arn", "name", "id"}
		switch {
		case r.data:
			continue
		case r.kind == "aws_iam_instance_profile":
			role, _ = b.plan.lookup(r, "role")
		case r.is(catalog.Function):
			role, _ = b.plan.lookup(r, r.row.Terraform.Role)
			names = []string{"arn", "function_name", "invoke_arn"}
		default:
			continue
		}
		if c := b.Caller(role); c != nil && role != "" && !c.Foreign {
			for _, name := range names {
				by := b.plan.attribute(r, name)
				all[by] = append(all[by], c)
			}
		}
	}
	return all
}
