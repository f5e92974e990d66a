package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleDeadLetterKey = &Rule{
	ID: "dead-letter-key", Severity: Warning,
	Documentation: Documentation{
		Title: "a dead-letter queue with a key that the consumer may not use",
		Text: `A dead-letter queue with a customer managed key that differs from the source queue's. AWS's pages do not say whether the move needs a grant
on it; public reports say that the consumer under which SQS moves a message must be able to use the key, and else messages stay in the source queue.

Use one key for both queues, SSE-SQS for the dead-letter queue, or let the consumer use both keys.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
		Basis: "Public reports; AWS's pages are silent.",
	},
	check: deadLetterKey,
}

func deadLetterKey(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if q.DeadLetter == nil || q.DeadLetter.Queue == nil {
			continue
		}
		dlq := q.DeadLetter.Queue
		if dlq.Key == nil || dlq.Key.Key.AWSManaged != "" || q.Key != nil && q.Key.Key == dlq.Key.Key {
			continue
		}
		for _, h := range s.from[&q.Element] {
			if h.Kind != policygen.Receive || h.CallerElement.Foreign {
				continue
			}
			// What the consumer would need if it sent to the dead-letter queue itself.
			as := topology.Hop{Hop: policygen.Hop{Kind: policygen.Send, Caller: h.CallerElement.Principal, Queue: dlq.Resource()},
				From: h.To, To: &dlq.Element, By: h.By, QueueElement: dlq, CallerElement: h.CallerElement}
			judged := newMemo().judge(as)
			calls := denial{kinds: allKinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByIdentity, ByResource}}.calls(&judged)
			if len(calls) == 0 {
				continue
			}
			f := s.hopFinding(r, h, h.To.ID+" receives from queue "+q.ID+", whose dead-letter queue "+dlq.ID+" has another key, "+keyName(&judged, calls)+
				", that it may not use ("+actions(calls)+")", q.DeadLetter.At)
			f.Fix, f.Elements = s.mend(&judged, calls), append(f.Elements, &dlq.Element)
			all = append(all, f)
		}
	}
	return all
}
