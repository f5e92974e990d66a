package terraform

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// queueBy returns the queue to which an element refers by an ARN or URL, a foreign one if it is not the plan's; nil if the text
// names none.
func (b *builder) queueBy(by *topology.Element, s string) *topology.Queue {
	q := b.Queue(s)
	if q == nil {
		arn := s
		if url := topology.QueueOfURL(s); url != "" {
			arn = string(url)
		}
		if !mayBe(arn, "sqs") {
			return nil
		}
		q = b.ForeignQueue(b.Canonical(arn), by.At)
	}
	by.Doubt(&q.Element, topology.Elsewhere(s, &q.Element, string(q.ARN)))
	return q
}

// topicBy returns the topic to which an element refers by an ARN, a foreign one if it is not the plan's; nil if the text names
// none.
func (b *builder) topicBy(by *topology.Element, s string) *topology.Topic {
	t := b.Topic(s)
	if t == nil {
		if !mayBe(s, "sns") {
			return nil
		}
		t = b.ForeignTopic(b.Canonical(s), by.At)
	}
	by.Doubt(&t.Element, topology.Elsewhere(s, &t.Element, string(t.ARN)))
	return t
}

// someQueue returns the queue that stands for the one which an attribute of a resource names and of which it is not known, for a
// reason, which it is. A hop of it has no verdict.
func (b *builder) someQueue(r *resource, by *topology.Element, attribute, why string) *topology.Queue {
	q := b.ForeignQueue(unknownText(r.address, attribute), by.At)
	by.Doubt(&q.Element, why)
	return q
}

// someTopic is someQueue for topics.
func (b *builder) someTopic(r *resource, by *topology.Element, attribute, why string) *topology.Topic {
	t := b.ForeignTopic(unknownText(r.address, attribute), by.At)
	by.Doubt(&t.Element, why)
	return t
}

// mayBe reports whether text may be the ARN of a resource of a service: such an ARN, or text that does not tell. What a resource
// of another service computes of itself is none.
func mayBe(s, service string) bool {
	if p, ok := text.SplitARN(s); ok {
		return p[text.Service] == service || text.Unresolved(p[text.Service])
	}
	if !text.Unresolved(s) || strings.HasPrefix(s, "https://") {
		return false
	}
	if typ, attribute := attributeOf(s); strings.HasPrefix(typ, "aws_") || strings.HasPrefix(typ, "awscc_") {
		switch attribute {
		case "arn", "id", "name", "invoke_arn", "qualified_arn", "stream_arn":
			_, of, _ := strings.Cut(typ, "_")
			return strings.HasPrefix(of, service+"_")
		}
	}
	return true
}

// attributeOf returns the type of the resource or data source that a reference names, and the attribute; "" if it names none.
func attributeOf(s string) (typ, attribute string) {
	if !text.IsReference(s) {
		return "", ""
	}
	parts := splitReference(s[len("${") : len(s)-1])
	for len(parts) > 2 && parts[0] == "module" {
		parts = parts[2:]
	}
	if len(parts) > 0 && parts[0] == "data" {
		parts = parts[1:]
	}
	if len(parts) != 3 {
		return "", ""
	}
	return parts[0], parts[2]
}

// whyNot says why it is not known what an attribute of a resource names.
func (b *builder) whyNot(r *resource, attribute string) string {
	if slices.Contains(r.redacted, attribute) {
		return attribute + " is redacted"
	}
	return whyNotIn(r.outermost(), attribute)
}

// whyNotIn is whyNot for an attribute of a block.
func whyNotIn(in block, attribute string) string {
	var v values
	if e := in.config[attribute]; e != nil {
		v = e.values()
	}
	s, _ := in.values[attribute].(string)
	switch {
	case v.why != "":
		return attribute + ": " + v.why
	case len(v.all) > 1:
		return attribute + " refers to several resources"
	case text.Unresolved(s):
		return attribute + " is not known: " + s
	}
	return attribute + " is known only after apply, or names nothing of this plan"
}
