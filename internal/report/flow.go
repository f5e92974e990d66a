package report

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A column is one of the picture's four columns.
type column int

const (
	publishers column = iota
	topics
	queues
	consumers
)

// A node is a publisher, topic, queue or consumer of the picture.
type node struct {
	id      string // unique: n0, n1…
	name    string // its label, with that of its stack, if it has one
	logical string // the logical id, where the name is a construct's path
	sub     string // a second line: what it is, its key
	column  column
	foreign bool
	at      topology.Position
	dlq     bool
}

// An edge is a hop of the picture.
type edge struct {
	hop      *check.Hop
	from, to *node
}

// A flow is a picture of hops.
type flow struct {
	nodes []*node
	edges []edge
	into  map[*node][]edge
	out   map[*node][]edge
	index map[nodeKey]*node
}

type nodeKey struct {
	column column
	name   string
	stack  string
	at     topology.Position
}

func newFlow(hops []check.Hop) *flow {
	f := &flow{index: map[nodeKey]*node{}, into: map[*node][]edge{}, out: map[*node][]edge{}}
	for i := range hops {
		h := &hops[i]
		from, to := f.ends(h)
		e := edge{h, from, to}
		f.edges, f.into[to], f.out[from] = append(f.edges, e), append(f.into[to], e), append(f.out[from], e)
	}
	return f
}

// ends returns the nodes that a hop connects.
func (f *flow) ends(h *check.Hop) (from, to *node) {
	k := h.Record()
	switch {
	case h.Moved:
		to = f.queue(h.QueueElement)
		from = f.queue(h.Sources[0])
	case k.BySNS():
		to = f.end(h, k.To, consumers)
		from = f.end(h, k.From, publishers)
	default:
		from = f.end(h, k.From, publishers)
		to = f.end(h, k.To, consumers)
	}
	from.dlq = from.dlq || k.FromDeadLetters()
	to.dlq = to.dlq || k.ToDeadLetters()
	return from, to
}

// end returns the node of a part of the hop; callers are in a column of their own.
func (f *flow) end(h *check.Hop, p kind.Part, callers column) *node {
	switch p {
	case kind.Topic:
		return f.topic(h.TopicElement)
	case kind.Queue:
		return f.queue(h.QueueElement)
	case kind.Destination:
		return f.queue(h.DestinationElement)
	}
	return f.caller(h, callers)
}

func (f *flow) node(c column, e *topology.Element, sub string) *node {
	k := nodeKey{c, e.ID, e.Stack, e.At}
	n := f.index[k]
	if n == nil {
		n = &node{id: fmt.Sprintf("n%d", len(f.nodes)), name: e.Path, logical: e.ID, sub: sub, column: c, foreign: e.Foreign, at: e.At}
		if e.Path == "" {
			n.name, n.logical = e.ID, ""
			if e.Stack != "" {
				n.name = e.Stack + "/" + e.ID
			}
		}
		f.index[k] = n
		f.nodes = append(f.nodes, n)
	}
	return n
}

func (f *flow) topic(t *topology.Topic) *node {
	return f.node(topics, &t.Element, encryption(t.Key, t.Foreign, "not encrypted"))
}

func (f *flow) queue(q *topology.Queue) *node {
	none := "SSE-SQS"
	if q.SSE == text.No {
		none = "not encrypted"
	}
	return f.node(queues, &q.Element, encryption(q.Key, q.Foreign, none))
}

func encryption(k *topology.KeyRef, foreign bool, none string) string {
	switch {
	case k == nil && foreign:
		return "not in this file"
	case k == nil:
		return none
	case k.Key.AWSManaged != "":
		return "alias/aws/" + k.Key.AWSManaged
	case k.Key.Foreign:
		return "key " + k.Written
	}
	return "key " + k.Key.Label()
}

// caller returns the node of a hop's publisher or consumer: what the file declares, with the role or service that it acts as
// in the second line.
func (f *flow) caller(h *check.Hop, c column) *node {
	principal := h.CallerElement
	e, sub := &principal.Element, ""
	switch {
	case policygen.IsService(principal.Principal) && h.From != nil && c == publishers && h.From.ID != principal.ID:
		e, sub = h.From, principal.Principal.String()
	case h.What != "" && h.By.ID != principal.ID:
		sub = h.What + " " + h.By.Label()
	case h.What != "":
		sub = h.What
	}
	return f.node(c, e, sub)
}

// column returns the nodes of one column, in the order in which hops name them.
func (f *flow) column(c column) []*node {
	var all []*node
	for _, n := range f.nodes {
		if n.column == c {
			all = append(all, n)
		}
	}
	return all
}
