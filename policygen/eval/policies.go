package eval

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// Policies are the documents that decide a request. What is not here does not exist.
type Policies struct {
	// Identity are the policies of the role or user, managed and inline, its groups' too.
	Identity []policygen.Document
	// Resource is the policy of the resource: of a queue, a topic, a key, a role (who may assume it) or anything else that
	// has one. Nil if the resource has none.
	Resource *policygen.Document
	// Boundary is the permissions boundary of the role or user.
	Boundary *policygen.Document
	// Session are the policies passed when the session was made.
	Session []policygen.Document
	// ServiceControl are the service control policies that the principal's account is under: one list for each level of the
	// organization, from its root to the account. Every level must allow. Nil if the account is in no organization, or is
	// its management account.
	ServiceControl [][]policygen.Document
	// ResourceControl are the resource control policies that the resource's account is under, in the same way. AWS's own
	// RCPFullAWSAccess, which is attached to every level, need not be among them. They count for the services that AWS lists,
	// not for SNS. A request to a service that is not known to be listed is undecided where they would deny it.
	ResourceControl [][]policygen.Document

	// UnknownIdentity and UnknownResource say that there are more identity policies, or a resource policy, that could not be
	// read. Nil if these are all.
	UnknownIdentity, UnknownResource *Unknown

	// Distinct reports whether two unresolved texts surely are not the same value, such as the ARNs of two keys of one template.
	// Nil if that is known of none.
	Distinct func(a, b string) bool
}

// Unknown stands for policies that are there but cannot be read. They may allow a request, and deny it, so that what hangs
// on them is undecided.
type Unknown struct {
	Why string // in a few words, such as "the role is imported"
	// OnlyAllows says that the policies surely deny nothing.
	OnlyAllows bool
}

// A PolicyKind says what a policy is attached to, and so what it can do. Key policies and trust policies are resource policies.
type PolicyKind = kind.Policy

// The kinds of policy.
const (
	IdentityPolicy        = kind.IdentityPolicy
	ResourcePolicy        = kind.ResourcePolicy
	PermissionsBoundary   = kind.PermissionsBoundary
	SessionPolicy         = kind.SessionPolicy
	ServiceControlPolicy  = kind.ServiceControlPolicy
	ResourceControlPolicy = kind.ResourceControlPolicy
)
