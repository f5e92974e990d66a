package check

import (
	"strconv"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleSubscriptionRegion = &Rule{
	ID: "subscription-region", Severity: Error,
	Documentation: Documentation{
		Title: "a subscription that is made in another Region than its topic's",
		Text: `A subscription is made in the Region of its topic. Without Region, CloudFormation makes it in the stack's Region,
where SNS does not find the topic, and the deployment fails. In Terraform it is the Region of the provider.

Set Region to the topic's Region, or in Terraform use a provider of that Region.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html",
		},
	},
	check: bySetting("subscription-region", "set the subscription's Region to that of the topic", inRegionOfTopic),
}

func inRegionOfTopic(h *Hop) []Change {
	if topic := policygen.ARN(h.Topic.ARN).Region(); topic != "" {
		return []Change{{&h.Subscription.Element, "Region", topic}}
	}
	return nil
}

func subscriptionElsewhere(h *Hop) []setting {
	if h.Subscription == nil {
		return nil
	}
	topic, made := policygen.ARN(h.Topic.ARN).Region(), h.Subscription.Region
	if made == "" || text.Unresolved(made) || topic == made {
		return nil
	}
	if topic == "" {
		if h.TopicElement.Foreign {
			return nil
		}
		return []setting{{rule: "undecided", verdict: Unknown, at: h.Subscription.At, about: h.From,
			why: "subscription " + h.By.Label() + " is made in Region " + made + ", and whether topic " + h.From.Label() + " is there is not known"}}
	}
	return []setting{{rule: "subscription-region", verdict: Broken, at: h.Subscription.At, about: h.From,
		why: "subscription " + h.By.Label() + " is made in Region " + made + ", and topic " + h.From.Label() + " is in " + topic}}
}

var ruleSubscriptionProtocol = &Rule{
	ID: "subscription-protocol", Severity: Error,
	Documentation: Documentation{
		Title: "a subscription with a protocol that SNS does not have, or not for queues",
		Text: `SNS knows the protocols http, https, email, email-json, sms, sqs, application, lambda and firehose, written so. It refuses
to subscribe an endpoint by any other, and sqs in capitals is another one. The ARN of a queue is an endpoint of sqs only.

Write sqs.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
		},
	},
	check: bySetting("subscription-protocol", "write the protocol as SNS has it: sqs for a queue", protocolOfQueue),
}

func protocolOfQueue(h *Hop) []Change {
	if h.Subscription.Queue == nil {
		return nil
	}
	return []Change{{&h.Subscription.Element, "Protocol", "sqs"}}
}

func protocolRefused(h *Hop) []setting {
	if h.Subscription == nil || h.Subscription.Refused == "" {
		return nil
	}
	why := "subscription " + h.By.Label() + " has the protocol " + strconv.Quote(h.Subscription.Refused)
	switch {
	case !topology.TakesProtocol(h.Subscription.Refused):
		why += ", which SNS does not have"
	case h.QueueElement == h.Subscription.Queue:
		why += ", and its endpoint is queue " + h.QueueElement.Label()
	default:
		why += ", and its endpoint is a queue"
	}
	return []setting{{rule: "subscription-protocol", verdict: Broken, at: h.Subscription.Property("Protocol"), about: h.To, why: why, anywhere: true}}
}

var ruleDuplicateSubscription = &Rule{
	ID: "duplicate-subscription", Severity: Error,
	Documentation: Documentation{
		Title: "a second subscription of a queue to a topic, with other attributes",
		Text: `A topic has one subscription of an endpoint. SNS answers the same request again with the subscription that is there, and
refuses it if the attributes, such as the filter policy or raw message delivery, are others.

Subscribe the queue once, with a filter policy for all that it needs, or use another queue.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html",
		},
		Unmended: "which of the subscriptions is meant, or what both ask for, is the owner's to say",
	},
	check: bySetting("duplicate-subscription", "subscribe the queue once", nil),
}

func duplicateSubscription(h *Hop) []setting {
	if h.Conflict == nil {
		return nil
	}
	return []setting{{rule: "duplicate-subscription", verdict: Broken, at: h.By.At, about: &h.Conflict.Element,
		why: "subscription " + h.By.Label() + " of queue " + h.To.Label() + " to topic " + h.From.Label() + " has other attributes than " + h.Conflict.Label() + ", and SNS takes one of an endpoint"}}
}

var ruleLargeTopic = &Rule{
	ID: "large-topic", Severity: Error,
	Documentation: Documentation{
		Title: "a topic for large messages with subscriptions that it does not take",
		Text: `A topic whose MaximumMessageSize is above 256 KiB has subscriptions of SQS, Lambda and Firehose only, and at most 100. SNS refuses
others, and the deployment fails.

Drop MaximumMessageSize, or the subscription.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html",
		},
		Unmended: "which of the subscriptions is wanted, or whether large messages are, is the owner's to say",
	},
	check: bySetting("large-topic", "drop the topic's MaximumMessageSize, or the subscription", nil),
}

// maxLarge is the number of subscriptions of a topic that takes large messages.
const maxLarge = 100

func largeTopic(h *Hop) []setting {
	t := h.TopicElement
	if h.Subscription == nil || t == nil || !t.Large {
		return nil
	}
	x := setting{rule: "large-topic", verdict: Broken, at: t.Property("MaximumMessageSize"), about: &t.Element}
	switch {
	case len(t.Unsupported) > 0:
		x.at, x.about = t.Unsupported[0].At, t.Unsupported[0]
		x.why = "topic " + t.Label() + " takes messages above 256 KiB, and SNS refuses subscription " + t.Unsupported[0].Label() + " to it, which is none of SQS, Lambda or Firehose"
	case t.Subscribers > maxLarge:
		x.why = "topic " + t.Label() + " takes messages above 256 KiB and has " + strconv.Itoa(t.Subscribers) + " subscriptions, and SNS takes " + strconv.Itoa(maxLarge)
	default:
		return nil
	}
	return []setting{x}
}
