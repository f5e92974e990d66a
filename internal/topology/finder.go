package topology

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A hopKey is what two hops may not share: an inferred one gives way to a declared one.
type hopKey struct {
	kind   policygen.HopKind // none where SNS calls: a delivery and a dead-letter delivery ask for the same
	caller string
	about  *Element
	topic  *Element // for which SNS calls
}

type finder struct {
	t        *Topology
	sources  map[*Queue][]*Queue
	seen     map[hopKey]bool
	hops     []Hop
	inferred int
	groups   map[groupKey]bool
	// subscribed are the subscriptions by topic and queue; the first of several.
	subscribed map[[2]*Element]*Subscription
	shown      map[shownUse]bool
	named      map[string][]*Caller              // roles and users of the file, by path and name
	stated     map[*policygen.Statement][]string // values of aws:SourceArn
}

func (f *finder) add(h Hop) {
	f.seen[h.key()] = true
	f.hops = append(f.hops, h)
}

func (h *Hop) key() hopKey {
	k := h.Record()
	if k.BySNS() {
		return hopKey{about: h.To, topic: h.From}
	}
	key := hopKey{kind: h.Kind, about: h.To}
	if k.From == k.Resource() {
		key.about = h.From
	}
	if h.CallerElement != nil && h.CallerElement.Principal != nil {
		key.caller = h.CallerElement.Principal.String()
	}
	return key
}

// hop returns the hop of a kind between a caller and a topic or queue, of which one is nil.
func (f *finder) hop(name policygen.HopKind, c *Caller, t *Topic, q *Queue, by *Element) Hop {
	h := Hop{By: by, CallerElement: c, TopicElement: t, QueueElement: q}
	h.Kind, h.Caller, h.Topic, h.Queue = name, c.Principal, t.Resource(), q.Resource()
	h.From, h.To = &c.Element, h.About()
	k := h.Record()
	if k.From != kind.Caller {
		h.From, h.To = h.To, h.From
	}
	if k.CallsOn(kind.SourceKeys) {
		h.Sources, h.SourceKeys = f.sources[q], keysOf(f.sources[q])
	}
	return h
}

func (f *finder) publisher(p *Publisher) {
	if p.Topic == nil && p.Queue == nil {
		return
	}
	caller := p.Caller
	if caller == nil {
		caller = somebody(&p.Element)
	}
	h := f.hop(kind.Send, caller, nil, p.Queue, &p.Element)
	if p.Topic != nil {
		h = f.hop(kind.Publish, caller, p.Topic, nil, &p.Element)
	}
	h.Unfollowed, h.Uncertain = p.Caller == nil, p.CallerUnknown
	if t := p.Topic; p.Caller != nil && t != nil && t.Key != nil && t.Key.Key.AWSManaged != "" {
		h.Uncertain = "" // a role in the service's stead has to be named by the key's policy, which nobody can edit
	}
	h.Publisher = p
	h.What, h.Source, h.SourceAccount, h.ReadAttributes, h.LookUpURL = p.What, p.Source, p.SourceAccount, p.ReadAttributes, p.LookUpURL
	if policygen.IsService(caller.Principal) && p.ID != "" {
		h.From = &p.Element
	}
	f.add(h)
}

func (f *finder) consumer(c *Consumer) {
	if c.Queue == nil {
		return
	}
	caller := c.Caller
	if caller == nil {
		caller = somebody(&c.Element)
	}
	h := f.hop(kind.Receive, caller, nil, c.Queue, &c.Element)
	if c.Caller == nil {
		h.Unfollowed, h.Uncertain = true, c.CallerUnknown
	}
	h.Consumer, h.What, h.Client = c, c.What, c.Client
	h.ExtendVisibility, h.ReadAttributes, h.LookUpURL = c.ExtendVisibility, c.ReadAttributes, c.LookUpURL
	f.add(h)
}

func keysOf(queues []*Queue) []policygen.KeyARN {
	var keys []policygen.KeyARN
	for _, q := range queues {
		if k := q.Key.arn(); k != "" {
			keys = appendNew(keys, k)
		}
	}
	return keys
}

func appendNew[T comparable](all []T, v T) []T {
	for _, have := range all {
		if have == v {
			return all
		}
	}
	return append(all, v)
}

func (f *finder) deadLetter(q *Queue) {
	if q.DeadLetter == nil || q.DeadLetter.Queue == nil {
		return
	}
	dlq := q.DeadLetter.Queue
	f.hops = append(f.hops, Hop{
		Hop:  policygen.Hop{Kind: kind.DeadLetter, Queue: dlq.Resource()},
		From: &q.Element, To: &dlq.Element, By: &q.Element, QueueElement: dlq, Sources: []*Queue{q}, Moved: true,
	})
}

func (f *finder) redriver(r *Redriver) {
	if r.Caller == nil || r.Queue == nil {
		return
	}
	for _, destination := range f.destinations(r) {
		f.add(f.move(kind.Redrive, r.Caller, r.Queue, destination, &r.Element))
	}
}

// move returns the hop of a kind by which a caller moves messages from one queue to another.
func (f *finder) move(name policygen.HopKind, c *Caller, from, to *Queue, by *Element) Hop {
	h := f.hop(name, c, nil, from, by)
	h.DestinationElement, h.Destination, h.To = to, to.Resource(), &to.Element
	return h
}

// destinations returns where a redrive goes: without a destination, to the queues that the messages came from.
func (f *finder) destinations(r *Redriver) []*Queue {
	if r.Destination != nil {
		return []*Queue{r.Destination}
	}
	return f.sources[r.Queue]
}
