package kind

import (
	"strings"
)

// A Part is a participant of a hop: its caller, a topic or queue, or the key of one. The zero Part is none of them.
type Part int

// The parts of a hop.
const (
	None Part = iota
	Caller
	Topic
	TopicKey
	Queue
	QueueKey
	SourceKeys // the keys of the queues that use Queue as their dead-letter queue
	Destination
	DestinationKey
)

// Owner returns the topic or queue that the key belongs to. A part that is no key is its own owner.
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

// By says who makes the calls of a kind of hop. The zero By is nobody.
type By int

// Who makes calls.
const (
	SNS          By = iota + 1 // SNS, for its topic
	IAM                        // IAM principals only
	IAMOrService               // IAM principals, and AWS services in their own name
)

// FIFO says whether the ends of a kind of hop must be FIFO or standard. The zero FIFO is no valid rule.
type FIFO int

// The rules.
const (
	AnyType          FIFO = iota + 1 // any, because one end is a caller
	SameType                         // both FIFO or both standard
	StandardFromFIFO                 // the same, or FIFO to standard
)

// An Option is something that a hop's client does beyond what every client does. Options are a set of bits.
type Option uint8

// The options of a hop.
const (
	ReadAttributes Option = 1 << iota
	ExtendVisibility
	LookUpURL
	LambdaTrigger
)

// A Sentence is a text with placeholders for the names of the hop's parts: {from}, {to} and {caller}.
type Sentence string

// Of returns the sentence with the names filled in.
func (s Sentence) Of(from, to, caller string) string {
	return strings.NewReplacer("{from}", from, "{to}", to, "{caller}", caller).Replace(string(s))
}
