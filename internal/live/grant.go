package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// A grant of KMS, as ListGrants answers it. It allows its operations whatever the key policy says, unless that denies them.
//
// [Grants in AWS KMS], [GrantListEntry]
//
// [Grants in AWS KMS]: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
// [GrantListEntry]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
type grant struct {
	KeyId, GrantId, Name, GranteePrincipal, GranteeServicePrincipal string
	Operations                                                      []string
}

// granted is what grants may allow on a key.
type granted struct {
	statements []policygen.Statement
	why        []string
}

// mayAllow notes what a grant may allow on a key.
func (w *world) mayAllow(key string, st policygen.Statement, why string) {
	g := w.granted[key]
	if g == nil {
		g = &granted{}
		w.granted[key] = g
	}
	g.statements, g.why = append(g.statements, st), append(g.why, why)
}

// grants adds what grants may allow to the ways that the policies of keys may be. The constraints of grants are not followed, so that
// none makes a call surely allowed.
func (w *world) grants() {
	for i := range w.Scopes {
		s := &w.Scopes[i]
		for j := range s.Resources {
			r := &s.Resources[j]
			var g grant
			if r.Type != "AWS::KMS::Grant" || json.Unmarshal(r.Properties, &g) != nil {
				continue
			}
			key := g.KeyId
			if !strings.HasPrefix(key, "arn:") {
				key = s.key(key)
			}
			w.mayAllow(key, g.statement(), cmp.Or(g.Name, g.GrantId, r.ID)+" to "+g.to())
		}
	}
	for _, k := range w.Keys {
		g := w.granted[string(k.ARN)]
		if g == nil || k.Policy == nil || k.AWSManaged != "" {
			continue
		}
		with := *k.Policy
		with.Granted = "a grant may allow it, if the request meets the grant's constraints: " + strings.Join(g.why[:min(3, len(g.why))], ", ")
		if more := len(g.why) - 3; more > 0 {
			with.Granted += fmt.Sprintf(", and %d more", more)
		}
		with.Document.Statements = slices.Concat(with.Document.Statements, g.statements)
		k.Possible = append(k.Possible, &with)
	}
}

// key returns the ARN of a key of the scope.
func (s *Scope) key(id string) string {
	return "arn:" + s.Partition + ":kms:" + s.Region + ":" + s.Account + ":key/" + id
}

// to returns whom the grant is for.
func (g *grant) to() string { return cmp.Or(g.GranteeServicePrincipal, g.GranteePrincipal) }

// statement returns what the grant would be in the key's policy.
func (g *grant) statement() policygen.Statement {
	st := policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{}, Resource: []string{"*"}}
	if to := g.to(); strings.HasPrefix(to, "arn:") {
		st.Principal.AWS = []string{to}
	} else {
		st.Principal.Service = []string{to}
	}
	for _, o := range g.Operations {
		st.Action = append(st.Action, "kms:"+o)
	}
	return st
}
