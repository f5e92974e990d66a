package topology

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Subscription is a subscription of a queue to a topic, or one of another protocol that has a dead-letter queue. Readers leave
// out others.
type Subscription struct {
	// Element's ID is that of the subscription; of an inline one, that of its topic.
	Element
	Topic *Topic // nil if not known
	Queue *Queue // nil if not known, or of another protocol
	// DeadLetter is the subscription's dead-letter queue, which takes what SNS could not deliver; nil if there is none.
	// DeadLetterUnknown is set if there is one and it is not known which.
	DeadLetter        *Queue
	DeadLetterUnknown bool
	DeadLetterURL     bool // deadLetterTargetArn is the queue's URL, and not its ARN
	// State is that of a subscription in an account by which SNS delivers nothing, "PendingConfirmation" or "Deleted"; else empty.
	State string
	// Unread is set on what stands for the topic's subscriptions if these were not read, and says why.
	Unread string
	// Region is where the subscription is made, which must be the topic's; "" or unresolved text if not known.
	Region string
	URL    bool // the endpoint is the queue's URL, and not its ARN
	// Refused is the protocol as it is written if SNS does not take it, as SQS in capitals, or not for a queue, as lambda; else "".
	Refused  string
	Raw      text.Truth
	Filtered bool // a filter policy is set
	// Attributes are the subscription's attributes as JSON, for comparing.
	Attributes string
}

// TakesProtocol reports whether SNS subscribes endpoints by a protocol. The names are compared as they are written.
//
// [Subscribe]
//
// [Subscribe]: https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func TakesProtocol(name string) bool {
	switch name {
	case "http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose":
		return true
	}
	return false
}

func (f *finder) subscription(s *Subscription) {
	if s.Topic == nil {
		return
	}
	if s.Unread != "" {
		h := delivery(kind.Deliver, s.Topic, &Queue{Element: Element{ID: "*", Foreign: true}}, &s.Element)
		h.Unfollowed, h.Uncertain = true, s.Unread
		f.add(h)
		return
	}
	if s.Queue != nil {
		h := s.delivery(kind.Deliver, s.Queue)
		pair := [2]*Element{&s.Topic.Element, &s.Queue.Element}
		switch first := f.subscribed[pair]; {
		case first == nil:
			f.subscribed[pair] = s
		case first.Attributes != s.Attributes && !text.Unresolved(first.Attributes+s.Attributes):
			h.Conflict = first
		}
		f.add(h)
	}
	if s.DeadLetter != nil {
		f.add(s.delivery(kind.DeadLetter, s.DeadLetter))
	}
}

// delivery returns the hop of a kind by which SNS delivers to a queue for the subscription.
func (s *Subscription) delivery(kind policygen.HopKind, q *Queue) Hop {
	h := delivery(kind, s.Topic, q, &s.Element)
	h.Subscription = s
	if by, _ := h.Deliverers(); policygen.ARN(h.Topic.ARN).Region() == "" {
		h.Deliverer = by
	}
	return h
}

func delivery(kind policygen.HopKind, t *Topic, q *Queue, by *Element) Hop {
	return Hop{
		Hop:  policygen.Hop{Kind: kind, Topic: t.Resource(), Queue: q.Resource()},
		From: &t.Element, To: &q.Element, By: by, TopicElement: t, QueueElement: q,
	}
}
