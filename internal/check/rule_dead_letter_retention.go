package check

import (
	"fmt"
)

var ruleDeadLetterRetention = &Rule{
	ID: "dead-letter-retention", Severity: Warning,
	Documentation: Documentation{
		Title: "a dead-letter queue that keeps messages shorter than its source",
		Text: `In a standard queue a message's age counts from when it was first sent, also in the dead-letter queue. With a shorter retention there, a message
may expire as soon as it is moved, before anybody has seen it.

Set MessageRetentionPeriod of the dead-letter queue to more than the source's, such as 14 days (1209600).`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
	},
	check: deadLetterRetention,
}

func deadLetterRetention(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if q.DeadLetter == nil || q.DeadLetter.Queue == nil {
			continue
		}
		dlq := q.DeadLetter.Queue
		if dlq.Foreign || dlq.Retention == nil || q.Retention == nil || *dlq.Retention >= *q.Retention {
			continue
		}
		message := fmt.Sprintf("dead-letter queue %s keeps messages for %d s, its source %s for %d s", dlq.ID, *dlq.Retention, q.ID, *q.Retention)
		all = append(all, s.finding(r, message, dlq.Property("MessageRetentionPeriod"), &dlq.Element, &q.Element))
	}
	return all
}
