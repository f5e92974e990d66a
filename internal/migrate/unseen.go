package migrate

import (
	"cmp"
	"slices"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// admitNamed adds the hops of those whom the request names and the files do not have.
func (p *planner) admitNamed() {
	consumers, publishers := slices.Clone(p.t.Consumers), slices.Clone(p.t.Publishers)
	for _, s := range p.subjects {
		for _, arn := range p.request.Readers {
			for q := s.queue; q != nil; q = deadLetters(q) {
				c := p.caller(arn)
				consumers = append(consumers, &topology.Consumer{Element: c.Element, What: "--reader", Queue: q, Caller: c})
				if q.DeadLetter == nil || q.DeadLetter.Queue == q {
					break
				}
			}
		}
		for _, arn := range p.request.Senders {
			c := p.caller(arn)
			publishers = append(publishers, &topology.Publisher{Element: c.Element, What: "--sender", Queue: s.queue, Topic: s.topic, Caller: c, Grouped: text.Yes})
		}
	}
	set(p, &p.t.Consumers, consumers)
	set(p, &p.t.Publishers, publishers)
}

// isNamed reports whether the request names those who make the calls of a hop of which the files do not tell.
func (p *planner) isNamed(h *check.Hop) bool {
	if h.Record().From == kind.Queue {
		return len(p.request.Readers) > 0
	}
	return len(p.request.Senders) > 0
}

// deadLetters returns the dead-letter queue of a queue, or nil.
func deadLetters(q *topology.Queue) *topology.Queue {
	if q.DeadLetter == nil {
		return nil
	}
	return q.DeadLetter.Queue
}

// caller returns the caller with an ARN; one that the files do not have is foreign.
func (p *planner) caller(arn string) *topology.Caller {
	for _, c := range p.t.Callers {
		if c.Principal != nil && c.Principal.String() == arn {
			return c
		}
	}
	who, _ := policygen.ParsePrincipal(arn)
	c := &topology.Caller{Element: topology.Element{ID: arn, Foreign: true}, Principal: who}
	set(p, &p.t.Callers, append(slices.Clone(p.t.Callers), c))
	return c
}

// unnamed says who has to be able to use a new key and is not known, because the files do not show it.
func (p *planner) unnamed() (reasons []string) {
	var keyed []*subject
	for _, s := range p.subjects {
		if s.new != nil {
			keyed = append(keyed, s)
		}
	}
	if len(keyed) == 0 {
		return nil
	}
	hops := p.judge(old)
	for _, u := range p.t.Unknowns {
		reasons = append(reasons, u.Label()+" may have to do with it, and could not be placed: "+u.Why)
	}
	for _, s := range keyed {
		if s.topic != nil {
			if !slices.ContainsFunc(hops, func(h check.Hop) bool { return h.TopicElement == s.topic && h.Record().Enters() }) {
				reasons = append(reasons, "nobody in the files publishes to "+s.label()+", and whoever does has to be able to use "+s.encryption(s.new)+": name them with --sender")
			}
			continue
		}
		into := func(h check.Hop) bool {
			return h.To == &s.queue.Element && (h.QueueElement == s.queue || h.DestinationElement == s.queue)
		}
		if !slices.ContainsFunc(hops, into) {
			reasons = append(reasons, "nobody in the files sends to "+s.label()+", and whoever does has to be able to use "+s.encryption(s.new)+": name them with --sender")
		}
		for q := s.queue; q != nil; q = deadLetters(q) {
			if q != s.queue && deadLetters(q) != nil {
				reasons = append(reasons, "dead-letter queue "+q.Label()+" has a dead-letter queue itself, and who reads messages of "+s.label()+" there is not followed")
				break
			}
			if q.DeadLetter != nil && q.DeadLetter.Queue == nil {
				reasons = append(reasons, "the dead-letter queue of queue "+q.Label()+" is not known, and whoever reads it has to be able to use "+s.encryption(s.new))
			}
			if !slices.ContainsFunc(hops, func(h check.Hop) bool { return h.QueueElement == q && h.Record().From == kind.Queue && !h.Moved }) {
				what := "queue "
				if q != s.queue {
					what = "dead-letter queue "
				}
				reasons = append(reasons, "nobody in the files receives from "+what+q.Label()+", and whoever does has to be able to use "+s.encryption(s.new)+": name them with --reader")
			}
		}
	}
	return reasons
}

// assume takes for granted that callers whose policies are not in the files can do what they do, and that old keys whose policies are
// not admit whom they admit. Of a new key whose policy is not in the files, nothing is known. What is needed beyond that is asked for.
func (p *planner) assume() {
	p.assumeOldKeys()
	for _, s := range p.subjects {
		if s.new != nil && s.new.Key.Foreign && s.new.Key.Policy == nil {
			p.asked[s.new.Key] = true
			set(p, &s.new.Key.Policy, &topology.Policy{Element: s.new.Key.Element, Document: policygen.Document{Version: policygen.Version}})
		}
	}
	p.assumeCallers()
}

// assumeOldKeys lets old keys whose policies are not in the files admit their accounts and the services that use them today.
func (p *planner) assumeOldKeys() {
	for _, s := range p.subjects {
		if !s.leavesKey() || !s.old.Key.Foreign || s.old.Key.Policy != nil {
			continue
		}
		k := s.old.Key
		account, partition := text.AccountIn(string(k.ARN)), cmp.Or(text.Known(string(k.ARN), text.Partition), "${AWS::Partition}")
		d := policygen.DefaultKeyPolicy(cmp.Or(account, "${AWS::AccountId}"), partition)
		for _, h := range p.judge(old) {
			for _, c := range h.Hop.Calls() {
				if c.Resource == policygen.ARN(k.ARN) && policygen.IsService(c.Caller) {
					d.Statements = append(d.Statements, policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Service: []string{c.Caller.String()}},
						Action: []string{c.Action}, Resource: []string{"*"}})
				}
			}
		}
		set(p, &k.Policy, &topology.Policy{Element: k.Element, Kind: kind.KeyPolicy, Document: d})
		p.note("the policy of key " + k.Label() + " is not in the files: it is taken for granted that it admits who uses the key today")
	}
}

// assumeCallers lets callers whose policies are not in the files do what they do today.
func (p *planner) assumeCallers() {
	can := map[*topology.Caller][]policygen.Statement{}
	var callers []*topology.Caller
	for _, h := range p.judge(old) {
		c := h.CallerElement
		if c == nil || !c.Foreign || policygen.IsService(c.Principal) || h.Unfollowed || h.Grouped || !p.concerned(&h) {
			continue
		}
		if can[c] == nil {
			callers = append(callers, c)
		}
		for _, call := range h.Hop.Calls() {
			can[c] = append(can[c], policygen.Statement{Effect: policygen.Allow, Action: []string{call.Action}, Resource: []string{string(call.Resource)}})
		}
	}
	for _, c := range callers {
		p.given[c] = true
		identity := slices.DeleteFunc(slices.Clone(c.Identity), func(x *topology.Policy) bool { return x.Unknown != "" })
		identity = append(identity, &topology.Policy{Element: c.Element, Kind: kind.IdentityPolicy,
			Document: policygen.Document{Version: policygen.Version, Statements: can[c]}})
		set(p, &c.Identity, identity)
		set(p, &c.Foreign, false)
		if !slices.Contains(p.t.Callers, c) { // else each judgement would have one of its own
			set(p, &p.t.Callers, append(slices.Clone(p.t.Callers), c))
		}
		p.note("the identity policies of " + c.Label() + " are not in the files: it is taken for granted that they allow what it does today, and that none denies what is added")
	}
}
