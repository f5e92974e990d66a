package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// subscription reads a subscription that is a resource of its own.
//
// [AWS::SNS::Subscription]
//
// [AWS::SNS::Subscription]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
func (b *builder) subscription(s *stack, r *resource) {
	properties := s.resolve(r.properties)
	arn := properties.get("TopicArn")
	b.subscribe(s, s.element(r), b.topicRef(s, arn.text, arn.at), properties)
}

// subscribe adds the subscription of a queue, from the resolved properties of a subscription.
func (b *builder) subscribe(s *stack, e topology.Element, t *topology.Topic, properties node) {
	protocol := properties.get("Protocol").text
	endpoint := properties.get("Endpoint")
	switch {
	case strings.EqualFold(protocol, "sqs"):
	case !policygen.Unresolved(protocol):
		return
	default:
		// The protocol is not known: it is one of a queue if the endpoint is one.
		if p, ok := arnParts(endpoint.text); !ok || p[2] != "sqs" {
			b.unknown(s, e.ID, "subscription protocol", "it is not known: "+excerpt(protocol), endpoint.at)
			return
		}
	}
	sub := &topology.Subscription{Element: e, Topic: t, Queue: b.queueRef(s, endpoint.text, endpoint.at)}
	if sub.Queue == nil {
		sub.Queue = b.queueByURL(s, endpoint.text, endpoint.at)
	}
	if sub.Topic == nil {
		b.unknown(s, e.ID, "subscription topic", "TopicArn is no topic's ARN: "+excerpt(properties.get("TopicArn").text), properties.get("TopicArn").at)
	}
	if sub.Queue == nil {
		b.unknown(s, e.ID, "subscription endpoint", "it is no queue's ARN: "+excerpt(endpoint.text), endpoint.at)
	}
	sub.Raw = triOf(properties.get("RawMessageDelivery"), topology.No)
	sub.Filtered = properties.get("FilterPolicy").there()
	if redrive := parsed(properties.get("RedrivePolicy")); redrive.there() {
		target := redrive.get("deadLetterTargetArn")
		sub.DeadLetter = b.queueRef(s, target.text, target.at)
		sub.DeadLetterUnknown = sub.DeadLetter == nil
	}
	b.t.Subscriptions = append(b.t.Subscriptions, sub)
}
