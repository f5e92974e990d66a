package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleFailuresNotLogged = &Rule{
	ID: "failures-not-logged", Severity: Warning,
	Documentation: Documentation{
		Title: "failed deliveries leave no trace",
		Text: `When SNS cannot deliver to a queue because a policy denies it, it drops the message at once. Without delivery status logging and without a dead-letter
queue on the subscription, one metric without a reason is all that remains.

Set SQSFailureFeedbackRoleArn on the topic (DeliveryStatusLogging in CloudFormation), or a RedrivePolicy on its subscriptions.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
		},
	},
	check: failuresNotLogged,
}

func failuresNotLogged(s *subject, r *Rule) []Finding {
	silent := map[*topology.Topic][]string{}
	for _, sub := range s.Subscriptions {
		if sub.Topic != nil && !sub.Topic.Foreign && sub.DeadLetter == nil && !sub.DeadLetterUnknown {
			silent[sub.Topic] = append(silent[sub.Topic], sub.ID)
		}
	}
	var all []Finding
	for _, t := range s.Topics {
		if t.FailuresLogged == topology.No && len(silent[t]) > 0 {
			all = append(all, s.finding(r, "topic "+t.ID+" does not log failed deliveries to queues, and a subscription of it has no dead-letter queue", t.At, &t.Element))
		}
	}
	return all
}
