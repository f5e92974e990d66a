package policygen

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A documentRule is something that AWS refuses in the statements of some kinds of policy.
type documentRule struct {
	kinds   policyKinds
	element string // that the rule is about, and where its problem is reported
	broken  func(s *Statement) bool
	got     string
	want    string
	page    string // the AWS page that says so
}

// policyKinds is a set of kinds of policy, one bit each.
type policyKinds uint16

func setOf(kinds ...kind.Policy) (all policyKinds) {
	for _, k := range kinds {
		all |= 1 << k
	}
	return all
}

var (
	// attached are the policies of a principal, or of its account. They say nothing of who asks.
	attached = setOf(kind.IdentityPolicy, kind.PermissionsBoundary, kind.SessionPolicy, kind.ServiceControlPolicy)
	// onResources are the policies that name principals.
	onResources = setOf(kind.ResourcePolicy, kind.KeyPolicy, kind.TrustPolicy, kind.ResourceControlPolicy)
	trust       = setOf(kind.TrustPolicy)
	rcp         = setOf(kind.ResourceControlPolicy)
	everyKind   = attached | onResources
)

const (
	grammarPage      = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
	principalPage    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
	notPrincipalPage = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"
	actionPage       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"
	resourcePage     = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
	checksPage       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
	idPage           = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_id.html"
	scpPage          = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html"
	rcpPage          = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html"
)

// documentRules are what AWS refuses beyond the grammar that all kinds of policy share. An element that no rule of a kind
// is about is judged by what it does. A statement without Resource in a resource policy is no rule: AWS's pages disagree on it.
var documentRules = []documentRule{
	{attached &^ setOf(kind.ServiceControlPolicy), "Principal", hasPrincipal, "it has a Principal", "none, for who the policy is attached to asks", grammarPage},
	{attached &^ setOf(kind.ServiceControlPolicy), "NotPrincipal", hasNotPrincipal, "it has a NotPrincipal", "none, for who the policy is attached to asks", notPrincipalPage},
	{setOf(kind.ServiceControlPolicy), "Principal", hasPrincipal, "it has a Principal", "none, for the policy is about every principal of the account", scpPage},
	{setOf(kind.ServiceControlPolicy), "NotPrincipal", hasNotPrincipal, "it has a NotPrincipal", "none, for the policy is about every principal of the account", scpPage},
	{trust, "NotPrincipal", hasNotPrincipal, "it has a NotPrincipal", "a Principal", notPrincipalPage},
	{rcp, "NotPrincipal", hasNotPrincipal, "it has a NotPrincipal", `"Principal": "*"`, rcpPage},
	{onResources &^ rcp, "NotPrincipal", func(s *Statement) bool { return hasNotPrincipal(s) && s.Effect == Allow }, "it has a NotPrincipal with Effect Allow", "Effect Deny", notPrincipalPage},
	{onResources, "Principal", func(s *Statement) bool { return !hasPrincipal(s) && !hasNotPrincipal(s) }, "it has no Principal", "one", grammarPage},
	{onResources, "Principal", func(s *Statement) bool { return hasWildcard(s.Principal) }, "a principal has a wildcard", `whole names, or "*" alone`, principalPage},
	{onResources, "NotPrincipal", func(s *Statement) bool { return hasWildcard(s.NotPrincipal) }, "a principal has a wildcard", "whole names", principalPage},
	{attached | rcp, "Resource", func(s *Statement) bool { return s.Resource == nil && s.NotResource == nil }, "it has neither Resource nor NotResource", "one of them", checksPage},
	{trust, "Resource", func(s *Statement) bool { return s.Resource != nil }, "it has a Resource", "none, for the policy is about the role", resourcePage},
	{trust, "NotResource", func(s *Statement) bool { return s.NotResource != nil }, "it has a NotResource", "none, for the policy is about the role", resourcePage},
	{everyKind, "Action", func(s *Statement) bool { return slices.ContainsFunc(s.Action, lacksService) }, "an action has no service", `"*", or the service first as in sqs:SendMessage`, actionPage},
	{everyKind, "NotAction", func(s *Statement) bool { return slices.ContainsFunc(s.NotAction, lacksService) }, "an action has no service", `"*", or the service first as in sqs:SendMessage`, actionPage},
	{rcp, "Effect", func(s *Statement) bool { return s.Effect == Allow && !allowsEverything(s) }, "it allows something", `"Deny", for nothing but RCPFullAWSAccess allows`, rcpPage},
	{rcp, "Principal", func(s *Statement) bool { return hasPrincipal(s) && !isEverybody(s.Principal) }, "it names principals", `"*", and conditions`, rcpPage},
	{rcp, "NotAction", func(s *Statement) bool { return s.NotAction != nil }, "it has a NotAction", "an Action", rcpPage},
}

func hasPrincipal(s *Statement) bool    { return s.Principal != nil }
func hasNotPrincipal(s *Statement) bool { return s.NotPrincipal != nil }

// hasWildcard reports whether a principal has a wildcard where AWS takes none: anywhere but in {"AWS": "*"}.
func hasWildcard(p *Principals) bool {
	return p != nil && (slices.ContainsFunc(p.Service, text.IsPattern) || slices.ContainsFunc(p.Federated, text.IsPattern) ||
		slices.ContainsFunc(p.CanonicalUser, text.IsPattern) ||
		slices.ContainsFunc(p.AWS, func(s string) bool { return s != "*" && text.IsPattern(s) }))
}

// isEverybody reports whether p is "*", or {"AWS": "*"}, which means the same.
func isEverybody(p *Principals) bool {
	return p.Anyone || len(p.AWS) == 1 && p.AWS[0] == "*" && len(p.Service)+len(p.Federated)+len(p.CanonicalUser) == 0
}

// allowsEverything reports whether the statement is that of RCPFullAWSAccess, which AWS attaches itself.
func allowsEverything(s *Statement) bool {
	return s.Principal != nil && isEverybody(s.Principal) && slices.Equal(s.Action, []string{"*"}) && slices.Equal(s.Resource, []string{"*"}) && s.Condition == nil
}

func lacksService(action string) bool {
	return action != "*" && !strings.Contains(action, ":") && !text.Unresolved(action)
}

// rules notes what AWS refuses in a statement of the document's kind.
func (r *documentReader) rules(v value.Value, s *Statement) {
	for i := range documentRules {
		rule := &documentRules[i]
		if rule.kinds&(1<<r.kind) == 0 || !rule.broken(s) {
			continue
		}
		at := v.At
		for _, m := range v.Members {
			if m.Key == rule.element {
				at = m.At
			}
		}
		r.element = rule.element
		r.add(at, r.kind.String()+" statement", s.Sid, rule.got, rule.want, "see "+rule.page)
	}
}

// version notes a version that AWS does not take in the document's kind.
func (r *documentReader) version(v value.Value, d *Document) {
	page := map[kind.Policy]string{kind.ServiceControlPolicy: scpPage, kind.ResourceControlPolicy: rcpPage}[r.kind]
	if page != "" && d.Version != Version {
		r.element = "Version"
		r.add(v.At, "Version", d.Version, "not that of "+strings.TrimSuffix(r.kind.String(), "y")+"ies", `"`+Version+`"`, "see "+page)
	}
}

// id notes an Id where AWS takes none.
func (r *documentReader) id(m value.Member, d *Document) {
	if (attached&^setOf(kind.ServiceControlPolicy))&(1<<r.kind) != 0 {
		r.add(m.At, r.kind.String(), d.ID, "it has an Id", "none, for only policies of resources have one", "see "+idPage)
	}
}
