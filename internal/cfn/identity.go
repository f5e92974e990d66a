package cfn

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A group is an IAM group: its users have its policies.
type group struct {
	id       string // the logical id; empty if the group is not in the templates
	policies []*topology.Policy
	users    []*topology.Caller
}

// role makes a role known.
func (b *builder) role(r *resource) {
	c := &topology.Caller{Element: r.element(), Principal: policygen.RoleARN(r.arn()), Linked: strings.Contains(r.arn(), ":role/aws-service-role/")}
	if v := r.get("AssumeRolePolicyDocument"); v.There() {
		c.Trust = &topology.Policy{Element: c.Element, Kind: kind.TrustPolicy}
		c.Trust.At = r.position(v.At)
		b.document(r.stack, v, c.Trust)
	}
	b.AddCaller(c, "role "+r.Account+"/"+r.name())
}

// user makes a user known.
func (b *builder) user(r *resource) {
	b.AddCaller(&topology.Caller{Element: r.element(), Principal: policygen.UserARN(r.arn())}, "user "+r.Account+"/"+r.name())
}

// group makes a group known.
func (b *builder) group(r *resource) { b.groups[r.Account+"/"+r.name()] = &group{id: r.ID} }

// managedPolicy makes a customer managed policy known.
func (b *builder) managedPolicy(r *resource) {
	b.managed[r.arn()] = &topology.Policy{Element: r.element(), Kind: kind.IdentityPolicy}
	b.Own(r.arn())
}

// attachManagedPolicy reads a customer managed policy, and attaches it where it says so.
func (b *builder) attachManagedPolicy(r *resource) {
	b.attach(r, []string{"Roles", "Users", "Groups"}, b.policy(r, b.managed[r.arn()]))
}

// inlinePolicy attaches an inline policy to the roles, users and groups that it names.
func (b *builder) inlinePolicy(r *resource) {
	b.attach(r, strings.Fields(r.form().On), b.policy(r, &topology.Policy{Element: r.element(), Kind: kind.IdentityPolicy, Name: r.text("PolicyName")}))
}

// attach gives a policy to the roles, users and groups that properties name.
func (b *builder) attach(r *resource, properties []string, p *topology.Policy) {
	if _, ok := r.included(); ok {
		b.UnplacedIdentityPolicy(p)
	}
	for _, property := range properties {
		for _, v := range r.get(property).OneOrMany() {
			if name := v.Text; v.Kind != value.List && text.IsReference(name) && !r.fromOutside(name) && !b.knows(r.stack, name) {
				b.UnplacedIdentityPolicy(p) // a list, or a name, that is not known
				continue
			}
			switch property[0] {
			case 'R':
				c := b.roleByName(r.stack, v)
				c.Identity = append(c.Identity, p)
			case 'U':
				c := b.userByName(r.stack, v)
				c.Identity = append(c.Identity, p)
			case 'G':
				g := b.groupByName(r.stack, v)
				g.policies = append(g.policies, p)
			}
		}
	}
}

// knows reports whether the templates have a role, user or group of a name.
func (b *builder) knows(s stack, name string) bool {
	name = s.Account + "/" + name
	return b.Caller("role "+name) != nil || b.Caller("user "+name) != nil || b.groups[name] != nil
}

// membership puts users into a group.
func (b *builder) membership(r *resource) {
	g := b.groupByName(r.stack, r.get(r.form().On))
	for _, v := range r.get("Users").OneOrMany() {
		g.users = append(g.users, b.userByName(r.stack, v))
	}
}

// ownPolicies reads the policies that a role itself names.
func (b *builder) ownPolicies(r *resource) { b.policiesOf(r, b.Caller(r.arn())) }

// userPolicies reads the policies and groups that a user itself names.
func (b *builder) userPolicies(r *resource) {
	c := b.Caller(r.arn())
	b.policiesOf(r, c)
	for _, v := range r.get("Groups").OneOrMany() {
		g := b.groupByName(r.stack, v)
		g.users = append(g.users, c)
	}
}

// groupPolicies reads the policies that a group itself names.
func (b *builder) groupPolicies(r *resource) {
	g := b.groups[r.Account+"/"+r.name()]
	var c topology.Caller
	b.policiesOf(r, &c)
	g.policies = append(g.policies, c.Identity...)
}

func (b *builder) policiesOf(r *resource, c *topology.Caller) {
	for _, v := range r.list("Policies") {
		p := &topology.Policy{Element: topology.Element{ID: r.ID, Path: r.ConstructPath(r.Resource), Stack: r.Shown, At: r.position(v.At)}, Kind: kind.IdentityPolicy, Name: v.Get("PolicyName").Text}
		if v.Kind == value.Object {
			b.document(r.stack, v.Get("PolicyDocument"), p)
		} else {
			p.Unknown = "it is not known: " + value.Excerpt(v.Text)
		}
		c.Identity = append(c.Identity, p)
	}
	for _, v := range r.list("ManagedPolicyArns") {
		c.Identity = append(c.Identity, b.attachedPolicy(r.stack, v))
	}
	if v := r.get("PermissionsBoundary"); v.There() {
		c.Boundary = b.attachedPolicy(r.stack, v)
	}
}

// attachedPolicy returns the managed policy with an ARN: one of the templates, or one of AWS's, or else an unknown one.
func (b *builder) attachedPolicy(s stack, v value.Value) *topology.Policy {
	arn := b.Canonical(v.Text)
	why := "managed policy " + value.Excerpt(arn) + " " + b.absent()
	if p := b.managed[arn]; p != nil {
		elsewhere := topology.Elsewhere(v.Text, &p.Element, arn)
		if elsewhere == "" {
			return p
		}
		arn, why = v.Text, elsewhere
	}
	if p, ok := topology.ManagedPolicy(arn, s.position(v.At)); ok {
		return p
	}
	if _, ok := text.SplitARN(arn); !ok {
		why = "it is not known which policy is attached: " + value.Excerpt(arn)
	}
	return &topology.Policy{Element: topology.Element{ID: arn, Stack: s.Shown, At: s.position(v.At)}, Name: arn, Unknown: why}
}

// roleByName returns the role with a name; one that is not in the templates is foreign.
func (b *builder) roleByName(s stack, v value.Value) *topology.Caller {
	if c := b.Caller("role " + s.Account + "/" + v.Text); c != nil {
		return c
	}
	return b.ForeignCaller(s.own("iam", "role/"+v.Text), s.position(v.At))
}

// userByName returns the user with a name; one that is not in the templates is foreign.
func (b *builder) userByName(s stack, v value.Value) *topology.Caller {
	if c := b.Caller("user " + s.Account + "/" + v.Text); c != nil {
		return c
	}
	arn := s.own("iam", "user/"+v.Text)
	c := b.ForeignCaller(arn, s.position(v.At))
	c.Principal = policygen.UserARN(arn)
	return c
}

func (b *builder) groupByName(s stack, v value.Value) *group {
	g := b.groups[s.Account+"/"+v.Text]
	if g == nil {
		g = &group{}
		b.groups[s.Account+"/"+v.Text] = g
	}
	return g
}

// callerRef returns the role or user to which an element refers by its ARN; one that is not in the templates is foreign. Text
// that is no ARN of a role gives nil.
func (b *builder) callerRef(s stack, by *topology.Element, written string, at value.Place) *topology.Caller {
	arn := b.Canonical(written)
	if c := b.Caller(arn); c != nil {
		by.Doubt(&c.Element, topology.Elsewhere(written, &c.Element, arn))
		return c
	}
	if p, ok := text.SplitARN(arn); !text.Unresolved(arn) && (!ok || p[2] != "iam" || !strings.HasPrefix(p[5], "role/") && !strings.HasPrefix(p[5], "user/")) {
		return nil
	}
	return b.ForeignCaller(arn, s.position(at))
}

// ofGroup reports whether a group has the policy.
func (b *builder) ofGroup(p *topology.Policy) bool {
	for _, g := range b.groups {
		if slices.Contains(g.policies, p) {
			return true
		}
	}
	return false
}

// distributeGroups gives every group's policies to its users.
func (b *builder) distributeGroups() {
	for _, name := range slices.Sorted(maps.Keys(b.groups)) {
		g := b.groups[name]
		if g.id == "" && b.deployed {
			g.policies = append(g.policies, &topology.Policy{Element: topology.Element{ID: "those of group " + name, Foreign: true}, Kind: kind.IdentityPolicy, Unknown: "the group was not read"})
		}
		for _, c := range g.users {
			for _, p := range g.policies {
				if !slices.Contains(c.Identity, p) {
					member := *p
					_, named, _ := strings.Cut(name, "/")
					member.Group = cmp.Or(g.id, named)
					c.Identity = append(c.Identity, &member)
				}
			}
		}
	}
}
