package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleUnencryptedQueue = &Rule{
	ID: "unencrypted-queue", Severity: Warning,
	Documentation: Documentation{
		Title: "a queue without server-side encryption",
		Text: `The queue has SSE-SQS switched off and no key. SSE-SQS costs nothing and needs no grant for anybody.

Drop SqsManagedSseEnabled: false.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
		},
	},
	check: unencryptedQueue,
}

func unencryptedQueue(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if !q.Foreign && q.Key == nil && q.SSE == topology.No {
			all = append(all, s.finding(r, "queue "+q.ID+" is not encrypted: SSE-SQS is switched off", q.Property("SqsManagedSseEnabled"), &q.Element))
		}
	}
	return all
}
