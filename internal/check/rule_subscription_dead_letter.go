package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleSubscriptionDeadLetter = &Rule{
	ID: "subscription-dead-letter", Severity: Error,
	Documentation: Documentation{
		Title: "the dead-letter queue of a subscription cannot be reached",
		Text: `SNS itself puts what it could not deliver into a subscription's dead-letter queue, and needs there what it needs for a delivery: the queue
policy must admit it, and if the queue is encrypted with a customer managed key, so must the key policy. Otherwise the dead-letter
queue stays empty just when it is needed.

Add the statements that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
		},
	},
	check: subscriptionDeadLetter,
}

func subscriptionDeadLetter(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.DeadLetter}, cause: []Cause{ByResource}}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		what := "queue " + h.To.ID
		if calls[0].On == policygen.OnKey {
			what = "key " + keyName(h, calls)
		}
		return "the policy of " + what + " does not let " + calls[0].Caller.String() + " put dead letters of subscription " + h.By.ID +
			" into queue " + h.To.ID + " (" + actions(calls) + "): " + lost(h)
	}, atResource)
}
