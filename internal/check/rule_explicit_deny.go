package check

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
		return actions(calls) + " is explicitly denied: " + lost(h)
	}, atResource)
	for i := range findings {
		findings[i].Fix = nil
		findings[i].Advice = "narrow the Deny statement: " + d.calls(findings[i].Hop)[0].Why()
	}
	return findings
}
