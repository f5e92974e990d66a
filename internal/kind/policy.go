package kind

// A Policy is the kind of a policy document: what it is attached to, and so what AWS takes in it and what it can do.
type Policy uint8

// The kinds of policy. The zero Policy is a document of which it is not known.
const (
	AnyPolicy Policy = iota
	IdentityPolicy
	ResourcePolicy
	PermissionsBoundary
	SessionPolicy
	ServiceControlPolicy
	ResourceControlPolicy
	KeyPolicy
	TrustPolicy
)

// String returns the kind as AWS names it, such as "permissions boundary".
func (k Policy) String() string {
	return [...]string{"policy", "identity policy", "resource policy", "permissions boundary", "session policy", "service control policy",
		"resource control policy", "key policy", "trust policy"}[k]
}
