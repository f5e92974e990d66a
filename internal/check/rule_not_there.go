package check

import "github.com/hopgrant/hopgrant/internal/topology"

var ruleDoesNotExist = &Rule{
	ID: "does-not-exist", Severity: Error,
	Documentation: Documentation{
		Title: "a topic, queue or key that does not exist",
		Text: `In an account, a subscription, a rule or a redrive policy names a topic or queue that is not there: it was deleted, or its name is
misspelled. What is sent there is lost, and no policy helps. Nor is a message taken by a queue or topic whose key does not exist. A subscription of a queue that was deleted and made again with another
name still has the old one.

Name the one that is meant, or take away what names it.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
		},
		Unmended: "whether it is to be made again, or something else is meant, is the owner's to say",
	},
	check: bySetting("does-not-exist", "name the topic or queue that is meant, or take away what names it", nil),
}

// missingEnd reports a topic or queue of the hop that is not in the account. That nothing but a policy names it is no fault: then
// nobody need use it.
func missingEnd(h *Hop) []setting {
	about := func(kind string, e *topology.Element) []setting {
		x := setting{rule: "does-not-exist", verdict: Broken, at: h.By.At, about: e, why: kind + " " + e.Label() + " does not exist: " + e.Missing}
		if h.Inferred != "" {
			x.rule, x.verdict = "undecided", Unknown
		}
		return []setting{x}
	}
	if t := h.TopicElement; t != nil && t.Missing != "" {
		return about("topic", &t.Element)
	}
	for _, q := range []*topology.Queue{h.QueueElement, h.DestinationElement} {
		if q != nil && q.Missing != "" {
			return about("queue", &q.Element)
		}
	}
	for _, k := range h.keys() {
		if k.Missing != "" {
			return about("key", &k.Element)
		}
	}
	return nil
}

var ruleSubscriptionState = &Rule{
	ID: "subscription-state", Severity: Error,
	Documentation: Documentation{
		Title: "a subscription that is not confirmed, or deleted",
		Text: `SNS delivers nothing by a subscription that waits for its confirmation. That of a queue waits if the topic's owner has subscribed
the queue of another account: SNS sends the queue a message with a token, by which its owner has to confirm.

Confirm the subscription, or let the queue's owner subscribe it, who need not confirm.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-send-message-to-sqs-cross-account.html",
			"https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html",
		},
		Unmended: "the token that confirms it is in a message of the queue",
	},
	check: bySetting("subscription-state", "confirm it with the SubscribeURL or token of the message that SNS has sent to the queue, or let the queue's owner subscribe it", nil),
}

func subscriptionState(h *Hop) []setting {
	if h.Subscription == nil || h.Subscription.State == "" {
		return nil
	}
	return []setting{{rule: "subscription-state", verdict: Broken, at: h.By.At, about: &h.Subscription.Element,
		why: "the subscription of queue " + h.To.Label() + " to topic " + h.From.Label() + " is in the state " + h.Subscription.State + ", in which SNS delivers nothing"}}
}
