package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// About returns what of a report on an account is about topics, queues and keys that are named by their ARNs, names, ids, aliases or
// URLs, and the gaps that are about nothing in particular.
func (r Report) About(topics, queues, keys []string) Report {
	is := func(e *topology.Element) bool {
		if e == nil {
			return false
		}
		arn, _ := text.SplitARN(e.ID)
		switch arn[text.Service] {
		case "sns":
			return slices.ContainsFunc(topics, func(n string) bool { return n == e.ID || n == arn[text.Resource] })
		case "sqs":
			return slices.ContainsFunc(queues, func(n string) bool {
				return n == e.ID || n == arn[text.Resource] || string(topology.QueueOfURL(n)) == e.ID || strings.HasSuffix(n, "/"+arn[text.Account]+"/"+arn[text.Resource])
			})
		}
		return false
	}
	isKey := func(k *topology.Key) bool {
		return slices.ContainsFunc(keys, func(n string) bool {
			return n == k.ID || n == string(k.ARN) || strings.HasSuffix(string(k.ARN), ":key/"+n) || slices.Contains(k.Aliases, n)
		})
	}
	about := func(h *Hop) bool {
		all := []*topology.Element{h.From, h.To}
		if h.TopicElement != nil {
			all = append(all, &h.TopicElement.Element)
		}
		for _, q := range append([]*topology.Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
			if q != nil {
				all = append(all, &q.Element)
			}
		}
		return slices.ContainsFunc(all, is) || slices.ContainsFunc(h.keys(), isKey)
	}
	out := r
	out.Hops, out.Findings, out.Suppressed, out.Unread = nil, nil, nil, nil
	out.OK, out.Broken, out.Unknown = 0, 0, 0
	near := map[string]bool{} // the IDs of what hops connect with what is named
	for i := range r.Hops {
		if h := &r.Hops[i]; about(h) {
			out.Hops = append(out.Hops, *h)
			out.count(h.Verdict)
			for _, id := range h.ids() {
				near[id] = true
			}
		}
	}
	for _, f := range r.Findings {
		wanted := func(f Finding) bool { return f.Hop != nil && about(f.Hop) }
		if wanted(f) || slices.ContainsFunc(f.Others, wanted) || f.Hop == nil && slices.ContainsFunc(f.Elements, func(e *topology.Element) bool { return near[e.ID] || is(e) }) {
			out.Findings = append(out.Findings, f)
		}
	}
	for _, u := range r.Unread {
		if e := (topology.Element{ID: u.ID}); u.ID == "" || near[u.ID] || is(&e) {
			out.Unread = append(out.Unread, u)
		}
	}
	return out
}
