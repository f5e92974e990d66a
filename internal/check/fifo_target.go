package check

import (
	"github.com/hopgrant/hopgrant/internal/text"
)

var ruleFIFOTarget = &Rule{
	ID: "fifo-target", Severity: Error,
	Documentation: Documentation{
		Title: "a FIFO queue or topic gets messages that it does not take",
		Text: `Every message of a FIFO queue or topic has a message group, and a deduplication id unless the queue tells messages apart by
their content. EventBridge, Pipes and Scheduler send a message group if the target names one, and no deduplication id. Lambda's
destinations and dead-letter queues, those of EventBridge, and AWS IoT take standard queues and topics only.

Name a MessageGroupId (in Terraform message_group_id), and let the queue have ContentBasedDeduplication, or use a standard queue
or topic.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
			"https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
			"https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html",
			"https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SqsParameters.html",
			"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
			"https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html",
		},
		Unmended: "which messages belong to one group, or whether the queue need be FIFO, is the owner's to say",
	},
	check: bySetting("fifo-target", "name a message group, and let the queue have ContentBasedDeduplication, or use a standard queue or topic", nil),
}

// fifoTarget finds what a FIFO queue or topic misses in the messages of a service. S3 has a rule of its own.
func fifoTarget(h *Hop) []setting {
	p := h.Publisher
	if p == nil || len(fifoForS3(h)) > 0 || h.toFIFO() != text.Yes {
		return nil
	}
	x := setting{rule: ruleFIFOTarget.ID, verdict: Broken, at: h.By.At, about: h.To}
	what := named(h.Record().To, h.To.Label()) + ", which is FIFO"
	switch q := h.QueueElement; {
	case p.StandardOnly:
		x.why = named(h.Record().To, h.To.Label()) + " of " + h.By.Label() + " (" + p.What + ") is FIFO, and AWS takes a standard one there"
	case p.Grouped == text.No:
		x.why = p.What + " " + h.By.Label() + " names no message group for " + what
	case q != nil && p.Grouped == text.Yes && p.Content && q.Deduplicates == text.No:
		x.why = p.What + " " + h.By.Label() + " sends no deduplication id to " + what + " and without ContentBasedDeduplication"
	case p.Grouped == text.Yes:
		return nil
	default:
		x.rule, x.verdict = ruleUndecided.ID, Unknown
		x.why = "messages of " + what + " have a message group, and no page of AWS's says that " + p.What + " " + h.By.Label() + " sends one"
	}
	return []setting{x}
}
