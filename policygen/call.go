package policygen

import (
	"cmp"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// A Call is one authorization that AWS makes within a hop.
type Call struct {
	Hop    Hop
	On     Target
	Caller Principal
	Action string // as AWS asks, such as kms:GenerateDataKey
	Grant  string // as documents grant it, such as kms:GenerateDataKey*
	// Resource is the topic, the queue or the key.
	Resource ARN
	// Context is what AWS is known to add to the request, by condition key. A key without values is known not to be in the
	// request; a key that is not here may or may not be.
	Context map[string][]string
	// Doc is the AWS page that documents the call.
	Doc string
	// Unsure says why AWS's pages leave it open whether the call is made; empty where they don't. A check that misses the
	// grant only warns.
	Unsure string
}

// A row is one call of the table of kinds, with what follows from it.
type row struct {
	*kind.Call
	on  Target
	sid string // of statements that begin with it
}

// rows are the calls of all kinds, in the order of the table.
var rows = func() map[HopKind][]*row {
	all := map[HopKind][]*row{}
	for _, k := range kind.All() {
		for i := range k.Calls {
			c := &k.Calls[i]
			all[HopKind(k.Name)] = append(all[HopKind(k.Name)], &row{Call: c, on: targetOf(c.On), sid: k.SidOf(c)})
		}
	}
	return all
}()

// record returns what is particular to the hop's kind.
func (h *Hop) record() *kind.Kind { return kind.Of(h.Kind) }

// Calls returns every call that AWS authorizes for the hop, in the order of the table, without looking at whether the hop
// is a valid one ([Hop.Check] does).
func (h Hop) Calls() []Call {
	h.Caller = h.caller()
	var calls []Call
	h.each(func(r *row, resource ARN) {
		c := Call{Hop: h, On: r.on, Caller: h.Caller, Action: r.Action, Grant: r.Granted(), Resource: resource, Doc: r.Doc,
			Context: h.context(r.On)}
		if !IsService(h.Caller) {
			c.Unsure = r.Unsure
		}
		calls = append(calls, c)
	})
	return calls
}

// each visits the rows of the table that apply to the hop, with each of their resources.
func (h *Hop) each(visit func(r *row, resource ARN)) {
	options := h.options()
	for _, r := range rows[h.Kind] {
		if r.Option != 0 && r.Option&options == 0 {
			continue
		}
		if r.On == kind.SourceKeys {
			for _, k := range h.SourceKeys {
				if k != "" && k != h.Queue.Key {
					visit(r, ARN(k))
				}
			}
		} else if resource := h.resource(r.On); resource != "" {
			visit(r, resource)
		}
	}
}

// options returns what the hop's client does beside what every client does.
func (h *Hop) options() kind.Option {
	var o kind.Option
	for _, option := range [...]struct {
		holds bool
		is    kind.Option
	}{
		{h.ReadAttributes, kind.ReadAttributes}, {h.ExtendVisibility, kind.ExtendVisibility}, {h.LookUpURL, kind.LookUpURL},
		{h.Client == LambdaTrigger, kind.LambdaTrigger},
	} {
		if option.holds {
			o |= option.is
		}
	}
	return o
}

// caller returns who makes the hop's calls: SNS for its deliveries.
func (h *Hop) caller() Principal { return h.callerIn("") }

// callerIn is [Hop.caller] for a queue of the Region, where its ARN does not tell.
func (h *Hop) callerIn(region string) Principal {
	if h.Caller == nil && h.record().BySNS() {
		return snsPrincipal(ARN(h.Topic.ARN).Region(), cmp.Or(ARN(h.Queue.ARN).Region(), region))
	}
	return h.Caller
}

// targetOf returns what kind of policy decides calls on a part of a hop.
func targetOf(p kind.Part) Target {
	switch p {
	case kind.Topic:
		return OnTopic
	case kind.Queue, kind.Destination:
		return OnQueue
	}
	return OnKey
}

// resource returns the topic, queue or key that is a part of the hop; "" if it has none, as for the key of a resource
// without one.
func (h *Hop) resource(p kind.Part) ARN {
	switch p {
	case kind.Topic:
		return ARN(h.Topic.ARN)
	case kind.TopicKey:
		return ARN(h.Topic.Key)
	case kind.Queue:
		return ARN(h.Queue.ARN)
	case kind.QueueKey:
		return ARN(h.Queue.Key)
	case kind.Destination:
		return ARN(h.Destination.ARN)
	case kind.DestinationKey:
		return ARN(h.Destination.Key)
	}
	return ""
}

// about returns the topic or queue that the hop is about: where its first call is made.
func (h *Hop) about() ARN { return h.resource(h.record().Resource()) }
