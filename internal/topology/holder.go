package topology

import (
	"iter"

	"github.com/hopgrant/hopgrant/policygen"
)

// A Holder is what has policies of its own: one of Queue, Topic, Key and Caller, the others being nil.
type Holder struct {
	*Element
	On policygen.Target // the kind of its policies
	// ARN is that of the queue, topic, key, role or user; empty if it is not known, and of AWS services.
	ARN string

	Queue  *Queue
	Topic  *Topic
	Key    *Key
	Caller *Caller
}

// Holders yields the queues, topics, keys and callers, in this order.
func (t *Topology) Holders() iter.Seq[Holder] {
	return func(yield func(Holder) bool) {
		for _, q := range t.Queues {
			if !yield(Holder{Element: &q.Element, On: policygen.OnQueue, ARN: string(q.ARN), Queue: q}) {
				return
			}
		}
		for _, x := range t.Topics {
			if !yield(Holder{Element: &x.Element, On: policygen.OnTopic, ARN: string(x.ARN), Topic: x}) {
				return
			}
		}
		for _, k := range t.Keys {
			if !yield(Holder{Element: &k.Element, On: policygen.OnKey, ARN: string(k.ARN), Key: k}) {
				return
			}
		}
		for _, c := range t.Callers {
			h := Holder{Element: &c.Element, On: policygen.OnIdentity, Caller: c}
			if c.Principal != nil && !policygen.IsService(c.Principal) {
				h.ARN = c.Principal.String()
			}
			if !yield(h) {
				return
			}
		}
	}
}

// Policies returns the policies of the holder. The default policy of a key is none.
func (h Holder) Policies() []*Policy {
	switch {
	case h.Queue != nil:
		return h.Queue.Policies
	case h.Topic != nil:
		return h.Topic.Policies
	case h.Caller != nil:
		return h.Caller.Identity
	case h.Key.Policy == nil || h.Key.Policy.Default:
		return nil
	}
	return []*Policy{h.Key.Policy}
}
