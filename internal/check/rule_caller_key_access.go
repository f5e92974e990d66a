package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleCallerKeyAccess = &Rule{
	ID: "caller-key-access", Severity: Error,
	Documentation: Documentation{
		Title: "the producer or publisher may not use the key",
		Text: `Who sends to a queue, or publishes to a topic, with a customer managed key needs kms:GenerateDataKey and kms:Decrypt on that key, beside
sqs:SendMessage or sns:Publish. Under an AWS managed key nobody had to grant that. Without it SendMessage and Publish fail, and keep
failing when the data key that SQS or SNS has cached expires, up to a day later.

Add the statement that the finding shows to the caller's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
		},
		Basis: "Whether a producer needs kms:Decrypt: the SQS guide's key management page says yes, its document history no. Where only that is missing, the finding is a warning.",
	},
	check: callerKeyAccess,
}

func callerKeyAccess(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Send, policygen.Publish}, on: []policygen.Target{policygen.OnKey},
		cause: []Cause{ByIdentity, ByBoundary}, caller: byIAM}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.From.ID + " may not use key " + keyName(h, calls) + " of " + target(h) + " (" + actions(calls) + "): " + lost(h)
	}, atCaller)
}
