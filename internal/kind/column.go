package kind

import (
	"slices"
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

// All returns the records of all kinds, in the order of the table. They are not to be changed.
func All() []*Kind { return all }

var all = func() []*Kind {
	list := make([]*Kind, len(kinds))
	for i := range kinds {
		list[i] = &kinds[i]
	}
	return list
}()

var byName = func() map[string]*Kind {
	names := make(map[string]*Kind, len(kinds))
	for _, k := range all {
		names[k.Name] = k
	}
	return names
}()

// unknown is the record of names that are none. Its hops make no calls.
var unknown = &Kind{}

// Of returns the record of a kind. That of a name which is none has no columns.
func Of[N ~string](name N) *Kind {
	if k := byName[string(name)]; k != nil {
		return k
	}
	return unknown
}

// Resource returns the topic or queue that the hop is about: that of its first call.
func (k *Kind) Resource() Part {
	if len(k.Calls) == 0 {
		return None
	}
	return k.Calls[0].On
}

// Enters reports whether the caller puts something into a topic or queue.
func (k *Kind) Enters() bool { return k.From == Caller }

// Leaves reports whether the caller takes messages out of a queue.
func (k *Kind) Leaves() bool { return k.To == Caller }

// Moves reports whether an IAM caller moves messages from one queue to another.
func (k *Kind) Moves() bool { return k.By == IAM && k.From != Caller && k.To != Caller }

// BySNS reports whether SNS makes the calls, for its topic.
func (k *Kind) BySNS() bool { return k.By == SNS }

// ToDeadLetters reports whether the hop ends at a dead-letter queue.
func (k *Kind) ToDeadLetters() bool { return k.DeadLetters != None && k.DeadLetters == k.To }

// FromDeadLetters reports whether the hop begins at a dead-letter queue.
func (k *Kind) FromDeadLetters() bool { return k.DeadLetters != None && k.DeadLetters == k.From }

// CallsOn reports whether a call is made on the part.
func (k *Kind) CallsOn(p Part) bool {
	return slices.ContainsFunc(k.Calls, func(c Call) bool { return c.On == p })
}

// Granted returns the call's action as documents grant it.
func (c *Call) Granted() string {
	if c.Grant != "" {
		return c.Grant
	}
	return c.Action
}

// SidOf returns the Sid of a statement of the kind that begins with the call: it tells what the statement is about.
func (k *Kind) SidOf(c *Call) string {
	return "Allow" + k.Sid + sidEnds[c.On]
}

var sidEnds = map[Part]string{
	TopicKey: "UseKey", QueueKey: "UseKey", SourceKeys: "UseKey", Destination: "Destination", DestinationKey: "DestinationUseKey",
}
