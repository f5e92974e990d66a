package migrate

import (
	"cmp"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A view is the hops as messages of one age meet them.
type view struct {
	under side
	// left is set for messages that are there already, of which nothing but reading depends on the encryption.
	left bool
}

// A hopKey identifies a hop from one judgement to the next.
type hopKey struct {
	kind             policygen.HopKind
	from, to, by     *topology.Element
	topic, queue, at *topology.Element
}

func keyOf(h *check.Hop) hopKey {
	k := hopKey{kind: h.Kind, from: h.From, to: h.To, by: h.By}
	if h.TopicElement != nil {
		k.topic = &h.TopicElement.Element
	}
	if h.QueueElement != nil {
		k.queue = &h.QueueElement.Element
	}
	if h.DestinationElement != nil {
		k.at = &h.DestinationElement.Element
	}
	return k
}

// A fault is a hop that is not ok in a view, and why.
type fault struct {
	hop check.Hop
	why string
}

func (f *fault) String() string {
	return string(f.hop.Kind) + ", " + f.hop.From.Label() + " -> " + f.hop.To.Label() + ": " + f.why
}

// prove judges the hops in a view. It counts those that depend on the encryption, and returns those that are not ok for it. A hop that
// was not ok before the first step for another reason than the encryption is as it was.
func (p *planner) prove(v view) (proof Proof, faults []fault) {
	proof.Messages = p.messages(v)
	for _, h := range p.judge(v.under) {
		concerned := p.concerned(&h)
		if v.left && (!concerned || !p.opens(&h)) || p.isGuess(&h) {
			continue
		}
		why, ok := p.faultOf(&h, v)
		switch {
		case why != "":
			faults = append(faults, fault{h, why})
		case concerned && ok:
			proof.OK++
		case concerned:
			proof.AsBefore++
		}
	}
	return proof, faults
}

// faultOf says why a hop is not what it should be in a view, and reports whether it is ok there.
func (p *planner) faultOf(h *check.Hop, v view) (why string, ok bool) {
	was, there := p.before[keyOf(h)]
	before := there && !h.Verdict.Worse(was)
	switch {
	case v.left:
		why = p.unreadable(h)
		if why != "" && there && was != check.OK {
			return "", false
		}
		return why, why == ""
	case h.Verdict == check.OK:
		return "", true
	case !p.concerned(h):
		if before || !there {
			return "", false
		}
	case before && v.under == old: // the plan mends it, or leaves it
		return "", false
	case h.Unfollowed || h.Grouped:
		if !p.keyed(v.under) || p.isNamed(h) {
			return "", false
		}
		return "it is not known who calls, and whether the key admits them (name them with --reader or --sender): " + h.Uncertain, false
	case before && p.refusal(h) == "":
		return "", false
	}
	if h.Impossible != nil {
		return h.Impossible.Error(), false
	}
	return cmp.Or(p.refusal(h), h.Why), false
}

// isGuess reports whether a hop is one that nobody makes: a statement on a key seems to be for it, because the hop that it is for does
// not use that key in this view.
func (p *planner) isGuess(h *check.Hop) bool {
	_, there := p.before[keyOf(h)]
	return !there && (h.Unfollowed || h.Grouped)
}

// keyed reports whether subjects have a key of KMS on a side.
func (p *planner) keyed(under side) bool {
	for _, s := range p.subjects {
		if under == old && s.old != nil || under == new && s.new != nil {
			return true
		}
	}
	return false
}

// refusal says why a call of a hop on a new key of a subject is not allowed; empty if all are.
func (p *planner) refusal(h *check.Hop) string {
	for i := range h.Calls {
		if c := &h.Calls[i]; c.Outcome != eval.Allowed && p.isNew(c) {
			return c.Why()
		}
	}
	return ""
}

// opens reports whether a hop is one under whose grants messages that are there already are decrypted: it takes them out of a queue. A
// topic's messages are decrypted when SNS delivers them, and no page says under whose grants, so that those of publishers may be it.
func (p *planner) opens(h *check.Hop) bool {
	return h.Record().From == kind.Queue && !h.Moved || h.Record().Enters() && h.TopicElement != nil
}

// unreadable says why messages that are there already cannot be decrypted in a hop; empty if they can.
func (p *planner) unreadable(h *check.Hop) string {
	if h.Unfollowed || h.Grouped {
		return ""
	}
	for i := range h.Calls {
		c := &h.Calls[i]
		source := h.DestinationElement == nil || c.Encrypts == policygen.ARN(h.Queue.ARN)
		if source && c.Outcome != eval.Allowed && p.isOld(c) {
			return c.Why()
		}
	}
	return ""
}

// isOld reports whether a call is on a key that subjects are under before the plan, and isNew whether it is on one that they get.
func (p *planner) isOld(c *check.Call) bool {
	return p.isOne(c, func(s *subject) *topology.KeyRef { return s.old })
}
func (p *planner) isNew(c *check.Call) bool {
	return p.isOne(c, func(s *subject) *topology.KeyRef { return s.new })
}

func (p *planner) isOne(c *check.Call, of func(*subject) *topology.KeyRef) bool {
	return c.On == policygen.OnKey && slices.ContainsFunc(p.subjects, func(s *subject) bool {
		ref := of(s)
		return ref != nil && (c.Resource == policygen.ARN(ref.Key.ARN) || ref.Key.AWSManaged != "" && string(c.Resource) == "alias/aws/"+ref.Key.AWSManaged)
	})
}

// concerned reports whether the encryption of a subject decides a hop: it is an end of the hop, or messages of it come to the queue
// that the hop takes them from.
func (p *planner) concerned(h *check.Hop) bool {
	k := h.Record()
	for _, s := range p.subjects {
		switch {
		case h.Moved:
			return false
		case s.topic != nil:
			if s.topic == h.TopicElement && k.CallsOn(kind.TopicKey) {
				return true
			}
			continue
		case s.queue == h.QueueElement, s.queue == h.DestinationElement:
			return true
		}
		for _, source := range h.Sources {
			if source == s.queue {
				return true
			}
		}
	}
	return false
}
