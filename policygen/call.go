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
	// Resource is the topic, queue or key.
	Resource ARN
	// Encrypts is the topic or queue whose messages the key encrypts; empty unless the call is on a key.
	Encrypts ARN
	// Context is what AWS is known to add to the request, by condition key. A key without values is known to be absent from
	// the request; a key that is not in Context may or may not be present.
	Context map[string][]string
	// Doc is the AWS page that documents the call.
	Doc string
	// Unsure says why AWS's pages leave open whether the call is made; empty if they don't. A check that misses the grant only
	// warns.
	Unsure string
}

// A row is one call of the table of kinds, with what follows from it.
type row struct {
	*kind.Call
	on  Target
	sid string // the Sid of statements that begin with it
}

// rows holds the calls of each kind, in the order of the table.
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

// record returns the record of the hop's kind.
func (h *Hop) record() *kind.Kind { return kind.Of(h.Kind) }

// Calls returns every call that AWS authorizes for the hop, in the order of the table. It does not check that the hop
// is valid; [Hop.Check] does.
func (h Hop) Calls() []Call {
	h.Caller = h.caller()
	var calls []Call
	h.each(func(r *row, resource ARN) {
		c := Call{Hop: h, On: r.on, Caller: h.Caller, Action: r.Action, Grant: r.Granted(), Resource: resource, Doc: r.Doc,
			Context: h.context(r.On)}
		if r.on == OnKey {
			c.Encrypts = h.resource(r.On.Owner())
		}
		if !IsService(h.Caller) {
			c.Unsure = r.Unsure
		}
		calls = append(calls, c)
	})
	return calls
}

// each calls visit for every row of the table that applies to the hop, once for each resource of that row.
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

// options returns what the hop's client does beyond what every client does.
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

// caller returns who makes the hop's calls; SNS makes those of its deliveries.
func (h *Hop) caller() Principal { return h.callerIn("") }

// callerIn is [Hop.caller], with the Region of a queue whose ARN does not tell it.
func (h *Hop) callerIn(region string) Principal {
	if h.Caller == nil && h.record().BySNS() {
		return snsPrincipal(ARN(h.Topic.ARN).Region(), cmp.Or(ARN(h.Queue.ARN).Region(), region))
	}
	return h.Caller
}

// targetOf returns the kind of policy that decides calls on a part of a hop.
func targetOf(p kind.Part) Target {
	switch p {
	case kind.Topic:
		return OnTopic
	case kind.Queue, kind.Destination:
		return OnQueue
	}
	return OnKey
}

// resource returns the topic, queue or key that is a part of the hop, or "" if the hop has no such part.
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

// about returns the topic or queue that the hop is about: the resource of its first call.
func (h *Hop) about() ARN { return h.resource(h.record().Resource()) }
