package tfplan

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// caller reads a role or user.
func (b *builder) caller(r *resource) {
	c := &topology.Caller{Element: b.element(r)}
	arn := b.plan.arn(r)
	c.Principal = policygen.RoleARN(arn)
	if r.kind == "aws_iam_user" {
		c.Principal = policygen.UserARN(arn)
	}
	for _, inline := range r.blocks("inline_policy") {
		p := &topology.Policy{Element: c.Element}
		p.Name, _ = inline.values["name"].(string)
		if text, ok := inline.values["policy"].(string); ok && text != "" {
			b.parse(p, text)
		} else if anyUnknown(inline.unknown["policy"]) {
			p.Unknown = "an inline policy is known only after apply"
		} else {
			continue
		}
		c.Identity = append(c.Identity, p)
	}
	if managed := r.list(b.plan, "managed_policy_arns"); r.expression("managed_policy_arns") != nil || len(managed.all) > 0 {
		for _, arn := range managed.all {
			c.Identity = append(c.Identity, b.managed(arn, c.At))
		}
		if managed.why != "" {
			c.Identity = append(c.Identity, &topology.Policy{Element: c.Element, Unknown: managed.why})
		}
	}
	if boundary, ok := b.plan.lookup(r, "permissions_boundary"); boundary != "" {
		c.Boundary = b.managed(boundary, c.At)
	} else if !ok {
		c.Boundary = &topology.Policy{Element: c.Element, Unknown: "the permissions boundary is known only after apply"}
	}
	b.callers[arn] = c
	b.callers[r.kind+" "+b.plan.attribute(r, "name")] = c
	b.callers[r.kind+" "+b.plan.attribute(r, "id")] = c
	b.topology.Callers = append(b.topology.Callers, c)
}

func (b *builder) managedPolicy(r *resource) {
	b.policies[b.plan.arn(r)] = b.document(r, "policy")
}

// managed returns the policy of an ARN: the plan's own, one that AWS manages, or one that cannot be seen.
func (b *builder) managed(arn string, at topology.Position) *topology.Policy {
	if p := b.policies[arn]; p != nil {
		return p
	}
	if p, ok := topology.ManagedPolicy(arn, at); ok {
		return p
	}
	return &topology.Policy{Element: topology.Element{ID: arn, At: at}, Name: arn, Unknown: "the policy is not in this plan"}
}

// owner returns the role or user that an attribute of a policy names.
func (b *builder) owner(r *resource, attribute, kind string) *topology.Caller {
	name, _ := b.plan.lookup(r, attribute)
	return b.callers[kind+" "+name]
}

func (b *builder) inlinePolicy(r *resource) {
	attribute, kind := "role", "aws_iam_role"
	if r.kind == "aws_iam_user_policy" {
		attribute, kind = "user", "aws_iam_user"
	}
	c := b.owner(r, attribute, kind)
	if c == nil {
		b.unknown(r, attribute, "it is known only after apply, or not one of this plan's")
		return
	}
	c.Identity = append(c.Identity, b.document(r, "policy"))
}

func (b *builder) attachment(r *resource) {
	var owners []*topology.Caller
	for _, of := range []struct{ attribute, kind string }{{"role", "aws_iam_role"}, {"user", "aws_iam_user"}} {
		if c := b.owner(r, of.attribute, of.kind); c != nil {
			owners = append(owners, c)
		}
		for _, name := range r.list(b.plan, of.attribute+"s").all {
			if c := b.callers[of.kind+" "+name]; c != nil {
				owners = append(owners, c)
			}
		}
	}
	if len(owners) == 0 {
		b.unknown(r, "role or user", "it is known only after apply, or not one of this plan's")
	}
	arn, ok := b.plan.lookup(r, "policy_arn")
	for _, c := range owners {
		if !ok {
			c.Identity = append(c.Identity, &topology.Policy{Element: b.element(r), Unknown: "which policy is attached is known only after apply"})
			continue
		}
		c.Identity = append(c.Identity, b.managed(arn, b.plan.at(r.address)))
	}
}

// callerBy returns the role that an ARN names, a foreign one if it is not the plan's; nil if it names none.
func (b *builder) callerBy(arn string, at topology.Position) *topology.Caller {
	if c := b.callers[arn]; c != nil {
		return c
	}
	if arn == "" {
		return nil
	}
	c := &topology.Caller{Element: topology.Element{ID: arn, At: at, Foreign: true}, Principal: policygen.RoleARN(arn)}
	b.callers[arn] = c
	b.topology.Callers = append(b.topology.Callers, c)
	return c
}

// service returns the caller that an AWS service is.
func (b *builder) service(name policygen.ServicePrincipal) *topology.Caller {
	if c := b.callers[string(name)]; c != nil {
		return c
	}
	c := topology.Service(name)
	b.callers[string(name)] = c
	b.topology.Callers = append(b.topology.Callers, c)
	return c
}
