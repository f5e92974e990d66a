package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyPolicyPublisher = &Rule{
	ID: "key-policy-publisher", Severity: Error,
	Documentation: Documentation{
		Title: "the key policy does not admit the publisher",
		Text: `A key policy decides first: identity policies count only if it has a statement for the account (its root principal) that
allows the action, and across accounts it must admit the other account as well. Otherwise Publish fails with an error of KMS.

Add the account's statement to the key policy, or the one that the finding shows, which names the publisher.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
		},
	},
	check: keyPolicyPublisher,
}

func keyPolicyPublisher(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Publish}, on: []policygen.Target{policygen.OnKey},
		cause: []Cause{ByResource}, caller: byIAM}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return "the policy of key " + keyName(h, calls) + " neither admits " + h.CallerElement.ID + " nor lets its account do so (" +
			actions(calls) + "): " + lost(h)
	}, atResource)
}
