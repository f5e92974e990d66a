package topology

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// An index finds the queues and topics that a policy names.
type index struct {
	queues map[string]*Queue
	topics map[string]*Topic
	names  []*named
	byARN  map[string]*named
	byName map[string][]*named // those of the file, by service and name
	found  map[string]matches  // by Resource element: many policies may hold the same
	work   int
	// delivered are the statements of which the topics are known.
	delivered map[*policygen.Statement]bool
}

// maxMatching is how many pairs of characters of patterns and names are compared. More of them may match.
const maxMatching = 600_000_000

// The matches of a Resource element are the queues and topics that it names, and those that it may name.
type matches struct{ sure, possible []*named }

// A named is a queue or topic that a policy names.
type named struct {
	arn   text.ARN
	queue *Queue
	topic *Topic
}

func (q *Queue) named() named {
	n := named{queue: q}
	n.arn.Set(string(q.ARN))
	return n
}

func (t *Topic) named() named {
	n := named{topic: t}
	n.arn.Set(string(t.ARN))
	return n
}

func (n *named) element() *Element {
	if n.queue != nil {
		return &n.queue.Element
	}
	return &n.topic.Element
}

func (f *finder) index() *index {
	size := len(f.t.Queues) + len(f.t.Topics)
	x := &index{queues: make(map[string]*Queue, len(f.t.Queues)), topics: make(map[string]*Topic, len(f.t.Topics)),
		byARN: make(map[string]*named, size), byName: map[string][]*named{}, found: map[string]matches{}, delivered: map[*policygen.Statement]bool{}}
	for _, q := range f.t.Queues {
		x.queues[string(q.ARN)] = q
		x.add(q.named())
	}
	for _, t := range f.t.Topics {
		x.topics[string(t.ARN)] = t
		x.add(t.named())
	}
	return x
}

func (x *index) add(n named) {
	n.arn.Prepare()
	x.names = append(x.names, &n)
	x.byARN[n.arn.Text] = &n
	if n.arn.OK() && n.arn.Unresolved && !n.element().Foreign {
		name := n.arn.Parts[text.Service] + ":" + n.arn.Parts[text.Resource]
		x.byName[name] = append(x.byName[name], &n)
	}
}

// named returns the queue or topic with an ARN: that of the file, if it may be deployed to the account and Region of the ARN; nil
// if there is none, or several.
func (x *index) named(arn string) *named {
	if n := x.byARN[arn]; n != nil {
		return n
	}
	var found *named
	parts, _ := text.SplitARN(arn)
	for _, n := range x.byName[parts[text.Service]+":"+parts[text.Resource]] {
		own := n.arn.Parts
		if Fits(parts[text.Partition], own[text.Partition]) && Fits(parts[text.Region], own[text.Region]) && Fits(parts[text.Account], own[text.Account]) {
			if found != nil {
				return nil
			}
			found = n
		}
	}
	return found
}

// matches returns the queues and topics that a Resource element names, exactly or by text that says at least a part of the
// name, and those that it may name.
func (x *index) matches(resource string) matches {
	m, ok := x.found[resource]
	if !ok {
		m = x.match(resource)
		x.found[resource] = m
	}
	return m
}

func (x *index) match(resource string) (m matches) {
	if n := x.named(resource); n != nil {
		if Elsewhere(resource, n.element(), n.arn.Text) != "" {
			m.possible = []*named{n}
		} else {
			m.sure = []*named{n}
		}
		return m
	}
	parts, ok := text.SplitARN(resource)
	isPattern := text.IsPattern(resource)
	if !ok || strings.Trim(parts[5], "*?") == "" || !isPattern && !text.Unresolved(parts[5]) {
		return m
	}
	p := text.NewARNPattern(resource)
	p.Prepare()
	for _, n := range x.names {
		t := text.Maybe
		if x.work += len(parts[5])*len(n.arn.Parts[5]) + 50; x.work < maxMatching {
			t = p.Match(&n.arn)
		}
		if t == text.No && !n.arn.Unresolved {
			t = min(text.Maybe, p.Whole.Match(n.arn.Text)) // a star may match beyond a colon
		}
		switch {
		case t == text.Yes:
			m.sure = append(m.sure, n)
		case t == text.Maybe && (isPattern || !generated(n.element(), n.arn.Text)):
			m.possible = append(m.possible, n)
		}
	}
	return m
}
