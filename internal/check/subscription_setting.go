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

var ruleEndpointURL = &Rule{
	ID: "endpoint-url", Severity: Error,
	Documentation: Documentation{
		Title: "the URL of a queue where AWS takes its ARN",
		Text: `The endpoint of a subscription with the protocol sqs is the ARN of the queue, as are the target of a rule, bucket or schedule,
the source of an event source mapping or pipe, and deadLetterTargetArn. Ref of a queue gives its URL, which AWS refuses there.

Use Fn::GetAtt with Arn, or in Terraform the queue's arn.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
			"https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html",
			"https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-queueconfiguration.html",
		},
	},
	check: bySetting("endpoint-url", "use the queue's ARN", nameByARN),
}

// nameByARN names the queue by its ARN, where the file has a property for that.
func nameByARN(h *Hop) []Change {
	q := h.QueueElement
	if q.Foreign {
		return nil
	}
	arn := "${" + q.ID + ".Arn}"
	switch s := h.Subscription; {
	case s != nil && s.URL && q == s.Queue:
		return []Change{{&s.Element, "Endpoint", arn}}
	case s != nil && s.DeadLetterURL && q == s.DeadLetter:
		return []Change{{&s.Element, "RedrivePolicy.deadLetterTargetArn", arn}}
	case h.Moved && h.Sources[0].DeadLetter.URL:
		return []Change{{&h.Sources[0].Element, "RedrivePolicy.deadLetterTargetArn", arn}}
	case h.Consumer != nil && h.Consumer.URL:
		return []Change{{&h.Consumer.Element, "EventSourceArn", arn}}
	}
	return nil
}

func endpointURL(h *Hop) []setting {
	q := h.QueueElement
	x := setting{rule: "endpoint-url", verdict: Broken, at: h.By.At, anywhere: true}
	switch s := h.Subscription; {
	case s != nil && s.URL && q == s.Queue:
		x.why, x.at = "the endpoint of subscription "+h.By.Label(), s.Property("Endpoint")
	case s != nil && s.DeadLetterURL && q == s.DeadLetter:
		x.why, x.at = "deadLetterTargetArn of subscription "+h.By.Label(), s.Property("RedrivePolicy")
	case h.Moved && h.Sources[0].DeadLetter.URL:
		x.why, x.at = "deadLetterTargetArn of queue "+h.Sources[0].Label(), h.Sources[0].DeadLetter.At
	case h.Publisher != nil && h.Publisher.URL:
		x.why = "the target of " + h.By.Label()
	case h.Consumer != nil && h.Consumer.URL:
		x.why = "the source of " + h.By.Label()
	default:
		return nil
	}
	x.why += " is the URL of queue " + q.Label() + ", want its ARN"
	x.about = &q.Element
	return []setting{x}
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
