package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleCallerPermission = &Rule{
	ID: "caller-permission", Severity: Error,
	Documentation: Documentation{
		Title: "the caller's identity policy does not allow the call",
		Text: `A role that is declared to publish, send or receive, as that of a Lambda event source mapping or a pipe, needs the actions of
its hop on the topic or queue itself.

Add the statement that the finding shows to the caller's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
		},
	},
	check: callerPermission,
}

func callerPermission(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Publish, policygen.Send, policygen.Receive},
		on: []policygen.Target{policygen.OnTopic, policygen.OnQueue}, cause: []Cause{ByIdentity, ByBoundary}, caller: byIAM}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.CallerElement.ID + " is not allowed " + actions(calls) + " on " + resourceName(h) + ": " + lost(h)
	}, atCaller)
	for i := range findings {
		// Whoever was found by a policy that allows a part of the hop may be meant to do just that.
		if findings[i].Hop.Inferred != "" {
			findings[i].Severity = Warning
		}
	}
	return findings
}

// resourceName names the topic or queue of the hop.
func resourceName(h *Hop) string {
	if h.Kind == policygen.Publish {
		return "topic " + h.TopicElement.ID
	}
	return "queue " + h.QueueElement.ID
}
