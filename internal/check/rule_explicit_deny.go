package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

var ruleExplicitDeny = &Rule{
	ID: "explicit-deny", Severity: Error,
	Documentation: Documentation{
		Title: "a statement denies a call of the hop",
		Text: `A Deny statement wins over whatever is allowed. One that was meant for people, as for requests from outside of a network or an organization,
often also meets SNS, AWS services and calls that SQS makes on behalf of others.

Except the hop from the statement, by aws:PrincipalIsAWSService or aws:ViaAWSService for example, or drop it.`,
		AWS: []string{
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
		},
	},
	check: explicitDeny,
}

func explicitDeny(s *subject, r *Rule) []Finding {
	d := denial{kinds: allKinds, cause: []Cause{ByDeny}}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		if p, i := calls[0].denyingStatement(); p != nil {
			return statementName(&p.Document.Statements[i], i) + " of " + p.ID + " denies " + actions(calls) + ": " + lost(h)
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

// denyingStatement returns the first statement that denies the call, and its policy; nil if it is not one of the file.
func (c *Call) denyingStatement() (*topology.Policy, int) {
	if c.result.compiled == nil {
		return nil, 0
	}
	for _, reason := range c.result.compiled.Evaluate(c.result.request).Reasons {
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
