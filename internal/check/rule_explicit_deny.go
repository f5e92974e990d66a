package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var ruleExplicitDeny = &Rule{
	ID: "explicit-deny", Severity: Error,
	Documentation: Documentation{
		Title: "a statement denies a call of the hop",
		Text: `A Deny statement overrides everything that is allowed. One that is meant for people, such as a Deny for
requests from outside a network or an organization, often also denies SNS, other AWS services, and the
calls that SQS makes on behalf of others.

Exempt the hop from the statement, for example by aws:PrincipalIsAWSService or aws:ViaAWSService, or
drop the statement.`,
		AWS: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
		},
		Unmended: "whom a denial is to spare is for its author to say",
	},
	check: explicitDeny,
}

func explicitDeny(s *subject, r *Rule) []Finding {
	d := denial{cause: []Cause{ByDeny, ByControl}}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		if p, i := calls[0].denyingStatement(); p != nil {
			return statement{&p.Document.Statements[i], p, i}.name() + " of " + p.Label() + " denies " + actions(calls) + ": " + lost(h)
		}
		if slices.Contains(calls[0].Causes, ByControl) {
			return "a control policy of the organization does not allow " + actions(calls) + ": " + lost(h)
		}
		return actions(calls) + " is explicitly denied: " + lost(h)
	}, func(h *Hop, calls []*Call) topology.Position {
		if p, i := calls[0].denyingStatement(); p != nil && p.At.Line > 0 {
			return p.Statement(i)
		}
		return atResource(h, calls)
	})
	for i := range findings {
		findings[i].Fix = nil
		findings[i].Advice = "narrow the Deny statement: " + d.calls(findings[i].Hop)[0].Why()
	}
	return findings
}

// denyingStatement returns the policy and the index of the first statement that denies the call. The policy is nil if the
// file does not have it.
func (c *Call) denyingStatement() (*topology.Policy, int) {
	if c.Conflict > 0 {
		return nil, 0
	}
	for _, reason := range c.Reasons().Reasons {
		if reason.Effect != policygen.Deny || reason.Applies != eval.Applies {
			continue
		}
		var p *topology.Policy
		switch d := c.Documents; {
		case reason.Policy == eval.IdentityPolicy && reason.Index < len(d.Identity):
			p = d.Identity[reason.Index]
		case reason.Policy == eval.ResourcePolicy && len(d.Resource) == 1:
			p = d.Resource[0]
		case reason.Policy == eval.PermissionsBoundary:
			p = d.Boundary
		}
		if p != nil && reason.Statement < len(p.Document.Statements) {
			return p, reason.Statement
		}
	}
	return nil, 0
}
