package kind

import (
	"strings"
)

// A Part is one of the participants of a hop: an end, a resource or the key of one. The zero Part is none of them.
type Part int

// The parts of a hop.
const (
	None Part = iota
	Caller
	Topic
	TopicKey
	Queue
	QueueKey
	SourceKeys // of the queues whose dead-letter queue Queue is
	Destination
	DestinationKey
)

// Owner returns the topic or queue whose key the part is; a part that is no key is its own owner.
func (p Part) Owner() Part {
	switch p {
	case TopicKey:
		return Topic
	case QueueKey, SourceKeys:
		return Queue
	case DestinationKey:
		return Destination
	}
	return p
}

// By says who makes the calls of a kind of hop.
type By int

// Who may make calls. The zero By is nobody.
const (
	SNS          By = iota + 1 // SNS itself, for its topic
	IAM                        // IAM principals only
	IAMOrService               // IAM principals, and AWS services in their own name
)

// FIFO says which types the ends of a kind of hop may have.
type FIFO int

// The rules of types. The zero FIFO is none of them.
const (
	AnyType          FIFO = iota + 1 // one end has no type
	SameType                         // both FIFO or both standard
	StandardFromFIFO                 // the same, or from FIFO to standard
)

// An Option is something that a hop's client does beside what every client does. Options are bits of a set.
type Option uint8

// The options of a hop.
const (
	ReadAttributes Option = 1 << iota
	ExtendVisibility
	LookUpURL
	LambdaTrigger
)

// A Sentence is a text with holes for the names of the hop's parts: {from}, {to} and {caller}.
type Sentence string

// Of returns the sentence with the names in it.
func (s Sentence) Of(from, to, caller string) string {
	return strings.NewReplacer("{from}", from, "{to}", to, "{caller}", caller).Replace(string(s))
}
