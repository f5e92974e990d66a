package cli

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// policyFields are the fields of a request that hold policies.
var policyFields = []string{"identityPolicies", "resourcePolicy", "permissionsBoundary", "sessionPolicies",
	"serviceControlPolicies", "resourceControlPolicies"}

// policies reads the fields that hold policies. Problems are named by the field.
func (p *requestParser) policies(fields []value.Member) eval.Policies {
	var all eval.Policies
	for _, f := range fields {
		switch v := f.Value; f.Key {
		case "identityPolicies":
			all.Identity = p.policyList(v, f.Key)
		case "resourcePolicy":
			all.Resource = p.policy(v, f.Key)
		case "permissionsBoundary":
			all.Boundary = p.policy(v, f.Key)
		case "sessionPolicies":
			all.Session = p.policyList(v, f.Key)
		case "serviceControlPolicies":
			all.ServiceControl = p.policyLevels(v, f.Key)
		case "resourceControlPolicies":
			all.ResourceControl = p.policyLevels(v, f.Key)
		}
	}
	return all
}

func (p *requestParser) policy(v value.Value, name string) *policygen.Document {
	d := policygen.ReadDocument(v, false, func(_ int, _ string, e *value.Error) {
		e.File, e.What = p.file, name+": "+e.What
		p.problems = append(p.problems, e)
	})
	return &d
}

func (p *requestParser) policyList(v value.Value, name string) []policygen.Document {
	if v.Kind != value.List {
		p.add(v.At, name, "", "it is "+v.Kind.String(), "a list of policies")
	}
	var all []policygen.Document
	for i, item := range v.Items {
		if d := p.policy(item, fmt.Sprintf("%s[%d]", name, i)); d != nil {
			all = append(all, *d)
		}
	}
	return all
}

func (p *requestParser) policyLevels(v value.Value, name string) [][]policygen.Document {
	if v.Kind != value.List {
		p.add(v.At, name, "", "it is "+v.Kind.String(), "a list with a list of policies for each level of the organization")
	}
	var all [][]policygen.Document
	for i, item := range v.Items {
		all = append(all, p.policyList(item, fmt.Sprintf("%s[%d]", name, i)))
	}
	return all
}
