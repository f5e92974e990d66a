package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
)

var rulePolicyOverwritten = &Rule{
	ID: "policy-overwritten", Severity: Warning,
	Documentation: Documentation{
		Title: "several policies for one queue or topic",
		Text: `A queue and a topic have one policy. Several AWS::SQS::QueuePolicy or AWS::SNS::TopicPolicy resources for the same queue or topic, or
several aws_sqs_queue_policy, each set it, and whichever is deployed last overwrites the others.

Put all statements into one policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
		},
	},
	check: policyOverwritten,
}

func policyOverwritten(s *subject, r *Rule) []Finding {
	var all []Finding
	check := func(what string, e *topology.Element, policies []*topology.Policy) {
		if len(policies) < 2 {
			return
		}
		var names []string
		about := []*topology.Element{e}
		for _, p := range policies {
			names = append(names, p.ID)
			about = append(about, &p.Element)
		}
		message := what + " " + e.ID + " gets " + list(names) + " as its policy, of which one overwrites the others"
		all = append(all, s.finding(r, message, policies[len(policies)-1].At, about...))
	}
	for _, q := range s.Queues {
		check("queue", &q.Element, q.Policies)
	}
	for _, t := range s.Topics {
		check("topic", &t.Element, t.Policies)
	}
	return all
}
