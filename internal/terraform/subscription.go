package terraform

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// subscription reads a subscription of a queue, or another one that has a dead-letter queue. One whose topic or queue is not known
// is a hop of what stands for it.
func (b *builder) subscription(r *resource) {
	s := &topology.Subscription{Element: b.element(r), Region: b.plan.in(r).region, Raw: r.boolean("raw_message_delivery", text.No),
		Filtered: r.text("filter_policy") != "" || r.isUnknown("filter_policy") && r.expression("filter_policy") != nil}
	protocol, open := r.text("protocol"), r.isUnknown("protocol")
	endpoint, known := b.plan.lookup(r, "endpoint")
	surely := known && (text.Known(endpoint, text.Service) == "sqs" || b.Queue(endpoint) != nil)
	toQueue := protocol == "sqs"
	switch {
	case open || text.Unresolved(protocol):
		if toQueue = surely || !known || mayBe(endpoint, "sqs"); toQueue && !surely {
			known = false // it may be an address of another protocol
		}
	case protocol != "" && !topology.TakesProtocol(protocol):
		s.Refused, toQueue = protocol, strings.EqualFold(protocol, "sqs") || surely
	case protocol != "" && protocol != "sqs" && surely:
		s.Refused, toQueue = protocol, true
	}
	deadLetters, _, redrives := b.redrivePolicy(r)
	if !toQueue && !redrives {
		return
	}
	s.Attributes = subscriptionAttributes(r)
	if topic, ok := b.plan.lookup(r, "topic_arn"); !ok {
		s.Topic = b.someTopic(r, &s.Element, "topic_arn", b.whyNot(r, "topic_arn"))
	} else if s.Topic = b.topicBy(&s.Element, topic); s.Topic == nil {
		b.unknown(r, "subscription topic", noARN("topic_arn", "topic", topic))
	}
	switch {
	case !toQueue:
	case known:
		if s.Queue = b.queueBy(&s.Element, endpoint); s.Queue == nil {
			b.unknown(r, "subscription endpoint", noARN("endpoint", "queue", endpoint))
		}
		s.URL = namedByURL(s.Queue, endpoint)
	case open || text.Unresolved(protocol):
		s.Queue = b.someQueue(r, &s.Element, "endpoint", b.whyNot(r, "protocol"))
	default:
		s.Queue = b.someQueue(r, &s.Element, "endpoint", b.whyNot(r, "endpoint"))
	}
	if redrives {
		if s.DeadLetter = b.queueBy(&s.Element, deadLetters); s.DeadLetter == nil {
			s.DeadLetter = b.someQueue(r, &s.Element, "redrive_policy", b.whyNot(r, "redrive_policy"))
		}
		s.DeadLetterURL = namedByURL(s.DeadLetter, deadLetters)
	}
	b.Subscriptions = append(b.Subscriptions, s)
}

// noARN says why an attribute that is known names no topic or queue.
func noARN(attribute, what, is string) string {
	if is == "" {
		return attribute + " is not set"
	}
	return attribute + " is no " + what + "'s ARN: " + value.Excerpt(is)
}

// subscriptionAttributes returns the attributes of a subscription as JSON, with text that is not known for each that is known only
// after apply.
func subscriptionAttributes(r *resource) string {
	all := map[string]any{}
	for _, name := range []string{"delivery_policy", "filter_policy", "filter_policy_scope", "raw_message_delivery", "redrive_policy", "subscription_role_arn"} {
		switch v := r.values[name]; {
		case v != nil && v != "" && v != false && v != "MessageAttributes":
			all[name] = v
		case r.isUnknown(name) && r.expression(name) != nil:
			all[name] = unknownText(r.address, name)
		}
	}
	return string(value.EncodeJSON(all, ""))
}
