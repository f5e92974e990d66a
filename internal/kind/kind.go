// Package kind holds the table of the kinds of hop: one record for each kind, from which policies, decisions, findings
// and pictures derive. It imports only the standard library, so that every package may use it.
package kind

import "slices"

// A Kind is the record of one kind of hop.
type Kind struct {
	Name string // the name in JSON, texts and pictures
	Sid  string // the name in Sids, which hold only letters and digits

	// From and To are the ends of the hop, in the direction of the message: Caller, Topic, Queue or Destination.
	From, To Part
	By       By // who makes the calls

	// DeadLetters is the end that is a dead-letter queue, or None.
	DeadLetters Part
	// Once marks a kind whose call is made once and moves no message. Readers find no such hops.
	Once bool

	// FIFO says which types the two ends may have, FIFO or standard.
	FIFO FIFO
	// OneRegion says that AWS rules out a hop between Regions, and OneAccount that it rules out a caller of another account.
	OneRegion, OneAccount bool

	// Calls are the calls that AWS authorizes for the hop. The first one identifies the kind: it is made on the topic or queue
	// that the hop is about, and a policy that allows it shows what its principal does.
	Calls []Call

	// Can says what the hop achieves, Cannot that its IAM caller fails to, and Lost which messages are lost, unnoticed, if an
	// AWS service makes the calls. A kind whose call is made once has none of them.
	Can, Cannot, Lost Sentence
}

// A Call is one authorization that AWS makes within a hop.
type Call struct {
	On     Part
	Action string // the action that AWS authorizes
	Grant  string // the action that documents grant for it; empty if that is Action
	Option Option // the call is made if the hop has one of these options; zero means always
	Doc    string // the AWS page that documents the call
	// Unsure says why AWS's pages leave open whether an IAM caller's call is made; empty if they don't.
	Unsure string
}

// All returns the records of all kinds, in the order of the table. Callers must not change them.
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

// unknown is the record of all other names. Its hops make no calls.
var unknown = &Kind{}

// Of returns the record of a kind, or an empty one if there is no kind of that name.
func Of[N ~string](name N) *Kind {
	if k := byName[string(name)]; k != nil {
		return k
	}
	return unknown
}

// Resource returns the topic or queue that the hop is about: the one of its first call.
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

// BySNS reports whether SNS makes the calls.
func (k *Kind) BySNS() bool { return k.By == SNS }

// ToDeadLetters reports whether the hop ends at a dead-letter queue.
func (k *Kind) ToDeadLetters() bool { return k.DeadLetters != None && k.DeadLetters == k.To }

// FromDeadLetters reports whether the hop begins at a dead-letter queue.
func (k *Kind) FromDeadLetters() bool { return k.DeadLetters != None && k.DeadLetters == k.From }

// CallsOn reports whether a call is made on the part.
func (k *Kind) CallsOn(p Part) bool {
	return slices.ContainsFunc(k.Calls, func(c Call) bool { return c.On == p })
}

// Granted returns the action that documents grant for the call.
func (c *Call) Granted() string {
	if c.Grant != "" {
		return c.Grant
	}
	return c.Action
}

// SidOf returns the Sid of a statement that begins with the call.
func (k *Kind) SidOf(c *Call) string {
	return "Allow" + k.Sid + sidEnds[c.On]
}

var sidEnds = map[Part]string{
	TopicKey: "UseKey", QueueKey: "UseKey", SourceKeys: "UseKey", Destination: "Destination", DestinationKey: "DestinationUseKey",
}
