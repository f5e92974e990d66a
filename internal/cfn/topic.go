package cfn

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// topic makes a topic known.
func (b *builder) topic(r *resource) {
	arn := r.arn()
	t := &topology.Topic{Element: r.element(), ARN: policygen.TopicARN(arn)}
	t.FIFO = r.tri("FifoTopic", text.Of(strings.HasSuffix(arn, ".fifo")))
	b.AddTopic(t)
}

// topicProperties reads a topic's key, logging and inline subscriptions.
func (b *builder) topicProperties(r *resource) {
	t := b.Topic(r.arn())
	t.Key = b.keyRef(r.stack, &t.Element, r.written("KmsMasterKeyId"))
	if size := r.number("MaximumMessageSize", 0); size != nil {
		t.Large = *size > topology.UsualMessageSize
	}
	t.FailuresLogged = failuresLogged(r.get("DeliveryStatusLogging"))
	for _, sub := range b.objects(r, "subscription", r.get("Subscription")) {
		b.subscribe(r.stack, topology.Element{ID: r.ID, Path: t.Path, Stack: r.Shown, At: r.position(sub.At), Suppressions: t.Suppressions}, t, sub)
	}
}

// failuresLogged tells whether DeliveryStatusLogging logs failed deliveries to SQS.
func failuresLogged(v value.Value) text.Truth {
	if !v.There() {
		return text.No
	}
	for _, l := range v.OneOrMany() {
		if l.Kind != value.Object {
			return text.Maybe
		}
		if strings.EqualFold(l.Get("Protocol").Text, "sqs") && l.Has("FailureFeedbackRoleArn") {
			return text.Yes
		}
	}
	return text.No
}

// topicRef returns the topic to which an element refers by its ARN; one that is not in the templates is foreign. It returns nil
// if the text cannot be a topic's ARN.
func (b *builder) topicRef(s stack, by *topology.Element, written string, at value.Place) *topology.Topic {
	arn := b.Canonical(written)
	if b.Topic(arn) == nil && !s.mayBe(arn, "sns") {
		return nil
	}
	t := b.ForeignTopic(arn, s.position(at))
	by.Doubt(&t.Element, topology.Elsewhere(written, &t.Element, string(t.ARN)))
	return t
}

// topicPolicy attaches a policy to each of its topics.
func (b *builder) topicPolicy(r *resource) {
	p := b.policy(r, &topology.Policy{Element: r.element(), Kind: kind.ResourcePolicy})
	for _, v := range r.get(r.form().On).OneOrMany() {
		t := b.topicRef(r.stack, &p.Element, v.Text, v.At)
		if t == nil {
			b.unknown(r.stack, r.ID, "topic of a topic policy", "it is no topic's ARN: "+value.Excerpt(v.Text), v.At)
			if text.Unresolved(v.Text) && !r.fromOutside(v.Text) {
				b.UnplacedTopicPolicy(p)
			}
			continue
		}
		if why := p.Doubts[&t.Element]; why != "" {
			b.unknown(r.stack, r.ID, "topic of a topic policy", why, v.At)
			t.Possible = append(t.Possible, p)
			continue
		}
		t.Policies = append(t.Policies, p)
	}
	if _, ok := r.included(); ok && !r.Properties.Has(r.form().On) {
		b.UnplacedTopicPolicy(p)
	}
}
