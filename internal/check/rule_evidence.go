package check

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

var ruleUnexplainedFailure = &Rule{
	ID: "unexplained-failure", Severity: Warning,
	Documentation: Documentation{
		Title: "messages failed in an account, and nothing that was read explains it",
		Text: `CloudWatch, delivery status logs or CloudTrail show deliveries that failed, calls that were denied, or messages in a dead-letter queue,
and no hop of the topic, queue or key is found to be broken. What was wrong may have been mended since, something that was not
read may deny it (a control policy, the policy of a VPC endpoint, another account), or the reason is none of permissions: messages
that are too large, a consumer that fails, throttling.

Compare the time of the evidence with that of the last change, and paste the log or event to hopgrant diagnose.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
		},
		Unmended: "what to mend is not known",
	},
	check: unexplainedFailure,
}

func unexplainedFailure(s *subject, r *Rule) []Finding {
	explained := map[string]bool{}
	for i := range s.hops {
		if h := &s.hops[i]; h.Verdict == Broken {
			for _, id := range h.ids() {
				explained[id] = true
			}
		}
	}
	var all []Finding
	named := s.named()
	for _, e := range s.Evidence {
		x, known := named[e.Of]
		if explained[e.Of] || !e.Failed && !(e.Waiting && x.deadLetter) {
			continue
		}
		explained[e.Of] = true // once
		if !known {
			x.kind, x.element = "resource", &topology.Element{ID: e.Of}
		}
		message := "messages or calls of " + x.kind + " " + x.element.Label() + " failed, and nothing that was read says why"
		if !e.Failed {
			message = "dead-letter queue " + x.element.Label() + " holds messages, and nothing that was read says why"
		}
		all = append(all, s.finding(r, message, x.element.At, x.element))
	}
	return all
}

// A namedElement is a topic, queue or key with what it is called.
type namedElement struct {
	kind       string
	element    *topology.Element
	deadLetter bool
}

func (s *subject) named() map[string]namedElement {
	all := map[string]namedElement{}
	for _, t := range s.Topics {
		all[t.ID] = namedElement{"topic", &t.Element, false}
	}
	for _, q := range s.Queues {
		all[q.ID] = namedElement{"queue", &q.Element, s.isDeadLetter(q)}
	}
	for _, k := range s.Keys {
		all[k.ID] = namedElement{"key", &k.Element, false}
	}
	return all
}

var ruleEmptyThoughOK = &Rule{
	ID: "empty-though-ok", Severity: Info,
	Documentation: Documentation{
		Title: "why a queue of an account may stay empty though its hops work",
		Text: `Every hop to the queue works, and a message need not arrive nevertheless, or be there when somebody looks. SNS does not deliver what
a subscription's filter policy does not match. With raw message delivery it discards a message that has more than ten attributes. A
FIFO topic accepts a message with the deduplication id of one of the last five minutes, and does not deliver it. And whoever
receives from the queue takes messages away before others see them.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html",
			"https://docs.aws.amazon.com/sns/latest/dg/SNSMessageAttributes.html",
			"https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html",
		},
		Unmended: "it is what was asked for",
	},
	check: emptyThoughOK,
}

func emptyThoughOK(s *subject, r *Rule) []Finding {
	if s.Kind != "account" {
		return nil
	}
	var all []Finding
	for _, q := range s.Queues {
		var reasons []string
		about := []*topology.Element{&q.Element}
		works := false
		for _, h := range s.into[&q.Element] {
			works = works || h.Verdict == OK
			if h.Verdict == OK && h.Subscription != nil {
				reasons = append(reasons, keptBack(h.Subscription)...)
				about = append(about, h.By, h.From)
			}
		}
		for _, h := range s.from[&q.Element] {
			if h.Verdict == OK && h.Record().Leaves() {
				reasons = appendNew(reasons, h.To.Label()+" receives from it")
				about = append(about, h.To)
			}
		}
		if works && len(reasons) > 0 && !s.isDeadLetter(q) {
			all = append(all, s.finding(r, "queue "+q.Label()+" may be empty though messages reach it: "+list(reasons), q.At, about...))
		}
	}
	return all
}

// keptBack says which messages SNS does not deliver by a subscription.
func keptBack(x *topology.Subscription) []string {
	var all []string
	from := "topic " + x.Topic.Label()
	if x.Filtered {
		all = append(all, from+" delivers only what the filter policy of the subscription matches")
	}
	if x.Raw == text.Yes {
		all = append(all, from+" discards messages with more than ten attributes (raw message delivery)")
	}
	if x.Topic.FIFO == text.Yes {
		all = append(all, from+" delivers one message of a deduplication id in five minutes")
	}
	return all
}
