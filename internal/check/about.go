package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// About returns what of a report on an account is about topics, queues and keys that are named by their ARNs, names, ids, aliases or
// URLs, and the gaps that are about nothing in particular.
func (r Report) About(topics, queues, keys []string) Report {
	is := func(e *topology.Element) bool {
		if e == nil {
			return false
		}
		names := queues
		if text.Known(e.ID, text.Service) == "sns" {
			names = topics
		}
		return slices.ContainsFunc(names, func(n string) bool { return isNamed(e, n) })
	}
	isKey := func(k *topology.Key) bool {
		return slices.ContainsFunc(keys, func(n string) bool { return isKeyNamed(k, n) })
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

// isNamed reports whether a topic or queue of an account has the ARN, name or URL.
func isNamed(e *topology.Element, name string) bool {
	arn, _ := text.SplitARN(e.ID)
	switch arn[text.Service] {
	case "sns":
		return name == e.ID || name == arn[text.Resource]
	case "sqs":
		return name == e.ID || name == arn[text.Resource] || string(topology.QueueOfURL(name)) == e.ID ||
			strings.HasSuffix(name, "/"+arn[text.Account]+"/"+arn[text.Resource])
	}
	return false
}

// isKeyNamed reports whether a key has the ARN, id or alias.
func isKeyNamed(k *topology.Key, name string) bool {
	return name == k.ID || name == string(k.ARN) || strings.HasSuffix(string(k.ARN), ":key/"+name) || slices.Contains(k.Aliases, name)
}

// Nameless returns an error for each name that no topic, queue or key of an account has, as [Report.About] takes them.
func Nameless(t *topology.Topology, topics, queues, keys []string) []error {
	return slices.Concat(
		nameless("topic", topics, t.Topics, func(x *topology.Topic, n string) bool { return isNamed(&x.Element, n) }, func(x *topology.Topic) []string { return resourceOf(x.ID) }),
		nameless("queue", queues, t.Queues, func(x *topology.Queue, n string) bool { return isNamed(&x.Element, n) }, func(x *topology.Queue) []string { return resourceOf(x.ID) }),
		nameless("key", keys, t.Keys, isKeyNamed, func(x *topology.Key) []string { return x.Aliases }),
	)
}

func resourceOf(id string) []string { return []string{text.Known(id, text.Resource)} }

func nameless[T any](what string, names []string, all []T, is func(T, string) bool, called func(T) []string) (errs []error) {
	for _, n := range names {
		if slices.ContainsFunc(all, func(x T) bool { return is(x, n) }) {
			continue
		}
		var known []string
		for _, x := range all {
			known = append(known, called(x)...)
		}
		want := "the name or ARN of one that was read"
		if nearest := value.Nearest(n, known); nearest != "" {
			want = nearest
		}
		errs = append(errs, &policygen.InputError{What: what, Value: n, Got: "there is none in what was read", Want: want})
	}
	return errs
}
