package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleTopicPolicy = &Rule{
	ID: "topic-policy", Severity: Error,
	Documentation: Documentation{
		Title: "the topic policy does not admit the publisher",
		Text: `An AWS service and a principal of another account may publish only if the topic's policy says so. A topic without a policy of its own
admits the account and the few services that pass AWS:SourceOwner, such as CloudWatch alarms; as soon as it gets a policy, those must be
in it too.

Add the statement that the finding shows to the topic's policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
		},
	},
	check: topicPolicy,
}

func topicPolicy(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Publish}, on: []policygen.Target{policygen.OnTopic}, cause: []Cause{ByResource}}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		if len(h.TopicElement.Policies) == 0 {
			return "topic " + h.To.ID + " has no policy that lets " + sender(h) + " publish: " + lost(h)
		}
		return "the policy of topic " + h.To.ID + " does not let " + sender(h) + " publish: " + lost(h)
	}, atResource)
}
