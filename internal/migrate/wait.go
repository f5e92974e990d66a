package migrate

import (
	"time"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// How long a change takes to be seen everywhere. AWS says "several minutes" of policies, which are ten here, and nothing of a topic's
// attributes, which get as long.
const (
	policiesTake   = 10 * time.Minute
	attributesTake = time.Minute
	topicTakes     = policiesTake
	topicKeyReuse  = 5 * time.Minute
	mostKeyReuse   = 24 * time.Hour
	// mostRetries is how long SNS tries to deliver to a queue that does not answer: 100,015 times, most of them 20 seconds apart.
	mostRetries = 24 * 24 * time.Hour
)

// The AWS pages that state how long things take.
const (
	docConsistency = "https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html"
	docAttributes  = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"
	docSQSKeys     = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"
	docSNSKeys     = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
	docRetention   = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html"
	docRetries     = "https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"
)

// afterPolicies is how long the change of a policy takes to be seen everywhere.
func afterPolicies() Wait {
	return Wait{policiesTake, "a change of a policy is seen everywhere after seconds, and sometimes only after several minutes", docConsistency}
}

// afterSwitch returns how long the subjects still encrypt under their old keys once they have the new ones.
func (p *planner) afterSwitch() []Wait {
	var takes, reuse Wait
	longer := func(w *Wait, than Wait) {
		if than.For > w.For {
			*w = than
		}
	}
	for _, s := range p.subjects {
		if s.topic != nil {
			longer(&takes, Wait{topicTakes, "AWS does not say how long the change of a topic's key takes: as long as that of a policy is taken", docSNSKeys})
		} else {
			longer(&takes, Wait{attributesTake, "a change of a queue's attributes takes up to 60 seconds", docAttributes})
		}
		switch {
		case s.old == nil:
		case s.topic != nil:
			longer(&reuse, Wait{topicKeyReuse, "SNS uses a data key of the old key again for up to 5 minutes", docSNSKeys})
		case s.queue.KeyReuse == nil:
			longer(&reuse, Wait{mostKeyReuse, "SQS uses a data key of the old key again until the reuse period is over, which is not known and at most 24 hours", docSQSKeys})
		default:
			longer(&reuse, Wait{time.Duration(*s.queue.KeyReuse) * time.Second, "SQS uses a data key of the old key again until the reuse period of queue " + s.queue.Label() + " is over", docSQSKeys})
		}
	}
	if reuse.For == 0 {
		return []Wait{takes}
	}
	return []Wait{takes, reuse}
}

// untilGone returns how long messages under the old keys may still be there.
func (p *planner) untilGone() Wait {
	var all Wait
	for _, s := range p.subjects {
		w := Wait{mostRetries, "SNS decrypts a message when it delivers it, and tries for over 23 days where a queue or function does not answer; no page says under whose grants, so that those of publishers stay until then", docRetries}
		if s.queue != nil {
			w = stay(s.queue)
		}
		if s.leavesKey() && w.For > all.For {
			all = w
		}
	}
	return all
}

// stay returns how long a message may be in a queue and its dead-letter queues.
func stay(first *topology.Queue) Wait {
	w := Wait{Why: "a message of queue " + first.Label() + " expires when it is older than the retention period there or in the dead-letter queue, whichever is longer: it keeps its age when it is moved", AWS: docRetention}
	if first.FIFO != text.No {
		w.Why = "a message of queue " + first.Label() + " expires after the retention periods there and in the dead-letter queue: in a FIFO queue, its age begins anew when it is moved"
	}
	if first.DeadLetter == nil {
		w.Why = "a message of queue " + first.Label() + " expires when the retention period is over"
	}
	seen, known := map[*topology.Queue]bool{}, true
	for q := first; !seen[q]; q = deadLetters(q) {
		seconds := check.MostRetention
		if q != nil && q.Retention != nil && !q.Foreign {
			seconds = *q.Retention
		} else {
			known = false
		}
		switch keeps := time.Duration(seconds) * time.Second; {
		case first.FIFO != text.No:
			w.For += keeps
		default:
			w.For = max(w.For, keeps)
		}
		if q == nil || q.DeadLetter == nil {
			break
		}
		seen[q] = true
	}
	if !known {
		w.Why += "; where the period is not known, it is taken for 14 days, the longest that there is"
	}
	return w
}
