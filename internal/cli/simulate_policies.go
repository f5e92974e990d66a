package cli

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// policyFields are the fields of a request that hold policies.
var policyFields = []string{"identityPolicies", "resourcePolicy", "permissionsBoundary", "sessionPolicies",
	"serviceControlPolicies", "resourceControlPolicies"}

// policies reads the fields that hold policies. Problems are named by the field. The action tells what kind of resource the
// resource's policy is attached to.
func (p *requestParser) policies(fields []value.Member, action string) eval.Policies {
	var all eval.Policies
	for _, f := range fields {
		switch v := f.Value; f.Key {
		case "identityPolicies":
			all.Identity = p.policyList(v, kind.IdentityPolicy, f.Key)
		case "resourcePolicy":
			all.Resource = p.policy(v, resourceKind(action), f.Key)
		case "permissionsBoundary":
			all.Boundary = p.policy(v, kind.PermissionsBoundary, f.Key)
		case "sessionPolicies":
			all.Session = p.policyList(v, kind.SessionPolicy, f.Key)
		case "serviceControlPolicies":
			all.ServiceControl = p.policyLevels(v, kind.ServiceControlPolicy, f.Key)
		case "resourceControlPolicies":
			all.ResourceControl = p.policyLevels(v, kind.ResourceControlPolicy, f.Key)
		}
	}
	return all
}

// resourceKind returns the kind of the policy of what an action is about.
func resourceKind(action string) kind.Policy {
	switch service, _, _ := strings.Cut(action, ":"); {
	case strings.EqualFold(service, "kms"):
		return kind.KeyPolicy
	case strings.EqualFold(service, "sts"):
		return kind.TrustPolicy
	}
	return kind.ResourcePolicy
}

func (p *requestParser) policy(v value.Value, k kind.Policy, name string) *policygen.Document {
	d := policygen.ReadDocument(v, k, false, func(_ int, _ string, e *value.Error) {
		e.File, e.What = p.file, name+": "+e.What
		p.problems = append(p.problems, e)
	})
	return &d
}

func (p *requestParser) policyList(v value.Value, k kind.Policy, name string) []policygen.Document {
	if v.Kind != value.List {
		p.add(v.At, name, "", "it is "+v.Kind.String(), "a list of policies")
	}
	var all []policygen.Document
	for i, item := range v.Items {
		if d := p.policy(item, k, fmt.Sprintf("%s[%d]", name, i)); d != nil {
			all = append(all, *d)
		}
	}
	return all
}

func (p *requestParser) policyLevels(v value.Value, k kind.Policy, name string) [][]policygen.Document {
	if v.Kind != value.List {
		p.add(v.At, name, "", "it is "+v.Kind.String(), "a list with a list of policies for each level of the organization")
	}
	var all [][]policygen.Document
	for i, item := range v.Items {
		all = append(all, p.policyList(item, k, fmt.Sprintf("%s[%d]", name, i)))
	}
	return all
}
