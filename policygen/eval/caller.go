package eval

import (
	"strings"

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
	const usual = "arn:aws:iam::"
	if n := c.name; len(n) > 26 && n[25] == ':' && n[:13] == usual && '0' <= n[13] && n[13] <= '9' {
		// Cut where nearly all of them are to be cut.
		c.isARN, c.partition, c.account, c.resource = true, n[4:7], n[13:25], n[26:]
		return
	}
	var parts [6]string
	if cutARN(c.name, open(c.name), &parts) < 6 || parts[0] != "arn" {
		return
	}
	c.isARN, c.partition, c.account, c.resource = true, parts[1], parts[4], parts[5]
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
	at := strings.LastIndexByte(resource, '/')
	if strings.LastIndexByte(resource, '}') > at {
		if token := strings.IndexAny(resource, "$#"); token >= 0 {
			at = strings.LastIndexByte(resource[:token], '/')
		}
	}
	return resource[at+1:]
}

// sessionRole returns the name of the role of assumed-role/role/session.
func sessionRole(resource string) string {
	rest, ok := strings.CutPrefix(resource, "assumed-role/")
	if !ok {
		return ""
	}
	for i := 0; i < len(rest); i++ {
		if tok, _, ok := cutToken(rest[i:]); ok {
			i += len(tok) - 1
		} else if rest[i] == '/' {
			return rest[:i]
		}
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
	last := c.name
	if i := strings.LastIndexByte(last, '/'); i >= 0 && !open(last) {
		last = last[i+1:]
	}
	switch c.kind {
	case role:
		return "role " + last
	case user:
		return "user " + last
	case session:
		return "session " + last + " of role " + c.role()
	case federatedUser:
		return "federated user " + last
	case root:
		return "the root user of account " + c.name
	case nobody:
		return "an anonymous caller"
	}
	return c.name
}

// accountText returns the account of an ARN as written, which may be unresolved; empty if it has none or cannot be told.
func accountText(arn string) string {
	parts, ok := splitARN(arn)
	if !ok {
		return ""
	}
	return parts[4]
}

// sameText says whether two texts are the same, where either may be unresolved or, empty, not known at all.
func sameText(a, b string) truth {
	switch {
	case a == "" || b == "":
		return maybe
	case a == b:
		return yes
	case open(a) || open(b):
		return matchSymbols(valueSymbols(a, false), valueSymbols(b, false), false)
	}
	return no
}
