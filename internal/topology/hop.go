package topology

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Hop is one hop of a topology: what policygen knows of it, and the elements that it connects.
type Hop struct {
	policygen.Hop
	// From and To are the elements in the direction of the message: a receive goes from the queue to the consumer.
	From, To *Element
	// By is what declares the hop: a subscription, a rule, an event source mapping, or the policy that it was inferred from.
	By *Element

	TopicElement       *Topic
	QueueElement       *Queue // dead-letter, redrive: the dead-letter queue
	DestinationElement *Queue
	Sources            []*Queue // the queues whose dead-letter queue QueueElement is
	CallerElement      *Caller  // nil where SNS delivers

	// Moved is set on a dead-letter hop that SQS makes itself, from a queue to its dead-letter queue: it asks nobody.
	Moved bool
	// Publisher is who publishes or sends; nil if the hop was inferred, or is none of a publisher.
	Publisher *Publisher
	// Consumer is what polls, where the file says so; nil if it is a principal that policies name.
	Consumer *Consumer
	// Deliverer is the principal under which SNS delivers, where the topic's ARN does not tell its Region; empty elsewhere.
	Deliverer string
	// Subscription is that by which SNS delivers; nil if the hop is none of a subscription.
	Subscription *Subscription
	// Conflict is an earlier subscription of the same queue to the same topic that has other attributes; nil if there is none.
	Conflict *Subscription
	// Client of a publisher or consumer in words, such as "EventBridge rule"; empty if it was inferred.
	What string
	// Inferred says from what a hop was concluded that nobody declares; empty for a declared one.
	Inferred string
	// AnyTopic is set on an inferred delivery of which the topic is not known. TopicElement's ARN then is text that stands for
	// whatever topics the policy admits.
	AnyTopic bool
	// Weak is set on an inferred hop that may well not be one, so that a check that misses a grant only warns.
	Weak bool
	// Uncertain says why an inferred hop may not be there at all; empty if it is.
	Uncertain string
	// Grouped is set on an inferred hop that stands for others, of its kind, caller and policy, and is not judged.
	Grouped bool
	// Unfollowed is set on a hop of which it is not known who calls, or whether anybody does: Uncertain says why. It is not judged.
	Unfollowed bool

	own      ownARNs
	controls map[string]*Controls
}

// Calls returns every call that AWS authorizes for the hop: none where SQS moves messages to a dead-letter queue.
func (h *Hop) Calls() []policygen.Call {
	if h.Moved {
		return nil
	}
	calls := h.Hop.Calls()
	if by := h.Deliverer; by != "" {
		for i := range calls {
			calls[i].Caller = policygen.ServicePrincipal(by)
		}
	}
	return calls
}

// Deliverers returns the principal under which SNS delivers, by the Regions of topic and queue. Where one of them is an opt-in
// Region and the other is not known, other is the one under which SNS delivers if they differ, else "".
func (h *Hop) Deliverers() (principal, other string) {
	from, to := policygen.ARN(h.Topic.ARN).Region(), policygen.ARN(h.Queue.ARN).Region()
	if s := h.Subscription; from == "" && s != nil && !text.Unresolved(s.Region) {
		from = s.Region
	}
	switch {
	case to == "" && from != "" && region.OptIn(from):
		other = "sns." + from + ".amazonaws.com"
	case from == "" && to != "" && region.OptIn(to):
		other = "sns." + to + ".amazonaws.com"
	}
	return region.Deliverer(from, to), other
}

// Hops returns every hop of the topology: deliveries, subscription dead-letter queues, publishers and producers, consumers,
// queue dead-letter queues, redrives; then those that policies imply.
func (t *Topology) Hops() []Hop {
	f := finder{t: t, sources: t.deadLetterSources(), seen: map[hopKey]bool{}, subscribed: map[[2]*Element]*Subscription{}}
	for _, s := range t.Subscriptions {
		f.subscription(s)
	}
	for _, p := range t.Publishers {
		f.publisher(p)
	}
	for _, c := range t.Consumers {
		f.consumer(c)
	}
	for _, q := range t.Queues {
		f.deadLetter(q)
	}
	for _, r := range t.Redrivers {
		f.redriver(r)
	}
	f.infer()
	f.touches()
	own := t.ownARNs()
	for i := range f.hops {
		f.hops[i].own, f.hops[i].controls = own, t.Controls
	}
	return f.hops
}

// deadLetterSources returns the queues whose dead-letter queue a queue is.
func (t *Topology) deadLetterSources() map[*Queue][]*Queue {
	sources := map[*Queue][]*Queue{}
	for _, q := range t.Queues {
		if q.DeadLetter != nil && q.DeadLetter.Queue != nil {
			sources[q.DeadLetter.Queue] = append(sources[q.DeadLetter.Queue], q)
		}
	}
	return sources
}

// AssumedBy returns the services that have to assume the hop's role, so that the hop's calls are made; none where a service calls
// itself, or where nothing in the file acts under the role.
func (h *Hop) AssumedBy() []policygen.ServicePrincipal {
	c := h.CallerElement
	switch {
	case c == nil || policygen.IsService(c.Principal):
		return nil
	case h.Publisher != nil && h.Publisher.Service != "":
		return []policygen.ServicePrincipal{h.Publisher.Service}
	case h.Consumer != nil && h.Consumer.Service != "":
		return []policygen.ServicePrincipal{h.Consumer.Service}
	case h.Inferred != "":
		return c.Runners
	}
	return nil
}

// Record returns what is particular to the hop's kind.
func (h *Hop) Record() *kind.Kind { return kind.Of(h.Kind) }

// End returns the topic or queue that is a part of the hop, or nil.
func (h *Hop) End(p kind.Part) *Element {
	switch {
	case p == kind.Topic && h.TopicElement != nil:
		return &h.TopicElement.Element
	case p == kind.Queue && h.QueueElement != nil:
		return &h.QueueElement.Element
	case p == kind.Destination && h.DestinationElement != nil:
		return &h.DestinationElement.Element
	}
	return nil
}

// About returns the topic or queue that the hop is about.
func (h *Hop) About() *Element { return h.End(h.Record().Resource()) }
