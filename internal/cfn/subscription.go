package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// subscription reads a subscription that is a resource of its own.
func (b *builder) subscription(r *resource) {
	properties := r.Resolve(r.Properties)
	arn := properties.Get(r.form().On)
	b.subscribe(r.stack, r.element(), b.topicRef(r.stack, arn.Text, arn.At), properties)
}

// subscribe adds the subscription of a queue, from the resolved properties of a subscription.
func (b *builder) subscribe(s stack, e topology.Element, t *topology.Topic, properties value.Value) {
	protocol := properties.Get("Protocol").Text
	endpoint := properties.Get("Endpoint")
	switch {
	case strings.EqualFold(protocol, "sqs"):
	case !text.Unresolved(protocol):
		return
	default:
		// The protocol is not known: it is one of a queue if the endpoint is one.
		if p, ok := text.SplitARN(endpoint.Text); !ok || p[2] != "sqs" {
			b.unknown(s, e.ID, "subscription protocol", "it is not known: "+value.Excerpt(protocol), endpoint.At)
			return
		}
	}
	sub := &topology.Subscription{Element: e, Topic: t, Queue: b.queueRef(s, endpoint.Text, endpoint.At)}
	if sub.Queue == nil {
		sub.Queue = b.queueByURL(s, endpoint.Text, endpoint.At)
	}
	if sub.Topic == nil {
		b.unknown(s, e.ID, "subscription topic", "TopicArn is no topic's ARN: "+value.Excerpt(properties.Get("TopicArn").Text), properties.Get("TopicArn").At)
	}
	if sub.Queue == nil {
		b.unknown(s, e.ID, "subscription endpoint", "it is no queue's ARN: "+value.Excerpt(endpoint.Text), endpoint.At)
	}
	sub.Raw = triOf(properties.Get("RawMessageDelivery"), text.No)
	sub.Filtered = properties.Get("FilterPolicy").There()
	if redrive := parsed(properties.Get("RedrivePolicy")); redrive.There() {
		target := redrive.Get("deadLetterTargetArn")
		sub.DeadLetter = b.queueRef(s, target.Text, target.At)
		sub.DeadLetterUnknown = sub.DeadLetter == nil
	}
	b.Subscriptions = append(b.Subscriptions, sub)
}
