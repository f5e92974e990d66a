package policygen

import "github.com/hopgrant/hopgrant/internal/kind"

// A QueuePolicy is the whole policy of a queue.
type QueuePolicy struct {
	Queue   QueueARN
	Hops    []Hop // calls on other queues are left out
	TLSOnly bool
}

// Document returns the queue policy. Without hops that need it and without TLSOnly it has no statements. The errors are
// those of [Generate].
func (q QueuePolicy) Document() (Document, error) {
	if err := queueForm.check(string(q.Queue), false); err != nil {
		return Document{}, err
	}
	return wholeDocument(place{on: OnQueue, resource: ARN(q.Queue)}, q.Hops, Options{TLSOnly: q.TLSOnly})
}

// A TopicPolicy is the whole policy of a topic.
type TopicPolicy struct {
	Topic   TopicARN
	Hops    []Hop // calls on other topics are left out
	TLSOnly bool
}

// Document returns the topic policy. Without hops that need it and without TLSOnly it has no statements. The errors are
// those of [Generate].
func (t TopicPolicy) Document() (Document, error) {
	if err := topicForm.check(string(t.Topic), false); err != nil {
		return Document{}, err
	}
	return wholeDocument(place{on: OnTopic, resource: ARN(t.Topic)}, t.Hops, Options{TLSOnly: t.TLSOnly})
}

// denyWithoutTLS denies requests that come without TLS. SNS delivers to queues over HTTPS, so this never stops it.
//
// [Amazon SNS preventative best practices]
//
// [Amazon SNS preventative best practices]: https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
func denyWithoutTLS(p place) Statement {
	actions := []string{"sqs:*"}
	if p.on == OnTopic {
		// A topic policy cannot name sns:*.
		actions = granted(func(k *kind.Kind, on kind.Part) bool { return on == kind.Topic && !k.Once })
	}
	return Statement{Sid: "DenyWithoutTLS", Effect: Deny, Principal: &Principals{Anyone: true}, Action: actions,
		Resource: []string{string(p.resource)}, Condition: Condition{"Bool": {"aws:SecureTransport": {"false"}}}}
}
