package mend

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// owner returns the declared element whose ARN a text is; nil if there is none.
func (w *words) owner(arn string) *topology.Element {
	for _, t := range w.read {
		for h := range t.Holders() {
			if h.ARN == arn && arn != "" && isDeclared(h.Element) {
				return h.Element
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
	for _, t := range in {
		for h := range t.Holders() {
			if !h.Foreign {
				all = append(all, h.Element)
			}
		}
	}
	return all
}
