package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyPolicySNS = &Rule{
	ID: "key-policy-sns", Severity: Error,
	Documentation: Documentation{
		Title: "the key policy does not admit SNS",
		Text: `SNS delivers to an encrypted queue in its own name: the policy of the queue's customer managed key must allow the service
principal to generate data keys and to decrypt. The account's own statement does not help, because a service has no identity
policies. Without it SNS drops every message; the publisher is told nothing.

Add the statement that the finding shows. It is limited to the topic by aws:SourceArn.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
	},
	check: keyPolicySNS,
}

func keyPolicySNS(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Deliver}, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByResource}}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return "the policy of key " + keyName(h, calls) + " does not let " + calls[0].Caller.String() + " use it for topic " + h.From.ID +
			" (" + actions(calls) + "): " + lost(h)
	}, atResource)
}
