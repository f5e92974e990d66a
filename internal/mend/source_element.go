package mend

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// owner returns the declared element whose ARN a text is; nil if there is none.
func (w *words) owner(arn string) *topology.Element {
	for _, t := range w.read {
		for _, q := range t.Queues {
			if string(q.ARN) == arn && isDeclared(&q.Element) {
				return &q.Element
			}
		}
		for _, x := range t.Topics {
			if string(x.ARN) == arn && isDeclared(&x.Element) {
				return &x.Element
			}
		}
		for _, k := range t.Keys {
			if string(k.ARN) == arn && isDeclared(&k.Element) {
				return &k.Element
			}
		}
		for _, c := range t.Callers {
			if c.Principal != nil && !policygen.IsService(c.Principal) && c.Principal.String() == arn && isDeclared(&c.Element) {
				return &c.Element
			}
		}
	}
	return nil
}

func isDeclared(e *topology.Element) bool {
	a, ok := addressOf(e.ID)
	return ok && !e.Foreign && strings.HasPrefix(a.kind, "aws_") && !strings.Contains(a.index, "*")
}

// elements returns the queues, topics, keys and callers that are declared.
func elements(in []*topology.Topology) []*topology.Element {
	var all []*topology.Element
	add := func(e *topology.Element) {
		if !e.Foreign {
			all = append(all, e)
		}
	}
	for _, t := range in {
		for _, q := range t.Queues {
			add(&q.Element)
		}
		for _, x := range t.Topics {
			add(&x.Element)
		}
		for _, k := range t.Keys {
			add(&k.Element)
		}
		for _, c := range t.Callers {
			add(&c.Element)
		}
	}
	return all
}
