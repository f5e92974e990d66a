package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// caller reads a role or user.
func (b *builder) caller(r *resource) {
	c := &topology.Caller{Element: b.element(r)}
	arn := b.plan.arn(r)
	c.Principal = policygen.RoleARN(arn)
	if r.is(catalog.User) {
		c.Principal = policygen.UserARN(arn)
	} else if r.text("assume_role_policy") != "" || r.isUnknown("assume_role_policy") && r.expression("assume_role_policy") != nil {
		c.Trust = b.document(r, "assume_role_policy", kind.TrustPolicy)
	}
	for _, inline := range r.blocks("inline_policy") {
		p := &topology.Policy{Element: c.Element, Kind: kind.IdentityPolicy}
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
	if managed := r.list("managed_policy_arns"); r.expression("managed_policy_arns") != nil || len(managed.all) > 0 {
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
	b.AddCaller(c, string(r.row.Kind)+" "+b.plan.attribute(r, "name"), string(r.row.Kind)+" "+b.plan.attribute(r, "id"))
}

func (b *builder) managedPolicy(r *resource) {
	p := b.document(r, "policy", kind.IdentityPolicy)
	p.Name = ""
	b.policies[b.plan.arn(r)] = p
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

// owners returns the roles and users that a policy or an attachment names: by attributes "role" and "user", each one, or
// "roles" and "users", each a list. They are known if these are all.
func (b *builder) owners(r *resource) (all []*topology.Caller, known bool) {
	known = true
	for _, attribute := range strings.Fields(r.row.Terraform.On) {
		kind := strings.TrimSuffix(attribute, "s")
		var names []string
		if kind == attribute {
			name, ok := b.plan.lookup(r, attribute)
			names, known = []string{name}, known && ok
		} else {
			list := r.list(attribute)
			names, known = list.all, known && list.why == ""
		}
		for _, name := range names {
			c := b.Caller(kind + " " + name)
			if c == nil && name != "" {
				c = b.named(r, kind, name)
			}
			if c != nil {
				all = append(all, c)
			}
		}
	}
	if len(all) == 0 || !known {
		b.unknown(r, strings.ReplaceAll(r.row.Terraform.On, " ", " or "), "it is known only after apply, or not one of this plan's")
	}
	return all, known
}

// named returns the role or user with a name that is not in the plan.
func (b *builder) named(r *resource, what, name string) *topology.Caller {
	arn := b.plan.in(r).own("iam", what+"/"+name)
	c := b.ForeignCaller(arn, b.plan.at(r.address))
	if what == string(catalog.User) {
		c.Principal = policygen.UserARN(arn)
	}
	b.Nickname(c, what+" "+name)
	return c
}

func (b *builder) inlinePolicy(r *resource) {
	b.attach(r, func() *topology.Policy {
		p := b.document(r, "policy", kind.IdentityPolicy)
		if p.Name == "" {
			p.Name = p.ID // it is known only after apply
		}
		return p
	})
}

func (b *builder) attachment(r *resource) {
	b.attach(r, func() *topology.Policy {
		if r.mayChange != "" {
			return &topology.Policy{Element: b.element(r), Unknown: r.mayChange}
		}
		arn, ok := b.plan.lookup(r, "policy_arn")
		if !ok {
			return &topology.Policy{Element: b.element(r), Unknown: "which policy is attached is known only after apply"}
		}
		return b.managed(arn, b.plan.at(r.address))
	})
}

// attach gives a policy to the roles and users that a resource names; if it is not known which these are, it may be any of
// them.
func (b *builder) attach(r *resource, policy func() *topology.Policy) {
	owners, known := b.owners(r)
	for _, c := range owners {
		c.Identity = append(c.Identity, policy())
	}
	if !known {
		b.UnplacedIdentityPolicy(policy())
	}
}

// callerBy returns the role to which an element refers by an ARN, a foreign one if it is not the plan's; nil if the text is empty.
func (b *builder) callerBy(by *topology.Element, arn string) *topology.Caller {
	if arn == "" {
		return nil
	}
	c := b.ForeignCaller(arn, by.At)
	by.Doubt(&c.Element, topology.Elsewhere(arn, &c.Element, c.Principal.String()))
	return c
}

// runner notes the service that runs code under the role that a resource names, by its ARN or its name.
func (b *builder) runner(r *resource) {
	path := strings.Split(r.row.Terraform.Role, ".")
	blocks := []block{r.outermost()}
	for _, attribute := range path[:len(path)-1] {
		blocks = blocks[0].blocks(attribute)
		if len(blocks) != 1 {
			return
		}
	}
	role, _ := lookupIn(blocks[0], path[len(path)-1])
	c := b.Caller(role)
	if c == nil {
		c = b.Caller(string(catalog.Role) + " " + role)
	} else if topology.Elsewhere(role, &c.Element, c.Principal.String()) != "" {
		return
	}
	if c != nil {
		c.RunBy(r.row.Service)
	}
}

// service returns the caller that an AWS service is.
func (b *builder) service(name policygen.ServicePrincipal) *topology.Caller {
	c := b.Caller(string(name))
	if c == nil {
		c = topology.Service(name)
		b.AddCaller(c)
	}
	return c
}
