package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A policyField is a field of a request that holds policies.
type policyField struct {
	name string
	kind kind.Policy // that of a resource depends on the action; see [resourceKind]
	list bool        // of policies, or for control policies of levels with a list each
}

var policyFields = []policyField{
	{"identityPolicies", kind.IdentityPolicy, true},
	{"resourcePolicy", kind.ResourcePolicy, false},
	{"permissionsBoundary", kind.PermissionsBoundary, false},
	{"sessionPolicies", kind.SessionPolicy, true},
	{"serviceControlPolicies", kind.ServiceControlPolicy, true},
	{"resourceControlPolicies", kind.ResourceControlPolicy, true},
}

// policyFieldOf returns the field that holds policies of the kind.
func policyFieldOf(k kind.Policy) *policyField {
	return &policyFields[slices.IndexFunc(policyFields, func(f policyField) bool { return f.kind == k })]
}

// policies reads the fields that hold policies. Problems are named by the field. The action tells what kind of resource the
// policy of a resource is attached to.
func (p *requestParser) policies(fields []value.Member, action string) eval.Policies {
	var all eval.Policies
	for _, f := range fields {
		switch v := f.Value; f.Key {
		case "identityPolicies":
			all.Identity = p.policyList(v, kind.IdentityPolicy, f.Key)
		case "resourcePolicy":
			d := p.policy(v, resourceKind(action), f.Key, -1)
			all.Resource = &d
		case "permissionsBoundary":
			d := p.policy(v, kind.PermissionsBoundary, f.Key, -1)
			all.Boundary = &d
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

// policy reads the policy of a field, or if index is not -1 one of its policies.
func (p *requestParser) policy(v value.Value, k kind.Policy, name string, index int) policygen.Document {
	reader := &policygen.DocumentReader{}
	if p.scratch != nil {
		reader = &p.scratch.documents
	}
	return reader.Read(v, k, false, func(_ int, _ string, e *value.Error) {
		place := name
		if index >= 0 {
			place = fmt.Sprintf("%s[%d]", name, index)
		}
		e.File, e.What = p.file, place+": "+e.What
		p.problems = append(p.problems, e)
	})
}

func (p *requestParser) policyList(v value.Value, k kind.Policy, name string) []policygen.Document {
	if v.Kind != value.List {
		p.add(v.At, name, "", "it is "+v.Kind.String(), "a list of policies")
	}
	all := make([]policygen.Document, len(v.Items))
	for i, item := range v.Items {
		all[i] = p.policy(item, k, name, i)
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
