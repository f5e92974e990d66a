package cfn

import (
	"sort"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A group is an IAM group: its users have its policies.
type group struct {
	policies []*topology.Policy
	users    []*topology.Caller
}

// role makes a role known.
//
// [AWS::IAM::Role]
//
// [AWS::IAM::Role]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
func (b *builder) role(s *stack, r *resource) {
	arn := s.resourceARN(r)
	c := &topology.Caller{Element: s.element(r), Principal: policygen.RoleARN(arn)}
	b.callers[arn] = c
	b.roles[s.account+"/"+s.physicalName(r)] = c
	b.names.add(arn)
	b.t.Callers = append(b.t.Callers, c)
}

// user makes a user known.
func (b *builder) user(s *stack, r *resource) {
	arn := s.resourceARN(r)
	c := &topology.Caller{Element: s.element(r), Principal: policygen.UserARN(arn)}
	b.callers[arn] = c
	b.users[s.account+"/"+s.physicalName(r)] = c
	b.names.add(arn)
	b.t.Callers = append(b.t.Callers, c)
}

// group makes a group known.
func (b *builder) group(s *stack, r *resource) {
	b.groups[s.account+"/"+s.physicalName(r)] = &group{}
}

// managedPolicy makes a customer managed policy known.
//
// [AWS::IAM::ManagedPolicy]
//
// [AWS::IAM::ManagedPolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
func (b *builder) managedPolicy(s *stack, r *resource) {
	arn := s.resourceARN(r)
	b.managed[arn] = &topology.Policy{Element: s.element(r), Name: r.id}
	b.names.add(arn)
}

// attachManagedPolicy reads a customer managed policy, and attaches it where it says so.
func (b *builder) attachManagedPolicy(s *stack, r *resource) {
	p := b.managed[s.resourceARN(r)]
	b.document(s, s.resolve(r.properties.Get("PolicyDocument")), p)
	b.conditional(s, r, p)
	b.attach(s, r, p)
}

// policy attaches an inline policy to the roles, users and groups that it names.
//
// [AWS::IAM::Policy]
//
// [AWS::IAM::Policy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
func (b *builder) policy(s *stack, r *resource) {
	b.attach(s, r, b.inline(s, r))
}

func (b *builder) inline(s *stack, r *resource) *topology.Policy {
	p := &topology.Policy{Element: s.element(r), Name: s.resolveText(r.properties.Get("PolicyName"))}
	b.document(s, s.resolve(r.properties.Get("PolicyDocument")), p)
	b.conditional(s, r, p)
	return p
}

func (b *builder) attach(s *stack, r *resource, p *topology.Policy) {
	for _, v := range s.resolve(r.properties.Get("Roles")).OneOrMany() {
		c := b.roleByName(s, v)
		c.Identity = append(c.Identity, p)
	}
	for _, v := range s.resolve(r.properties.Get("Users")).OneOrMany() {
		c := b.userByName(s, v)
		c.Identity = append(c.Identity, p)
	}
	for _, v := range s.resolve(r.properties.Get("Groups")).OneOrMany() {
		g := b.groupByName(s, v)
		g.policies = append(g.policies, p)
	}
}

// rolePolicy attaches an inline policy to its one role.
//
// [AWS::IAM::RolePolicy]
//
// [AWS::IAM::RolePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-rolepolicy.html
func (b *builder) rolePolicy(s *stack, r *resource) {
	c := b.roleByName(s, s.resolve(r.properties.Get("RoleName")))
	c.Identity = append(c.Identity, b.inline(s, r))
}

// userPolicy attaches an inline policy to its one user.
func (b *builder) userPolicy(s *stack, r *resource) {
	c := b.userByName(s, s.resolve(r.properties.Get("UserName")))
	c.Identity = append(c.Identity, b.inline(s, r))
}

// groupPolicy attaches an inline policy to its one group.
func (b *builder) groupPolicy(s *stack, r *resource) {
	g := b.groupByName(s, s.resolve(r.properties.Get("GroupName")))
	g.policies = append(g.policies, b.inline(s, r))
}

// userToGroup puts users into a group.
func (b *builder) userToGroup(s *stack, r *resource) {
	g := b.groupByName(s, s.resolve(r.properties.Get("GroupName")))
	for _, v := range s.resolve(r.properties.Get("Users")).OneOrMany() {
		g.users = append(g.users, b.userByName(s, v))
	}
}

// rolePolicies reads the policies that a role itself names.
func (b *builder) rolePolicies(s *stack, r *resource) {
	b.ownPolicies(s, r, b.callers[s.resourceARN(r)])
}

// userPolicies reads the policies and groups that a user itself names.
func (b *builder) userPolicies(s *stack, r *resource) {
	c := b.callers[s.resourceARN(r)]
	b.ownPolicies(s, r, c)
	for _, v := range s.resolve(r.properties.Get("Groups")).OneOrMany() {
		g := b.groupByName(s, v)
		g.users = append(g.users, c)
	}
}

// groupPolicies reads the policies that a group itself names.
func (b *builder) groupPolicies(s *stack, r *resource) {
	g := b.groups[s.account+"/"+s.physicalName(r)]
	var c topology.Caller
	b.ownPolicies(s, r, &c)
	g.policies = append(g.policies, c.Identity...)
}

func (b *builder) ownPolicies(s *stack, r *resource, c *topology.Caller) {
	for _, v := range s.resolveList(r.properties.Get("Policies")) {
		p := &topology.Policy{Element: topology.Element{ID: r.id, Stack: s.shown, At: s.position(v.At)}, Name: v.Get("PolicyName").Text}
		if v.Kind == value.Object {
			b.document(s, v.Get("PolicyDocument"), p)
		} else {
			p.Unknown = "it is not known: " + value.Excerpt(v.Text)
		}
		c.Identity = append(c.Identity, p)
	}
	for _, v := range s.resolveList(r.properties.Get("ManagedPolicyArns")) {
		c.Identity = append(c.Identity, b.attachedPolicy(s, v))
	}
	if v := s.resolve(r.properties.Get("PermissionsBoundary")); v.There() {
		c.Boundary = b.attachedPolicy(s, v)
	}
}

// resolveList returns the items of a list property; a list that is not known is one unknown item.
func (s *stack) resolveList(n value.Value) []value.Value {
	var all []value.Value
	for _, v := range s.resolve(n).OneOrMany() {
		if v.Kind == value.List {
			all = append(all, v.Items...)
			continue
		}
		all = append(all, v)
	}
	return all
}

// attachedPolicy returns the managed policy with an ARN: one of the templates, or one of AWS's, or else an unknown one.
func (b *builder) attachedPolicy(s *stack, v value.Value) *topology.Policy {
	arn := b.names.canonical(v.Text)
	if p := b.managed[arn]; p != nil {
		return p
	}
	if p, ok := topology.ManagedPolicy(arn, s.position(v.At)); ok {
		return p
	}
	why := "managed policy " + value.Excerpt(arn) + " is not in the template"
	if _, ok := arnParts(arn); !ok {
		why = "it is not known which policy is attached: " + value.Excerpt(arn)
	}
	return &topology.Policy{Element: topology.Element{ID: arn, Stack: s.shown, At: s.position(v.At)}, Name: arn, Unknown: why}
}

// roleByName returns the role with a name; one that is not in the templates is foreign.
func (b *builder) roleByName(s *stack, v value.Value) *topology.Caller {
	if c := b.roles[s.account+"/"+v.Text]; c != nil {
		return c
	}
	return b.foreignCaller(s, s.globalARN("iam", "role/"+v.Text), v.At)
}

// userByName returns the user with a name; one that is not in the templates is foreign.
func (b *builder) userByName(s *stack, v value.Value) *topology.Caller {
	if c := b.users[s.account+"/"+v.Text]; c != nil {
		return c
	}
	arn := s.globalARN("iam", "user/"+v.Text)
	c := b.foreignCaller(s, arn, v.At)
	c.Principal = policygen.UserARN(arn)
	return c
}

func (b *builder) groupByName(s *stack, v value.Value) *group {
	g := b.groups[s.account+"/"+v.Text]
	if g == nil {
		g = &group{}
		b.groups[s.account+"/"+v.Text] = g
	}
	return g
}

// callerRef returns the role or user with an ARN; one that is not in the templates is foreign. Text that is no ARN of a role
// gives nil.
func (b *builder) callerRef(s *stack, arn string, at value.Place) *topology.Caller {
	arn = b.names.canonical(arn)
	if c := b.callers[arn]; c != nil {
		return c
	}
	if p, ok := arnParts(arn); !policygen.Unresolved(arn) && (!ok || p[2] != "iam" || !strings.HasPrefix(p[5], "role/") && !strings.HasPrefix(p[5], "user/")) {
		return nil
	}
	return b.foreignCaller(s, arn, at)
}

func (b *builder) foreignCaller(s *stack, arn string, at value.Place) *topology.Caller {
	if c := b.callers[arn]; c != nil {
		return c
	}
	c := &topology.Caller{Element: topology.Element{ID: arn, At: s.position(at), Foreign: true}, Principal: policygen.RoleARN(arn)}
	b.callers[arn] = c
	b.t.Callers = append(b.t.Callers, c)
	return c
}

// distributeGroups gives every group's policies to its users.
func (b *builder) distributeGroups() {
	names := make([]string, 0, len(b.groups))
	for name := range b.groups {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		g := b.groups[name]
		for _, c := range g.users {
			for _, p := range g.policies {
				if !holdsPolicy(c, p) {
					c.Identity = append(c.Identity, p)
				}
			}
		}
	}
}

func holdsPolicy(c *topology.Caller, p *topology.Policy) bool {
	for _, have := range c.Identity {
		if have == p {
			return true
		}
	}
	return false
}
