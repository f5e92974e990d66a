package check

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleNoDeadLetterQueue = &Rule{
	ID: "no-dead-letter-queue", Severity: Info,
	Documentation: Documentation{
		Title: "a queue without a dead-letter queue",
		Text: `A message that its consumer cannot handle comes back until it expires, and then it is gone. In a FIFO
queue it holds up its message group until then.

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
		all = append(all, s.finding(r, "queue "+q.Label()+" has no dead-letter queue", q.At, &q.Element))
	}
	return all
}

// used reports whether the file shows any hop into the queue or out of it.
func (s *subject) used(q *topology.Queue) bool {
	return len(s.into[&q.Element])+len(s.from[&q.Element]) > 0
}

var ruleDeadLetterKey = &Rule{
	ID: "dead-letter-key", Severity: Warning,
	Documentation: Documentation{
		Title: "a dead-letter queue with a key that the consumer may not use",
		Text: `The dead-letter queue has a customer managed key, and the source queue does not have the same one.
Public reports say that the consumer must be able to use the dead-letter queue's key for SQS to move a
message there: otherwise messages stay in the source queue.

Use one key for both queues, use SSE-SQS for the dead-letter queue, or let the consumer use both keys.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
		Basis: "its pages do not say whether the move needs a grant on the dead-letter queue's key.",
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
			if !h.Record().Leaves() || h.CallerElement.Foreign {
				continue
			}
			// The consumer needs what it would need to send to the dead-letter queue itself.
			as := topology.Hop{Hop: policygen.Hop{Kind: kind.Send, Caller: h.CallerElement.Principal, Queue: dlq.Resource()},
				From: h.To, To: &dlq.Element, By: h.By, QueueElement: dlq, CallerElement: h.CallerElement}
			judged := newMemo().judge(as)
			calls := denial{on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByIdentity, ByResource}}.calls(&judged)
			if len(calls) == 0 {
				continue
			}
			f := s.hopFinding(r, h, h.To.Label()+" receives from queue "+q.Label()+", whose dead-letter queue "+dlq.Label()+" has another key, "+keyName(&judged, calls)+
				", that it may not use ("+actions(calls)+")", q.DeadLetter.At)
			f.Fix, f.Elements = s.mend(&judged, calls), append(f.Elements, &dlq.Element)
			all = append(all, f)
		}
	}
	return all
}

var ruleDeadLetterRetention = &Rule{
	ID: "dead-letter-retention", Severity: Warning,
	Documentation: Documentation{
		Title: "a dead-letter queue that keeps messages shorter than its source",
		Text: `In a standard queue the age of a message counts from when it was first sent, in the dead-letter queue
too. If the dead-letter queue keeps messages for a shorter time, a message may expire as soon as it is
moved, before anybody has seen it. In a FIFO queue the age counts from when the message was moved.

Set MessageRetentionPeriod of the dead-letter queue to more than the source's, such as 14 days (1209600).`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
		},
	},
	check: deadLetterRetention,
}

// MostRetention is the longest time in seconds that a queue keeps messages: 14 days.
//
// [SetQueueAttributes]
//
// [SetQueueAttributes]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const MostRetention = 14 * 24 * 60 * 60

func deadLetterRetention(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, q := range s.Queues {
		if q.DeadLetter == nil || q.DeadLetter.Queue == nil {
			continue
		}
		dlq := q.DeadLetter.Queue
		if dlq.Foreign || q.FIFO != text.No || dlq.Retention == nil || q.Retention == nil || *dlq.Retention >= *q.Retention {
			continue
		}
		message := fmt.Sprintf("dead-letter queue %s keeps messages for %d s, its source %s for %d s", dlq.Label(), *dlq.Retention, q.Label(), *q.Retention)
		f := s.finding(r, message, dlq.Property("MessageRetentionPeriod"), &dlq.Element, &q.Element)
		f.Changes = []Change{{&dlq.Element, "MessageRetentionPeriod", MostRetention}}
		all = append(all, f)
	}
	return all
}

var ruleFailuresNotLogged = &Rule{
	ID: "failures-not-logged", Severity: Info,
	Documentation: Documentation{
		Title: "failed deliveries leave no trace",
		Text: `When a policy denies SNS a delivery to a queue, SNS drops the message at once. Without delivery status
logging and without a dead-letter queue on the subscription, all that remains is a metric, which gives
no reason.

Set SQSFailureFeedbackRoleArn on the topic (DeliveryStatusLogging in CloudFormation), or a RedrivePolicy
on its subscriptions.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
		},
		Unmended: "the role that writes the log, or the dead-letter queue, has to be chosen",
	},
	check: failuresNotLogged,
}

func failuresNotLogged(s *subject, r *Rule) []Finding {
	silent := map[*topology.Topic]bool{}
	for _, sub := range s.Subscriptions {
		if sub.Topic != nil && !sub.Topic.Foreign && sub.DeadLetter == nil && !sub.DeadLetterUnknown {
			silent[sub.Topic] = true
		}
	}
	var all []Finding
	for _, t := range s.Topics {
		if t.FailuresLogged == text.No && silent[t] {
			all = append(all, s.finding(r, "topic "+t.Label()+" does not log failed deliveries to queues, and a subscription of it has no dead-letter queue", t.At, &t.Element))
		}
	}
	return all
}
