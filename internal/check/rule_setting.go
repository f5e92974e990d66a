package check

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/text"
)

var ruleFIFOMismatch = &Rule{
	ID: "fifo-mismatch", Severity: Error,
	Documentation: Documentation{
		Title: "a FIFO queue or topic meets one that is not",
		Text: `A standard topic cannot deliver to a FIFO queue. A dead-letter queue must have the type of its source:
FIFO for a FIFO queue, and for a subscription of a FIFO topic. (A FIFO topic does deliver to standard
queues.) Otherwise the deployment fails, or messages are lost.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
		Unmended: "a queue or topic of the other type is another resource, with other messages",
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for i := range s.hops {
			h := &s.hops[i]
			if err := fifoMismatch(&h.Hop); err != nil {
				f := s.hopFinding(r, h, err.Error(), h.By.At)
				f.Advice = "make both FIFO, or neither"
				all = append(all, f)
			}
		}
		return all
	},
}

var ruleKeyRegion = &Rule{
	ID: "key-region", Severity: Error,
	Documentation: Documentation{
		Title: "the key is in another Region",
		Text:  `A queue or topic can only use a key of its own Region.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
		},
		Unmended: "a key of the Region has to be made or chosen",
	},
	check: keyRegion,
}

func keyRegion(s *subject, r *Rule) []Finding {
	var all []Finding
	seen := map[string]bool{}
	for i := range s.hops {
		h := &s.hops[i]
		for _, err := range keyRegions(&h.Hop) {
			if !seen[err.Error()] {
				seen[err.Error()] = true
				all = append(all, s.hopFinding(r, h, err.Error(), h.By.At))
			}
		}
	}
	return all
}

var ruleDisabledKey = &Rule{
	ID: "disabled-key", Severity: Error,
	Documentation: Documentation{
		Title: "a hop needs a disabled key",
		Text: `A disabled key neither encrypts nor decrypts. SQS and SNS fail with KMS.DisabledException, whatever the
policies allow.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
		},
		Unmended: "somebody has disabled the key for a reason that the file does not tell",
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for i := range s.hops {
			h := &s.hops[i]
			if k := disabledKey(h); k != nil {
				f := s.hopFinding(r, h, stateOf(k)+": "+lost(h), k.Property("Enabled"))
				f.Elements = append(f.Elements, &k.Element)
				all = append(all, f)
			}
		}
		return all
	},
}

var ruleUnencryptedQueue = &Rule{
	ID: "unencrypted-queue", Severity: Warning,
	Documentation: Documentation{
		Title: "a queue without server-side encryption",
		Text: `The queue has no key, and SSE-SQS is switched off. SSE-SQS costs nothing, and nobody needs a grant for it.

Drop SqsManagedSseEnabled: false.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
		},
	},
	check: func(s *subject, r *Rule) []Finding {
		var all []Finding
		for _, q := range s.Queues {
			if !q.Foreign && q.Key == nil && q.SSE == text.No {
				f := s.finding(r, "queue "+q.Label()+" is not encrypted: SSE-SQS is switched off", q.Property("SqsManagedSseEnabled"), &q.Element)
				f.Changes = []Change{{&q.Element, "SqsManagedSseEnabled", true}}
				all = append(all, f)
			}
		}
		return all
	},
}

var ruleVisibilityTimeout = &Rule{
	ID: "visibility-timeout", Severity: Warning,
	Documentation: Documentation{
		Title: "a visibility timeout too short for the function",
		Text: `When the visibility timeout ends while a Lambda function is still working on a message, the message
becomes visible again and is handled twice, or moved to the dead-letter queue. AWS recommends at least
six times the function's timeout (a finding about that is an info), and refuses an event source mapping
whose queue has less than the timeout itself.`,
		AWS: []string{
			"https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
		},
	},
	check: visibilityTimeout,
}

// mostVisibilityTimeout is the longest visibility timeout in seconds: twelve hours.
//
// [SetQueueAttributes]
//
// [SetQueueAttributes]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
const mostVisibilityTimeout = 12 * 60 * 60

func visibilityTimeout(s *subject, r *Rule) []Finding {
	var all []Finding
	for _, c := range s.Consumers {
		q := c.Queue
		if q == nil || q.Foreign || c.Disabled || c.Timeout == nil || q.VisibilityTimeout == nil || *q.VisibilityTimeout >= 6**c.Timeout {
			continue
		}
		message := fmt.Sprintf("queue %s has a visibility timeout of %d s and function %s a timeout of %d s: want at least %d s, six times as much",
			q.Label(), *q.VisibilityTimeout, c.Function, *c.Timeout, 6**c.Timeout)
		f := s.finding(r, message, q.Property("VisibilityTimeout"), &q.Element, &c.Element)
		if *q.VisibilityTimeout >= *c.Timeout {
			f.Severity = Info
		}
		if wanted := 6 * *c.Timeout; wanted <= mostVisibilityTimeout {
			f.Changes = []Change{{&q.Element, "VisibilityTimeout", wanted}}
		}
		all = append(all, f)
	}
	return all
}
