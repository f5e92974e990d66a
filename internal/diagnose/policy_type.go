package diagnose

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A PolicyType is a kind of policy as AWS names it in messages, such as "service control policy"; empty if a message names none.
type PolicyType string

// A policyRow is a kind of policy that may deny a call.
type policyRow struct {
	name   string        // as AWS writes it
	policy kind.Policy   // kind.AnyPolicy if package kind has none
	who    kind.Sentence // who can change it; {caller} is who called, {to} what was called
	tells  string        // the command that shows it; empty if it depends on the resource
}

// policyTypes are the kinds that messages name.
//
// [Access denied error messages]: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var policyTypes = []policyRow{
	{"identity-based policy", kind.IdentityPolicy, "whoever manages the role or user {caller}", ""},
	{"resource-based policy", kind.ResourcePolicy, "whoever owns {to}", ""},
	{"permissions boundary", kind.PermissionsBoundary, "whoever manages the permissions boundary of {caller}", ""},
	{"service control policy", kind.ServiceControlPolicy, "whoever manages the organization of the caller's account",
		"aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id ACCOUNT_OR_OU"},
	{"resource control policy", kind.ResourceControlPolicy, "whoever manages the organization of the account that owns {to}",
		"aws organizations list-policies-for-target --filter RESOURCE_CONTROL_POLICY --target-id ACCOUNT_OR_OU"},
	{"session policy", kind.SessionPolicy, "whoever assumes the role with that session policy", ""},
	{"VPC endpoint policy", kind.AnyPolicy, "whoever manages the VPC endpoint", "aws ec2 describe-vpc-endpoints --query VpcEndpoints[].PolicyDocument"},
}

// identity, resource and boundary are the kinds that roles, users and resources have.
const (
	identity PolicyType = "identity-based policy"
	resource PolicyType = "resource-based policy"
	boundary PolicyType = "permissions boundary"
)

// row returns the row of a kind.
func (p PolicyType) row() policyRow {
	for _, r := range policyTypes {
		if r.name == string(p) {
			return r
		}
	}
	return policyRow{}
}

// reasons are the ends of messages that name a kind of policy, with an ARN of the policy where AWS tells it.
var (
	notAllowed = text.WhenUsed(`^\W{0,3}` + phrase("because no") + `\s*([A-Za-z\s-]{3,50}?)\s*` + phrase("allows"))
	denied     = text.WhenUsed(`^\W{0,3}` + phrase("with an explicit deny") + `(?:\s*` + phrase("in") + `\s*(?:an|a|the)\s*([A-Za-z\s-]{3,50}?(?:` + phrase("policy") + `|` + phrase("boundary") + `)))?(?:\s*:?\s*\(?(arn:aws[^\s)"',]{10,300}))?`)
)

// reason sets what the end of a message says of the policy.
func (d *denial) reason(end string) {
	if m := denied().FindStringSubmatch(end); m != nil {
		d.explicit, d.policy = true, policyType(m[1])
		if arn := strings.TrimRight(m[2], ".:;"); denierForm().MatchString(arn) {
			d.denier = arn
		}
	} else if m := notAllowed().FindStringSubmatch(end); m != nil {
		d.policy = policyType(m[1])
	}
}

// denierForm is what the ARN of a policy looks like.
var denierForm = text.WhenUsed(`^arn:aws[a-z-]*:(iam|organizations)::[0-9]{12}:policy/[A-Za-z0-9_+=,.@/-]{1,256}$`)

// policyType returns the kind that a text names, whatever the line breaks in it.
func policyType(s string) PolicyType {
	squeeze := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	for _, r := range policyTypes {
		if squeeze(r.name) == squeeze(s) {
			return PolicyType(r.name)
		}
	}
	return ""
}
