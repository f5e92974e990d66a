package topology

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// infer adds the hops that nobody declares and that policies imply: a role whose identity policy names a queue or topic
// with the action of a hop, and a queue or topic policy that names a service, a topic or a principal.
//
// A policy for every resource ("*") implies no hop of each queue and topic: who may do everything need not do this. One hop stands
// for them, see [finder.inferUnseen].
func (f *finder) infer() {
	x := f.index()
	f.inferFromIdentities(x, false)
	for _, q := range f.t.Queues {
		f.eachPolicy(&q.Element, q.Policies, q.Possible, func(p *Policy, s *policygen.Statement) { f.inferFromQueuePolicy(q, p, s, x) })
	}
	for _, t := range f.t.Topics {
		f.eachPolicy(&t.Element, t.Policies, t.Possible, func(p *Policy, s *policygen.Statement) { f.inferFromTopicPolicy(t, p, s) })
	}
	f.inferFromIdentities(x, true) // unless the hop is there for sure
	f.inferAnyTopics()
	f.dropPartsOfRedrives()
	f.inferUnseen()
}

// eachPolicy calls infer with each statement of the policies of an element, and of those that may be its by what they refer to. The
// hops of these need not be there.
func (f *finder) eachPolicy(e *Element, policies, possible []*Policy, infer func(*Policy, *policygen.Statement)) {
	for _, p := range policies {
		for s := range p.stated {
			infer(p, s)
		}
	}
	for _, p := range possible {
		if p.Doubts[e] == "" {
			continue
		}
		f.uncertain(p.Doubts[e], func() {
			for s := range p.stated {
				infer(p, s)
			}
		})
	}
}

// uncertain says of the hops that infer adds why they may not be there.
func (f *finder) uncertain(why string, infer func()) {
	before := len(f.hops)
	infer()
	for i := before; i < len(f.hops); i++ {
		if f.hops[i].Uncertain == "" {
			f.hops[i].Uncertain = why
		}
	}
}

// inferFromIdentities adds the hops of what identity policies name, or of what they may name.
func (f *finder) inferFromIdentities(x *index, possible bool) {
	for _, c := range f.t.Callers {
		if policygen.IsService(c.Principal) {
			continue
		}
		for _, p := range c.Identity {
			for s := range p.stated {
				f.inferFromIdentity(c, p, s, x, possible)
			}
		}
	}
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

// A use is what a statement's actions say that its principal does.
type use struct {
	kind policygen.HopKind
	weak bool
}

// A trigger is an action that shows what a principal is for: the first call of a kind of hop.
type trigger struct {
	action string // in lower case
	kind   policygen.HopKind
	moves  bool
}

var triggers = func() []trigger {
	var all []trigger
	for _, k := range kind.All() {
		if !k.BySNS() && !k.Once {
			all = append(all, trigger{strings.ToLower(k.Calls[0].Action), policygen.HopKind(k.Name), k.Moves()})
		}
	}
	return all
}()

// uses returns the kinds of hop that a list of actions is for. "sqs:*" is for administrators, who at least look into queues,
// and a pattern such as "sqs:Receive*" may have been written for something else.
func uses(actions []string) []use {
	var all []use
	for _, a := range actions {
		a = strings.ToLower(a)
		if strings.HasSuffix(a, ":*") || a == "*" {
			if a == "sqs:*" {
				all = appendNew(all, use{kind.Receive, true})
			}
			continue
		}
		for _, t := range triggers {
			switch {
			case strings.TrimRight(a, "*") == t.action:
				all = appendNew(all, use{t.kind, false})
			case !t.moves && text.MatchFold(a, t.action) == text.Yes:
				all = appendNew(all, use{t.kind, true})
			}
		}
	}
	// Who receives from the dead-letter queue in order to move messages back is no consumer.
	if i := slices.IndexFunc(all, func(u use) bool { return kind.Of(u.kind).Moves() }); i >= 0 {
		return []use{all[i]}
	}
	return all
}

func (f *finder) inferFromIdentity(c *Caller, p *Policy, s *policygen.Statement, x *index, possible bool) {
	if s.Effect != policygen.Allow {
		return
	}
	found := uses(s.Action)
	if len(found) == 0 {
		return
	}
	why := "identity policy " + p.Title()
	for _, r := range s.Resource {
		r = strings.TrimPrefix(r, misnames) // it is what the statement is for, and does not allow
		m := x.matches(r)
		for _, u := range found {
			if len(m.sure)+len(m.possible) == 0 {
				m = f.elsewhere(u, r, p, s, x)
			}
			if !possible {
				for _, n := range m.sure {
					f.inferUse(u, c, *n, &p.Element, why)
				}
				continue
			}
			for _, n := range m.possible {
				may := r + " in " + why + " may or may not name " + n.element().Label()
				if n == x.named(r) {
					may = Elsewhere(r, n.element(), n.arn.Text)
				}
				f.uncertain(may, func() { f.inferUse(u, c, *n, &p.Element, why) })
			}
		}
	}
}

// elsewhere returns the topic or queue of others that a Resource element names with the action of a hop: by its ARN, or, where all
// actions of the statement are of one service, by text that is known only at deployment, such as an import.
func (f *finder) elsewhere(u use, resource string, p *Policy, s *policygen.Statement, x *index) (m matches) {
	k := kind.Of(u.kind)
	service := "sqs"
	if k.Resource() == kind.Topic {
		service = "sns"
	}
	another := func(action string) bool { return text.MatchFold(service+":*", action) != text.Yes }
	parts, isARN := text.SplitARN(resource)
	switch {
	case text.IsPattern(resource), k.Moves(), isARN && parts[text.Service] != service,
		!isARN && (!text.IsReference(resource) || slices.ContainsFunc(s.Action, another)):
		return m
	}
	n := named{topic: &Topic{Element: Element{ID: resource, Foreign: true, At: p.At}, ARN: policygen.TopicARN(resource), FIFO: fifoByName(resource)}}
	if service == "sqs" {
		n = named{queue: &Queue{Element: Element{ID: resource, Foreign: true, At: p.At}, ARN: policygen.QueueARN(resource), FIFO: fifoByName(resource)}}
		f.t.Queues = append(f.t.Queues, n.queue)
	} else {
		f.t.Topics = append(f.t.Topics, n.topic)
	}
	m.sure = []*named{&n}
	x.found[resource] = m
	return m
}

// maxInferred is how many hops of a topology are inferred one by one. Wildcards of many roles and many queues make pairs of
// all of them.
const maxInferred = 5000

// addInferred adds h unless a hop is known that does the same. Beyond [maxInferred] it adds one hop for all of a kind that a
// policy implies for a caller; it is not judged.
func (f *finder) addInferred(h Hop) {
	if f.inferred < maxInferred {
		if f.seen[h.key()] {
			return
		}
		f.inferred++
		f.add(h)
		return
	}
	if !f.seen[h.key()] {
		f.addGroup(h, h.Inferred, "implies more hops: "+strconv.Itoa(maxInferred)+" that only policies imply are judged in one file, and this one stands for the rest")
	}
}

// addGroup adds a hop that stands for others of its kind, caller and policy, once; why says what the hop is inferred from.
func (f *finder) addGroup(h Hop, from, why string) {
	k := groupKey{kind: h.Kind, by: h.By}
	if h.CallerElement != nil && h.CallerElement.Principal != nil {
		k.caller = h.CallerElement.Principal.String()
	}
	if f.groups[k] {
		return
	}
	if f.groups == nil {
		f.groups = map[groupKey]bool{}
	}
	f.groups[k] = true
	h.Grouped, h.Inferred, h.Uncertain = true, from, from+" "+why
	f.hops = append(f.hops, h)
}

// A groupKey is what the hops share that one stands for.
type groupKey struct {
	kind   policygen.HopKind
	caller string
	by     *Element
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
	if len(c.Calls) > 0 && len(k.Calls) > 1 {
		h.Uncertain = "single calls are made under " + c.ID + ", " + strings.Join(c.Calls, ", ") + ", and the rest of the hop may be another's"
	}
	f.addInferred(h)
}

// inferMove adds a move from a dead-letter queue to each queue whose messages it takes.
func (f *finder) inferMove(name policygen.HopKind, c *Caller, dlq *Queue, by *Element, why string) {
	for i, source := range f.sources[dlq] {
		h := f.move(name, c, dlq, source, by)
		if i == 0 && f.seen[h.key()] {
			return
		}
		h.Inferred, h.Weak = why, true
		if f.inferred++; f.inferred > maxInferred {
			f.addInferred(h)
			return // the hop stands for the rest
		}
		f.add(h)
	}
}
