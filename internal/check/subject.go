package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A subject is what rules look at: a topology, its judged hops, and indexes of them.
type subject struct {
	*topology.Topology
	lookUp   func(id string) (*Rule, bool) // finds a rule
	hops     []Hop
	possible []Hop // those of which it is not known whether they are there

	// into are the hops that bring messages into a queue or topic; from those that take them out.
	into, from map[*topology.Element][]*Hop
	byCaller   map[*topology.Caller][]*Hop
	byKey      map[*topology.Key][]*Hop
	sources    map[*topology.Queue][]*topology.Queue
}

func newSubject(t *topology.Topology, hops []Hop) *subject {
	s := &subject{
		Topology: t,
		into:     map[*topology.Element][]*Hop{}, from: map[*topology.Element][]*Hop{},
		byCaller: map[*topology.Caller][]*Hop{}, byKey: map[*topology.Key][]*Hop{},
		sources: map[*topology.Queue][]*topology.Queue{},
	}
	for _, h := range hops {
		if h.Uncertain != "" {
			s.possible = append(s.possible, h)
		} else {
			s.hops = append(s.hops, h)
		}
	}
	for i := range s.hops {
		h := &s.hops[i]
		s.into[h.To] = append(s.into[h.To], h)
		s.from[h.From] = append(s.from[h.From], h)
		if h.CallerElement != nil {
			s.byCaller[h.CallerElement] = append(s.byCaller[h.CallerElement], h)
		}
		for _, k := range h.keys() {
			s.byKey[k] = append(s.byKey[k], h)
		}
		if h.Moved {
			s.sources[h.QueueElement] = append(s.sources[h.QueueElement], h.Sources[0])
		}
	}
	return s
}

// keys returns the keys on which the hop makes calls, each once.
func (h *Hop) keys() []*topology.Key {
	var keys []*topology.Key
	for _, c := range h.Calls {
		if c.On == policygen.OnKey {
			if k := h.KeyElement(c.Resource); k != nil {
				keys = appendNew(keys, k)
			}
		}
	}
	return keys
}

// isDeadLetter reports whether the queue is somebody's dead-letter queue.
func (s *subject) isDeadLetter(q *topology.Queue) bool {
	for _, h := range s.into[&q.Element] {
		if h.Record().ToDeadLetters() {
			return true
		}
	}
	for _, p := range s.Publishers {
		if p.Queue == q && p.DeadLetter {
			return true
		}
	}
	return false
}

func appendNew[T comparable](all []T, v T) []T {
	for _, have := range all {
		if have == v {
			return all
		}
	}
	return append(all, v)
}
