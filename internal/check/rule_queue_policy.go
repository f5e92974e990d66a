package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleQueuePolicy = &Rule{
	ID: "queue-policy", Severity: Error,
	Documentation: Documentation{
		Title: "the queue policy does not admit who sends or receives",
		Text: `SNS, an AWS service and a principal of another account get into a queue only by its queue policy. Without it SNS drops what it should
deliver, and tells nobody unless failed deliveries are logged.

Add the statement that the finding shows to the queue's policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html",
		},
	},
	check: queuePolicy,
}

func queuePolicy(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Deliver, policygen.Send, policygen.Receive}, on: []policygen.Target{policygen.OnQueue},
		cause: []Cause{ByResource}}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		who := "topic " + h.From.ID + " (" + calls[0].Caller.String() + ")"
		if h.CallerElement != nil {
			who = sender(h)
		}
		queue := h.QueueElement
		if len(queue.Policies) == 0 {
			return "queue " + queue.ID + " has no policy that lets " + who + " in (" + actions(calls) + "): " + lost(h)
		}
		return "the policy of queue " + queue.ID + " does not let " + who + " in (" + actions(calls) + "): " + lost(h)
	}, atResource)
}
