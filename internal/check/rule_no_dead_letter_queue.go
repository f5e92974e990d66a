package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleNoDeadLetterQueue = &Rule{
	ID: "no-dead-letter-queue", Severity: Warning,
	Documentation: Documentation{
		Title: "a queue without a dead-letter queue",
		Text: `A message that its consumer cannot handle comes back until it expires, and is then gone; in a FIFO queue it holds up its group until then.

Give the queue a RedrivePolicy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
	},
	check: noDeadLetterQueue,
}

func noDeadLetterQueue(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if q.Foreign || q.DeadLetter != nil || s.isDeadLetter(q) || !s.used(q) {
			continue
		}
		all = append(all, s.finding(r, "queue "+q.ID+" has no dead-letter queue", q.At, &q.Element))
	}
	return all
}

// used reports whether any message goes into the queue or out of it, as far as the file tells.
func (s *subject) used(q *topology.Queue) bool {
	return len(s.into[&q.Element])+len(s.from[&q.Element]) > 0
}
