package policygen

import (
	"regexp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A Principal makes calls. It is a [RoleARN], [UserARN], [SessionARN], [AccountID], [OrganizationID], [ServicePrincipal],
// [Federated] or [Anyone].
//
// [IAM JSON policy elements: Principal]
//
// [IAM JSON policy elements: Principal]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type Principal interface {
	// String returns the principal as a policy document writes it.
	String() string
	isPrincipal()
}

// RoleARN is the ARN of an IAM role, arn:aws:iam::account:role/path/name. Unresolved text that may be any IAM principal
// is a RoleARN too.
type RoleARN string

// UserARN is the ARN of an IAM user, arn:aws:iam::account:user/path/name.
type UserARN string

// SessionARN is the ARN of an assumed-role session, arn:aws:sts::account:assumed-role/role/session.
type SessionARN string

// AccountID is an account as a principal, a 12-digit id. It stands for whoever the account's identity policies allow:
// naming it delegates to the account, and by itself allows nobody.
type AccountID string

// OrganizationID is every IAM principal of an organization of AWS Organizations, such as o-exampleorgid. The policies of topics,
// queues and keys admit them by aws:PrincipalOrgID. AWS services do not pass that key, so no statement for a service has it.
//
// [aws:PrincipalOrgID], [Organization]
//
// [aws:PrincipalOrgID]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
// [Organization]: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
type OrganizationID string

// ServicePrincipal is an AWS service, such as sns.amazonaws.com.
type ServicePrincipal string

// Federated is a principal that an identity provider vouches for: the ARN of a federated user's session
// (arn:aws:sts::account:federated-user/name), the ARN of an OIDC or SAML provider of the account, or a provider's
// domain such as cognito-identity.amazonaws.com. Package eval decides its requests; [Generate] refuses to grant it
// anything.
//
// [Federated principals]
//
// [Federated principals]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
type Federated string

// Anyone is everybody in the world, signed in or not. [Generate] refuses to grant it anything; package eval decides its
// requests as unsigned ones.
type Anyone struct{}

func (p RoleARN) String() string          { return string(p) }
func (p UserARN) String() string          { return string(p) }
func (p SessionARN) String() string       { return string(p) }
func (p AccountID) String() string        { return string(p) }
func (p OrganizationID) String() string   { return string(p) }
func (p ServicePrincipal) String() string { return string(p) }
func (p Federated) String() string        { return string(p) }
func (Anyone) String() string             { return "*" }

func (RoleARN) isPrincipal()          {}
func (UserARN) isPrincipal()          {}
func (SessionARN) isPrincipal()       {}
func (AccountID) isPrincipal()        {}
func (OrganizationID) isPrincipal()   {}
func (ServicePrincipal) isPrincipal() {}
func (Federated) isPrincipal()        {}
func (Anyone) isPrincipal()           {}

// isServicePrincipal reports whether s has the form of a service principal, such as s3.amazonaws.com.
func isServicePrincipal(s string) bool {
	name, ok := strings.CutSuffix(strings.TrimSuffix(s, ".cn"), ".amazonaws.com")
	if !ok || strings.ToLower(name) != name {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || !only(label, "-") {
			return false
		}
	}
	return true
}

// isIAMResource reports whether s is the resource part of a role's or user's ARN: the kind, an optional path, and a
// name.
func isIAMResource(kind, s string) bool {
	rest, ok := strings.CutPrefix(s, kind+"/")
	slash := strings.LastIndexByte(rest, '/')
	for i := range slash {
		if rest[i] < '!' || rest[i] > '~' {
			return false
		}
	}
	return ok && isIAMName(rest[slash+1:])
}

func isIAMName(s string) bool { return s != "" && len(s) <= 64 && only(s, "_+=,.@-") }

func isSessionResource(s string) bool {
	parts := strings.Split(s, "/")
	return len(parts) == 3 && parts[0] == "assumed-role" && isIAMName(parts[1]) && isIAMName(parts[2])
}

// ParsePrincipal returns the principal that s names: the ARN of a role, user or session, an account id or the ARN of
// its root user, a service principal, a federated principal, or "*". Unresolved text is read as a role. The error is an
// [*InputError].
func ParsePrincipal(s string) (Principal, error) {
	arn, isARN := text.SplitARN(s)
	kind, name, _ := strings.Cut(arn[text.Resource], "/")
	if isARN && arn[text.Service] == "sts" && kind == "federated-user" && name != "" {
		return Federated(s), nil
	}
	p, err := parseGrantee(s)
	provider := isARN && arn[text.Service] == "iam" && (kind == "oidc-provider" || kind == "saml-provider")
	if err != nil && (provider || !isARN && isDomain(s)) {
		return Federated(s), nil
	}
	return p, err
}

// isDomain reports whether s looks like the domain of an identity provider, such as accounts.google.com.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1
}

// parseGrantee is [ParsePrincipal] without federated principals, which documents must not grant anything.
func parseGrantee(s string) (Principal, error) {
	bad := func(got, want string) (Principal, error) { return nil, inputError("principal", s, got, want, "") }
	const want = "the ARN of a role or user, an account id, or a service such as s3.amazonaws.com"
	switch {
	case s == "*":
		return Anyone{}, nil
	case text.IsAccount(s):
		return AccountID(s), nil
	case !strings.HasPrefix(s, "arn:") && isServicePrincipal(s):
		return ServicePrincipal(s), nil
	case text.Unresolved(s) && !strings.HasPrefix(s, "arn:"):
		return RoleARN(s), nil
	}
	p, ok := text.SplitARN(s)
	if !ok {
		return bad("neither an ARN nor an account nor a service", want)
	}
	partition, service, account, resource := p[text.Partition], p[text.Service], p[text.Account], p[text.Resource]
	if !text.Unresolved(partition) && !partitionOK[partition] {
		return bad(`partition is "`+partition+`"`, "aws, aws-cn or aws-us-gov")
	}
	if service != "iam" && service != "sts" && !text.Unresolved(service) {
		return bad(`service is "`+service+`"`, `"iam" or "sts"`)
	}
	if !text.Unresolved(account) && !text.IsAccount(account) {
		return bad(`account is "`+account+`"`, "12 digits")
	}
	switch {
	case text.Unresolved(resource) && strings.HasPrefix(resource, "user/"):
		return UserARN(s), nil
	case text.Unresolved(resource) && strings.HasPrefix(resource, "assumed-role/"):
		return SessionARN(s), nil
	case text.Unresolved(resource) || isIAMResource("role", resource):
		return RoleARN(s), nil
	case isIAMResource("user", resource):
		return UserARN(s), nil
	case isSessionResource(resource):
		return SessionARN(s), nil
	case resource == "root" && !text.Unresolved(account):
		return AccountID(account), nil
	}
	return bad(`resource is "`+resource+`"`, "role/…, user/… or assumed-role/…")
}

// checkPrincipal returns an error if no document can grant p anything, or if its text does not fit its type.
func checkPrincipal(p Principal) error {
	switch p := p.(type) {
	case nil, Anyone:
		return nil
	case OrganizationID:
		if !text.Unresolved(string(p)) && !organizationID.MatchString(string(p)) {
			return inputError("organization", string(p), "no id of an organization", "one such as o-exampleorgid", "")
		}
		return nil
	case ServicePrincipal:
		if !text.Unresolved(string(p)) && !isServicePrincipal(string(p)) {
			return inputError("service principal", string(p), "no service principal", "a name such as s3.amazonaws.com", "")
		}
		return nil
	}
	got, err := parseGrantee(p.String())
	if err != nil {
		return err
	}
	if _, isRole := got.(RoleARN); text.Unresolved(p.String()) && isRole {
		return nil
	}
	if kindOf(got) != kindOf(p) {
		return inputError("principal", p.String(), "it is "+kindOf(got), kindOf(p), "")
	}
	return nil
}

// organizationID is the form of an organization's id.
var organizationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)

func kindOf(p Principal) string {
	switch p.(type) {
	case RoleARN:
		return "a role"
	case UserARN:
		return "a user"
	case SessionARN:
		return "an assumed-role session"
	case AccountID:
		return "an account"
	case ServicePrincipal:
		return "a service"
	}
	return "anyone"
}

// AccountOf returns the account of p, or "" if p is an organization, a service or [Anyone], or if its account is unresolved.
func AccountOf(p Principal) string {
	switch p := p.(type) {
	case nil, OrganizationID, ServicePrincipal, Anyone:
		return ""
	case AccountID:
		return string(p)
	}
	return ARN(p.String()).Account()
}

// IsService reports whether p is an AWS service. Services have no identity policies.
func IsService(p Principal) bool {
	_, ok := p.(ServicePrincipal)
	return ok
}

// snsPrincipal returns the service principal under which SNS delivers from a topic's Region to a queue's.
func snsPrincipal(topicRegion, queueRegion string) ServicePrincipal {
	return ServicePrincipal(region.Deliverer(topicRegion, queueRegion))
}
