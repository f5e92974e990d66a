package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A Cause says which document makes a call denied, so that the finding names what is to be mended.
type Cause string

// The causes of a denial.
const (
	// AWSManagedKey: the key is one that AWS manages, and no policy can be mended.
	AWSManagedKey Cause = "aws-managed-key"
	// ByResource: the policy of the topic, queue or key does not admit the caller.
	ByResource Cause = "resource-policy"
	// ByIdentity: the caller's identity policies do not allow the call.
	ByIdentity Cause = "identity-policy"
	// ByBoundary: the permissions boundary does not allow the call.
	ByBoundary Cause = "permissions-boundary"
	// ByControl: a service or resource control policy of the organization does not allow it.
	ByControl Cause = "control-policy"
	// ByDeny: a statement denies it.
	ByDeny Cause = "explicit-deny"
	// WrongPrincipal: the resource's policy admits another Region's service principal.
	WrongPrincipal Cause = "regional-principal"
	// NoResource: a statement of the key policy that would allow the call has no Resource, and so no effect.
	NoResource Cause = "statement-without-resource"
	// KeyCondition: a statement of the key policy would allow the call but for kms:CallerAccount or kms:ViaService, which AWS
	// services do not satisfy.
	KeyCondition Cause = "service-key-condition"
	// AliasResource: an identity policy would allow the call if it named the key's ARN and not an alias or id.
	AliasResource Cause = "key-alias"
)

// causes returns what makes the call denied: for an IAM caller it may be both the resource's policy and its own.
//
// It asks what one has to change for the call to be allowed, one document at a time.
func (m *memo) causes(h *topology.Hop, c policygen.Call, d topology.Documents, outcome eval.Outcome) []Cause {
	if _, managed := service.ManagedKey(string(c.Resource)); managed && c.On == policygen.OnKey {
		if policygen.IsService(c.Caller) || m.evaluate(c, d, withIdentity(allowAll)) != eval.Allowed {
			return []Cause{AWSManagedKey}
		}
	}
	if outcome == eval.ExplicitDeny {
		return []Cause{ByDeny}
	}
	if len(d.ServiceControl)+len(d.ResourceControl) > 0 && !m.evaluate(c, d, withoutControls).Denied() {
		return []Cause{ByControl}
	}
	if c.On == policygen.OnKey && allowedWith(c, d, withResources) {
		return []Cause{NoResource}
	}
	if policygen.IsService(c.Caller) {
		switch {
		case c.On == policygen.OnKey && allowedWith(c, d, withoutKeyConditions):
			return []Cause{KeyCondition}
		case admitsOtherRegion(c, d):
			return []Cause{WrongPrincipal}
		}
		return []Cause{ByResource}
	}
	if h.CallerElement != nil && h.CallerElement.Linked {
		return []Cause{ByResource}
	}
	if c.On == policygen.OnKey && allowedWithoutAliases(c, d) {
		return []Cause{AliasResource}
	}
	var all []Cause
	if m.evaluate(c, d, withIdentity(allowAll), withoutBoundary).Denied() {
		all = append(all, ByResource)
	}
	if m.evaluate(c, d, withResource(admitting(h, c)), withoutBoundary).Denied() {
		all = append(all, ByIdentity)
	}
	if len(all) == 0 && d.Boundary != nil {
		all = append(all, ByBoundary)
	}
	if len(all) == 0 {
		all = append(all, ByIdentity)
	}
	return all
}

// allowAll is an identity policy that allows everything.
var allowAll = policygen.Document{Version: policygen.Version,
	Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"*"}, Resource: []string{"*"}}}}

// admitting returns a resource policy under which only the caller's own identity policies count: a key's delegates to the
// account, and that of a resource of another account admits that account.
func admitting(h *topology.Hop, c policygen.Call) policygen.Document {
	account := policygen.AccountOf(c.Caller)
	owner := c.Resource.Account()
	doc := policygen.Document{Version: policygen.Version}
	for _, a := range []string{account, owner} {
		if a == "" {
			a = text.AccountIn(string(c.Resource))
		}
		if a == "" || c.On != policygen.OnKey && (owner == "" || account == "" || a == owner) {
			continue
		}
		doc.Statements = append(doc.Statements, policygen.Statement{Effect: policygen.Allow,
			Principal: &policygen.Principals{AWS: []string{a}}, Action: []string{"*"}, Resource: []string{"*"}})
	}
	return doc
}

// isSNS reports whether a service principal is that of SNS, of one Region or of none.
func isSNS(service string) bool { return strings.HasPrefix(service, "sns.") }

// admitsOtherRegion reports whether the resource's policy would allow a call of SNS if it were made under another Region's
// principal, or under the one without a Region. Names of other services only look alike: events.rds.amazonaws.com is RDS, and
// events.amazonaws.com EventBridge.
func admitsOtherRegion(c policygen.Call, d topology.Documents) bool {
	if !isSNS(c.Caller.String()) {
		return false
	}
	for _, p := range d.Resource {
		for _, s := range p.Document.Statements {
			if s.Effect != policygen.Allow || s.Principal == nil {
				continue
			}
			for _, other := range s.Principal.Service {
				if other == c.Caller.String() || !isSNS(other) {
					continue
				}
				as := c
				as.Caller = policygen.ServicePrincipal(other)
				as.Context = map[string][]string{}
				for k, v := range c.Context {
					as.Context[k] = v
				}
				as.Context["aws:PrincipalServiceName"] = []string{other}
				if evaluate(as, d) == eval.Allowed {
					return true
				}
			}
		}
	}
	return false
}
