// Package kind holds what is particular to each kind of hop: one record a kind, from which policies, decisions, findings
// and pictures derive. It imports only the standard library, so that every package may use it.
package kind

import "slices"

// A Kind is the record of one kind of hop.
type Kind struct {
	Name string // as JSON, texts and pictures have it
	Sid  string // the kind in Sids, which hold letters and digits only

	// From and To are the ends of the hop, in the direction of the message: Caller, Topic, Queue or Destination.
	From, To Part
	By       By // who makes the calls

	// DeadLetters is the end that is a dead-letter queue; None where neither is.
	DeadLetters Part
	// Once marks a call that is made once, and under which no message moves. Readers find no such hops.
	Once bool

	// FIFO says which types the two ends may have.
	FIFO FIFO
	// OneRegion and OneAccount say that AWS rules out a hop between Regions, or by a caller of another account.
	OneRegion, OneAccount bool

	// Calls are the calls that AWS authorizes for the hop. The first one tells the kind: it is made on the topic or queue
	// that the hop is about, and a policy that allows it shows what its principal is for.
	Calls []Call

	// Can, Cannot and Lost say what the hop is for, that its IAM caller cannot do it, and which messages are lost where an
	// AWS service makes the calls, so that nobody is told. A kind that is made once needs none.
	Can, Cannot, Lost Sentence
}

// A Call is one authorization that AWS makes within a hop.
type Call struct {
	On     Part
	Action string // as AWS asks
	Grant  string // as documents grant it; empty if that is Action
	Option Option // what must hold for the call to be made; zero: it always is
	Doc    string // the AWS page that documents it
	// Unsure says why AWS's pages leave it open whether an IAM caller's call is made; empty where they don't.
	Unsure string
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
