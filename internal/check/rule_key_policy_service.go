package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyPolicyService = &Rule{
	ID: "key-policy-service", Severity: Error,
	Documentation: Documentation{
		Title: "the key policy does not admit the AWS service that publishes or sends",
		Text: `An AWS service, such as EventBridge, S3 or CloudWatch, uses the customer managed key of a topic or queue in its own name: the key
policy must allow its service principal to generate data keys and to decrypt. The account's own statement does not help. Without
it the message is lost; the service's own log or metric is the only trace.

Add the statement that the finding shows. Which source conditions a service supports differs: EventBridge passes none to the key of
a topic, and a condition there would lose every message.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
	},
	check: keyPolicyService,
}

func keyPolicyService(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Publish, policygen.Send}, on: []policygen.Target{policygen.OnKey},
		cause: []Cause{ByResource}, caller: byService}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return "the policy of key " + keyName(h, calls) + " does not let " + calls[0].Caller.String() + " use it (" + actions(calls) +
			"): " + lost(h)
	}, atResource)
}
