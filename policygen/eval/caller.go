package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A caller is who makes a request, taken apart once for all policies.
type caller struct {
	kind      callerKind
	name      string // as the request names it
	partition string // of an IAM principal; empty if not known
	account   string // of an IAM principal, may be unresolved; empty if not known
	resource  string // the last part of its ARN
	isARN     bool
	distinct  func(a, b string) bool // see [Policies.Distinct]
}

type callerKind uint8

const (
	nobody callerKind = iota // no principal given: an unsigned request
	role
	user
	session
	root
	federatedUser
	federated
	service
)

// iam reports whether the caller belongs to an account and has identity policies there.
func (c *caller) iam() bool {
	switch c.kind {
	case role, user, session, root, federatedUser:
		return true
	}
	return false
}

// set fills in the zero caller. Root users are taken to be in the partition of what they ask for.
func (c *caller) set(p policygen.Principal, partition string) {
	switch p := p.(type) {
	case policygen.RoleARN:
		c.kind, c.name = role, string(p)
	case policygen.UserARN:
		c.kind, c.name = user, string(p)
	case policygen.OrganizationID:
		c.kind, c.name = role, "${a principal of "+string(p)+"}" // in some account
		return
	case policygen.SessionARN:
		c.kind, c.name = session, string(p)
	case policygen.ServicePrincipal:
		c.kind, c.name = service, string(p)
		return
	case policygen.Federated:
		if c.kind, c.name = federated, string(p); !strings.Contains(c.name, ":federated-user/") {
			return
		}
		c.kind = federatedUser
	case policygen.AccountID:
		c.kind, c.name, c.account, c.partition = root, string(p), string(p), partition
		return
	default:
		return
	}
	var arn text.ARN
	if arn.Set(c.name); arn.OK() {
		c.isARN, c.partition, c.account, c.resource = true, arn.Parts[1], arn.Parts[4], arn.Parts[5]
	}
}

// role returns the name of the caller's role without its path; it may be unresolved, and is empty if it is not known.
func (c *caller) role() string {
	switch {
	case c.kind == role && c.isARN:
		return lastElement(c.resource)
	case c.kind == session:
		return sessionRole(c.resource)
	}
	return ""
}

// lastElement returns what stands after the last slash outside of unresolved text: the name of a role/path/name.
func lastElement(resource string) string {
	return resource[text.LastIndex(resource, '/')+1:]
}

// sessionRole returns the name of the role of assumed-role/role/session.
func sessionRole(resource string) string {
	rest, ok := strings.CutPrefix(resource, "assumed-role/")
	if !ok {
		return ""
	}
	if i := text.Index(rest, '/'); i >= 0 {
		return rest[:i]
	}
	return rest
}

// serviceLinked reports whether the caller is a service-linked role, which neither service control policies nor resource
// control policies affect.
//
// [Service-linked roles]
//
// [Service-linked roles]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp
func (c *caller) serviceLinked() bool {
	switch c.kind {
	case role:
		return strings.Contains(c.name, ":role/aws-service-role/")
	case session:
		return strings.HasPrefix(c.role(), "AWSServiceRoleFor")
	}
	return false
}

// String returns the caller as explanations name it.
func (c *caller) String() string {
	var buffer [128]byte
	return string(c.append(buffer[:0]))
}

// append appends what String returns.
func (c *caller) append(b []byte) []byte {
	last := c.name
	if i := strings.LastIndexByte(last, '/'); i >= 0 && !text.Unresolved(last) {
		last = last[i+1:]
	}
	switch c.kind {
	case role:
		b = append(b, "role "...)
	case user:
		b = append(b, "user "...)
	case session:
		return append(append(append(append(b, "session "...), last...), " of role "...), c.role()...)
	case federatedUser:
		b = append(b, "federated user "...)
	case root:
		last = c.name
		b = append(b, "the root user of account "...)
	case nobody:
		return append(b, "an anonymous caller"...)
	default:
		last = c.name
	}
	return append(b, last...)
}

// unless returns t, or No instead of Maybe if a and b are known to be different.
func (c *caller) unless(t text.Truth, a, b string) text.Truth {
	if t == text.Maybe && c.distinct != nil && c.distinct(a, b) {
		return text.No
	}
	return t
}

// sameText says whether two texts are the same, where either may be unresolved or, empty, not known at all.
func sameText(a, b string) text.Truth {
	if a == "" || b == "" {
		return text.Maybe
	}
	return text.Equal(a, b)
}
