package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleRegionalPrincipal = &Rule{
	ID: "regional-principal", Severity: Error,
	Documentation: Documentation{
		Title: "the wrong service principal of SNS for these Regions",
		Text: `Between Regions of which one must be opted into, SNS does not deliver as sns.amazonaws.com but under the principal of one Region: that of
the queue's if it is the opt-in one, else that of the topic's. A policy that admits the other principal admits nobody.

Add the statement that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html",
		},
		Basis: "AWS's page speaks of the queue policy. That the key policy needs the same principal follows, and is not written there: such a finding is a warning.",
	},
	check: regionalPrincipal,
}

func regionalPrincipal(s *subject, r *Rule) []Finding {
	d := denial{kinds: allKinds, cause: []Cause{WrongPrincipal}}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		return "the policy of " + string(calls[0].On) + " " + calls[0].Documents.Holder.ID + " admits another service principal than " +
			calls[0].Caller.String() + ", under which the message comes: " + lost(h)
	}, atResource)
	for i, f := range findings {
		// For key policies AWS's page does not say it.
		if calls := d.calls(f.Hop); calls[0].On == policygen.OnKey {
			findings[i].Severity = Warning
		}
	}
	return findings
}
