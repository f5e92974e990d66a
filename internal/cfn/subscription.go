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
	arn := s.resolve(r.properties.get("TopicArn"))
	e := s.element(r)
	b.subscribe(s, e, b.topicRef(s, arn.text, arn.at), r.properties, arn)
}

// subscribe adds the subscription of a queue, from the properties of a subscription. arn is the topic's as written.
func (b *builder) subscribe(s *stack, e topology.Element, t *topology.Topic, properties, arn node) {
	protocol := s.resolveText(properties.get("Protocol"))
	endpoint := s.resolve(properties.get("Endpoint"))
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
		b.unknown(s, e.ID, "subscription topic", "TopicArn is no topic's ARN: "+excerpt(arn.text), arn.at)
	}
	if sub.Queue == nil {
		b.unknown(s, e.ID, "subscription endpoint", "it is no queue's ARN: "+excerpt(endpoint.text), endpoint.at)
	}
	sub.Raw = s.tri(properties.get("RawMessageDelivery"), topology.No)
	sub.Filtered = s.resolve(properties.get("FilterPolicy")).there()
	if redrive := s.parsed(properties.get("RedrivePolicy")); redrive.there() {
		target := redrive.get("deadLetterTargetArn")
		sub.DeadLetter = b.queueRef(s, target.text, target.at)
		sub.DeadLetterUnknown = sub.DeadLetter == nil
	}
	b.t.Subscriptions = append(b.t.Subscriptions, sub)
}
