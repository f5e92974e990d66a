package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// sourceOf returns what a resource acts for: the rule or bucket that it names, or the resource itself; nil if the plan does not
// have it.
func (p *plan) sourceOf(r *resource) *resource {
	switch r.row.Terraform.Source {
	case "":
		return nil
	case "{arn}":
		return r
	case "{rule}":
		return p.ruleOf(r)
	}
	name, _ := p.lookup(r, "bucket")
	for _, of := range p.resources {
		if of.kind == "aws_s3_bucket" && !of.data && (name == p.attribute(of, "bucket") || name == p.attribute(of, "id")) {
			return of
		}
	}
	return nil
}

// callerOf returns who calls a target of e, the resource's element: a role, of the resource or of its function, or the service
// itself; nil if it is not known.
func (b *builder) callerOf(r *resource, e *topology.Element, t catalog.Target, around []block) *topology.Caller {
	form := r.row.Terraform
	if form.RoleOf != "" {
		f := b.function(r)
		if f == nil {
			return nil
		}
		role, _ := b.plan.lookup(f, f.row.Terraform.Role)
		return b.callerBy(e, role)
	}
	by := r.row.By(form, t)
	s, _ := service.LookUp(r.row.Service)
	if t.LinkedRole != "" {
		return b.LinkedCaller(b.plan.in(r).own("iam", "role/aws-service-role/"+s.Principal+"/"+s.LinkedRole), s.LinkedPolicy, e.At)
	}
	if by&service.ByRole != 0 {
		for i := len(around) - 1; i >= 0; i-- {
			if role, ok := lookupIn(around[i], form.Role); role != "" || !ok {
				if strings.Contains(role, "*") {
					return nil // whoever calls the API: arn:aws:iam::*:user/*
				}
				return b.callerBy(e, role)
			}
		}
	}
	if c, _ := b.roleFrom(r); c != nil {
		return c
	}
	if by&service.ByPrincipal == 0 || s.Regional && text.Unresolved(b.plan.in(r).region) {
		return nil
	}
	return b.service(policygen.ServicePrincipal(r.row.Principal(b.plan.in(r).region)))
}

// roleFrom returns the role that another resource of the plan names for r, if it may publish. If there is none, why says why there
// may be one nevertheless.
func (b *builder) roleFrom(r *resource) (c *topology.Caller, why string) {
	typ, attribute, ok := strings.Cut(r.row.Terraform.RoleFrom, " ")
	if !ok {
		return nil, ""
	}
	var roles []string
	for _, other := range b.plan.resources {
		if other.kind == typ && !other.data {
			role, _ := b.plan.lookup(other, attribute)
			roles = append(roles, role)
		}
	}
	return b.Publishing(roles, typ)
}
