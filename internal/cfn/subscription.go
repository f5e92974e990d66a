package cfn

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// subscription reads a subscription that is a resource of its own.
func (b *builder) subscription(r *resource) {
	properties := r.Resolve(r.Properties)
	arn := properties.Get(r.form().On)
	e, before := r.element(), len(b.Subscriptions)
	t := b.topicRef(r.stack, &e, arn.Text, arn.At)
	b.subscribe(r.stack, e, t, properties)
	if len(b.Subscriptions) > before && r.exists() == text.Maybe {
		b.Subscriptions[before].Attributes = r.Unknown(r.ID) // it may be there instead of another one
	}
}

// subscribe adds the subscription of a queue, or another one's dead-letter queue, from the resolved properties of a
// subscription. SNS sends what it cannot deliver to the dead-letter queue, whatever the protocol.
//
// [Amazon SNS dead-letter queues]
//
// [Amazon SNS dead-letter queues]: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
func (b *builder) subscribe(s stack, e topology.Element, t *topology.Topic, properties value.Value) {
	protocol := properties.Get("Protocol").Text
	endpoint := properties.Get("Endpoint")
	sub := &topology.Subscription{Element: e, Topic: t, Region: cmp.Or(properties.Get("Region").Text, s.Pseudo("AWS::Region"))}
	toQueue := protocol == "sqs"
	if protocol != "" && !text.Unresolved(protocol) && !topology.TakesProtocol(protocol) {
		sub.Refused, toQueue = protocol, strings.EqualFold(protocol, "sqs") || b.queueEndpoint(endpoint.Text)
	} else if protocol != "sqs" && topology.TakesProtocol(protocol) && text.Known(endpoint.Text, text.Service) == "sqs" {
		sub.Refused, toQueue = protocol, true
	}
	open := ""
	if text.Unresolved(protocol) {
		// The protocol is not known: it is one of a queue if the endpoint is one.
		if toQueue = b.queueEndpoint(endpoint.Text); !toQueue && s.mayBe(endpoint.Text, "sqs") {
			toQueue, open = true, "the protocol is not known: "+value.Excerpt(protocol)
		}
	}
	if t != nil {
		t.Subscribers++
		if topology.TakesProtocol(protocol) && protocol != "sqs" && protocol != "lambda" && protocol != "firehose" {
			t.Unsupported = append(t.Unsupported, &e)
		}
	}
	if !toQueue && !properties.Get("RedrivePolicy").There() {
		return
	}
	if sub.Topic == nil {
		b.unknown(s, e.ID, "subscription topic", "TopicArn is no topic's ARN: "+value.Excerpt(properties.Get("TopicArn").Text), properties.Get("TopicArn").At)
	}
	if toQueue {
		if sub.Queue = b.queueRef(s, &sub.Element, endpoint.Text, endpoint.At); sub.Queue == nil {
			sub.Queue = b.queueByURL(s, &sub.Element, endpoint.Text, endpoint.At)
		}
		sub.URL = b.byURL(sub.Queue, endpoint.Text)
		if sub.Queue != nil {
			sub.Doubt(&sub.Queue.Element, open)
		} else {
			b.unknown(s, e.ID, "subscription endpoint", "it is no queue's ARN: "+value.Excerpt(endpoint.Text), endpoint.At)
		}
	}
	sub.Attributes = attributesOf(properties)
	sub.Raw = triOf(properties.Get("RawMessageDelivery"), text.No)
	sub.Filtered = properties.Get("FilterPolicy").There()
	if redrive := parsed(properties.Get("RedrivePolicy")); redrive.There() {
		target := redrive.Get("deadLetterTargetArn")
		sub.DeadLetter = b.queueRef(s, &sub.Element, target.Text, target.At)
		sub.DeadLetterUnknown, sub.DeadLetterURL = sub.DeadLetter == nil, b.byURL(sub.DeadLetter, target.Text)
		if sub.DeadLetter == nil {
			b.unknown(s, e.ID, "subscription dead-letter queue", "deadLetterTargetArn is no queue's ARN: "+value.Excerpt(target.Text), redrive.At)
		}
	}
	b.Subscriptions = append(b.Subscriptions, sub)
}

// attributesOf returns the attributes of a subscription as JSON; those that are not set have their defaults.
func attributesOf(properties value.Value) string {
	var all []value.Member
	for _, name := range []string{"DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy", "SubscriptionRoleArn"} {
		if v := properties.Get(name); v.There() && !(name == "RawMessageDelivery" && strings.EqualFold(v.Text, "false")) && v.Text != "MessageAttributes" {
			all = append(all, value.Pair(name, parsed(v)))
		}
	}
	return value.NewObject(properties.At, all...).JSON(1 << 16)
}

// queueEndpoint reports whether an endpoint is sure to be a queue, whatever the protocol says.
func (b *builder) queueEndpoint(endpoint string) bool {
	p, ok := text.SplitARN(endpoint)
	return ok && p[2] == "sqs" || b.Queue(endpoint) != nil
}
