package topology

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// infer adds the hops that nobody declares and that policies imply: a role whose identity policy names a queue or topic
// with the action of a hop, and a queue or topic policy that names a service, a topic or a principal of another account.
//
// A policy for every resource ("*") implies nothing: who may do everything need not do this.
func (f *finder) infer() {
	x := f.index()
	for _, c := range f.t.Callers {
		if c.Foreign || policygen.IsService(c.Principal) {
			continue
		}
		for _, p := range c.Identity {
			for i := range p.Document.Statements {
				f.inferFromIdentity(c, p, &p.Document.Statements[i], x)
			}
		}
	}
	for _, q := range f.t.Queues {
		for _, p := range q.Policies {
			for i := range p.Document.Statements {
				f.inferFromQueuePolicy(q, p, &p.Document.Statements[i], x)
			}
		}
	}
	for _, t := range f.t.Topics {
		for _, p := range t.Policies {
			for i := range p.Document.Statements {
				f.inferFromTopicPolicy(t, p, &p.Document.Statements[i])
			}
		}
	}
	f.dropPartsOfRedrives()
}

// dropPartsOfRedrives removes inferred hops of callers who receive from a dead-letter queue and send to its source because
// that is what a redrive needs.
func (f *finder) dropPartsOfRedrives() {
	type part struct {
		caller *Caller
		on     *Element
		action string
	}
	parts := map[part]bool{}
	for _, h := range f.hops {
		if h.Record().Moves() {
			for _, c := range h.Record().Calls {
				parts[part{h.CallerElement, h.End(c.On), c.Action}] = true
			}
		}
	}
	if len(parts) == 0 {
		return
	}
	f.hops = slices.DeleteFunc(f.hops, func(h Hop) bool {
		k := h.Record()
		return h.Inferred != "" && !k.Moves() && parts[part{h.CallerElement, h.About(), k.Calls[0].Action}]
	})
}

// An index finds the queues and topics that a policy names.
type index struct {
	queues map[string]*Queue
	topics map[string]*Topic
	names  []named
}

type named struct {
	arn   string
	queue *Queue
	topic *Topic
}

func (f *finder) index() *index {
	x := &index{queues: make(map[string]*Queue, len(f.t.Queues)), topics: make(map[string]*Topic, len(f.t.Topics))}
	for _, q := range f.t.Queues {
		x.queues[string(q.ARN)] = q
		x.names = append(x.names, named{arn: string(q.ARN), queue: q})
	}
	for _, t := range f.t.Topics {
		x.topics[string(t.ARN)] = t
		x.names = append(x.names, named{arn: string(t.ARN), topic: t})
	}
	return x
}

// matches returns the queues and topics that a Resource element names: exactly, or by a pattern that says at least a part
// of the name.
func (x *index) matches(resource string) []named {
	if q := x.queues[resource]; q != nil {
		return []named{{resource, q, nil}}
	}
	if t := x.topics[resource]; t != nil {
		return []named{{resource, nil, t}}
	}
	if !strings.ContainsAny(resource, "*?") || !narrow(resource) {
		return nil
	}
	var all []named
	for _, n := range x.names {
		if matchesPattern(resource, n.arn) {
			all = append(all, n)
		}
	}
	return all
}

// narrow reports whether a pattern says anything about the resource's name.
func narrow(pattern string) bool {
	parts := strings.SplitN(pattern, ":", 6)
	return len(parts) == 6 && strings.Trim(parts[5], "*?") != ""
}

// matchesPattern matches * and ?.
func matchesPattern(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// A use is what a statement's actions say that its principal does.
type use struct {
	kind policygen.HopKind
	weak bool
}

// triggers are the actions that show what a principal is for, in lower case: the first call of each kind of hop.
var triggers = func() map[string]policygen.HopKind {
	all := map[string]policygen.HopKind{}
	for _, k := range kind.All() {
		if !k.BySNS() && !k.Once {
			all[strings.ToLower(k.Calls[0].Action)] = policygen.HopKind(k.Name)
		}
	}
	return all
}()

// uses returns the kinds of hop that a list of actions is for. "sqs:*" is for administrators, who at least look into queues.
func uses(actions []string) []use {
	var all []use
	for _, a := range actions {
		a = strings.ToLower(a)
		if k, ok := triggers[strings.TrimSuffix(a, "*")]; ok {
			all = appendNew(all, use{k, false})
		} else if a == "sqs:*" {
			all = appendNew(all, use{kind.Receive, true})
		}
	}
	// Who receives from the dead-letter queue in order to move messages back is no consumer.
	if i := slices.IndexFunc(all, func(u use) bool { return kind.Of(u.kind).Moves() }); i >= 0 {
		return []use{all[i]}
	}
	return all
}

func (f *finder) inferFromIdentity(c *Caller, p *Policy, s *policygen.Statement, x *index) {
	if s.Effect != policygen.Allow {
		return
	}
	found := uses(s.Action)
	if len(found) == 0 {
		return
	}
	for _, r := range s.Resource {
		for _, n := range x.matches(r) {
			for _, u := range found {
				f.inferUse(u, c, n, &p.Element, "identity policy "+p.title())
			}
		}
	}
}

func (p *Policy) title() string {
	switch {
	case p.Name != "" && p.Name != p.ID:
		return p.Name + " (" + p.ID + ")"
	case p.ID == "":
		return p.At.String()
	}
	return p.ID
}

// inferUse adds the hop of a principal that may use n.
func (f *finder) inferUse(u use, c *Caller, n named, by *Element, why string) {
	k := kind.Of(u.kind)
	switch about := k.Resource(); {
	case about == kind.Topic && n.topic == nil, about == kind.Queue && n.queue == nil:
		return
	case k.Moves():
		f.inferMove(u.kind, c, n.queue, by, why)
		return
	}
	h := f.hop(u.kind, c, n.topic, n.queue, by)
	h.Inferred, h.Weak = why, u.weak
	f.addInferred(h)
}

// inferMove adds a move from a dead-letter queue to each queue whose messages it takes.
func (f *finder) inferMove(name policygen.HopKind, c *Caller, dlq *Queue, by *Element, why string) {
	for i, source := range f.sources[dlq] {
		h := f.move(name, c, dlq, source, by)
		if i == 0 && f.seen[h.key()] {
			return
		}
		h.DestinationSource, h.Inferred, h.Weak = true, why, true
		f.add(h)
	}
}
