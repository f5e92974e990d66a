package topology

import (
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// inferUnseen adds hops for what statements allow and nothing in the file shows: roles and users that may use every queue or topic,
// principals that only the policy of a key names, and everybody who meets conditions. Each stands for all that the statement may
// be for, and is not judged.
func (f *finder) inferUnseen() {
	f.showUses()
	for _, c := range f.t.Callers {
		if policygen.IsService(c.Principal) || c.Linked {
			continue
		}
		for _, p := range c.Identity {
			for s := range p.stated {
				f.inferEverywhere(c, p, s)
			}
		}
	}
	for _, q := range f.t.Queues {
		f.eachPolicy(&q.Element, q.Policies, q.Possible, func(p *Policy, s *policygen.Statement) { f.inferAnyone(q.named(), p, s, "queue policy "+p.Title()) })
	}
	for _, t := range f.t.Topics {
		f.eachPolicy(&t.Element, t.Policies, t.Possible, func(p *Policy, s *policygen.Statement) { f.inferAnyone(t.named(), p, s, "topic policy "+p.Title()) })
	}
	for _, k := range f.t.Keys {
		if k.Policy != nil && k.AWSManaged == "" {
			for s := range k.Policy.stated {
				f.inferFromKeyPolicy(k, s)
			}
		}
	}
}

// A shown use is what a hop shows that a caller does. The zero value of a field stands for anything.
type shownUse struct {
	caller string // a principal, or the account of one
	kind   policygen.HopKind
	key    *Key
}

func (f *finder) showUses() {
	f.shown = map[shownUse]bool{}
	for i := range f.hops {
		h := &f.hops[i]
		if h.CallerElement == nil || h.CallerElement.Principal == nil {
			continue
		}
		who := h.CallerElement.Principal
		for _, kind := range []policygen.HopKind{"", h.Kind} {
			f.shown[shownUse{caller: who.String(), kind: kind}] = true
		}
		for r := range h.keys {
			f.shown[shownUse{caller: who.String(), key: r.Key}], f.shown[shownUse{caller: policygen.AccountOf(who), key: r.Key}] = true, true
		}
	}
}

// inferEverywhere adds a hop of a role or user that a statement lets use every queue or topic, unless a hop shows what for.
func (f *finder) inferEverywhere(c *Caller, p *Policy, s *policygen.Statement) {
	if s.Effect != policygen.Allow {
		return
	}
	for _, u := range wideUses(s, len(f.t.Queues) > 0) {
		shown := shownUse{caller: c.Principal.String()}
		if !u.weak && !p.OnlyAllows { // AWS's own policies allow more than each role needs
			shown.kind = u.kind
		}
		toTopic := kind.Of(u.kind).Resource() == kind.Topic
		if f.shown[shown] || kind.Of(u.kind).Moves() || !slices.ContainsFunc(s.Resource, func(r string) bool { return f.coversAll(r, toTopic) }) {
			continue
		}
		every, what := Element{ID: "*", Foreign: true, At: p.At}, "queue"
		h := f.hop(u.kind, c, nil, &Queue{Element: every}, &p.Element)
		if toTopic {
			what = "topic"
			h = f.hop(u.kind, c, &Topic{Element: every}, nil, &p.Element)
		}
		h.Weak = u.weak
		f.addGroup(h, "identity policy "+p.Title(), "lets "+c.Label()+" use every "+what+", and nothing in the file shows which of them it uses")
	}
}

// wideUses returns what a statement's actions may be for. All actions of a service, or of all services, are for administrators,
// who at least look into queues, or else publish to topics.
func wideUses(s *policygen.Statement, queues bool) []use {
	everything := func(service string) bool {
		if s.NotAction != nil {
			return !slices.ContainsFunc(s.NotAction, func(a string) bool {
				return slices.ContainsFunc(triggers, func(t trigger) bool {
					return strings.HasPrefix(t.action, service) && text.MatchFold(a, t.action) != text.No
				})
			})
		}
		return slices.Contains(s.Action, "*") || slices.ContainsFunc(s.Action, func(a string) bool { return strings.EqualFold(a, service+":*") })
	}
	all := uses(s.Action)
	switch {
	case queues && everything("sqs"):
		all = appendNew(all, use{kind.Receive, true})
	case everything("sns"):
		all = appendNew(all, use{kind.Publish, true})
	}
	return all
}

// coversAll reports whether a Resource element is for queues or topics whatever their names are, and may be for one of the file.
func (f *finder) coversAll(resource string, topics bool) bool {
	if parts, ok := text.SplitARN(resource); ok && strings.Trim(parts[text.Resource], "*?") != "" || !text.IsPattern(resource) {
		return false
	}
	p := text.NewARNPattern(resource)
	may := func(n named) bool { return p.Match(&n.arn) != text.No || p.Whole.Match(n.arn.Text) != text.No }
	if topics {
		return slices.ContainsFunc(f.t.Topics, func(t *Topic) bool { return may(t.named()) })
	}
	return slices.ContainsFunc(f.t.Queues, func(q *Queue) bool { return may(q.named()) })
}

// inferAnyone adds a hop of whoever meets the conditions of a statement that admits everybody, unless a hop shows who that is. The
// resource's own account is nobody in particular.
func (f *finder) inferAnyone(n named, p *Policy, s *policygen.Statement, why string) {
	if s.Effect != policygen.Allow || !admitsAnyone(s.Principal) || len(s.Condition) == 0 || n.queue != nil && admitsSNS(s) {
		return
	}
	if names := conditionValues(s, "aws:principalarn"); len(names) > 0 && !slices.ContainsFunc(names, text.IsPattern) {
		return // each of them is a caller
	}
	account := []string{text.AccountIn(n.arn.Text)}
	for _, key := range []string{"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"} {
		if slices.Equal(conditionValues(s, key), account) {
			return
		}
	}
	for _, u := range wideUses(s, n.queue != nil) {
		if k := kind.Of(u.kind); k.Moves() || (k.Resource() == kind.Topic) != (n.topic != nil) || f.sourceShown(n, s) {
			continue
		}
		who := "anyone with " + conditionText(s)
		c := &Caller{Element: Element{ID: who, Foreign: true}, Principal: policygen.RoleARN("${" + who + "}")}
		f.addGroup(f.hop(u.kind, c, n.topic, n.queue, &p.Element), why, "admits "+who+", and who that is is not in the file")
	}
}

func admitsAnyone(p *policygen.Principals) bool {
	return p != nil && (p.Anyone || slices.Contains(p.AWS, "*"))
}

// sourceShown reports whether a hop shows for what an AWS service comes that a statement admits by aws:SourceArn.
func (f *finder) sourceShown(n named, s *policygen.Statement) bool {
	arns := sourceARNs(s)
	for i := range f.hops {
		h := &f.hops[i]
		if h.To == n.element() && h.Source != "" && slices.ContainsFunc(arns, func(arn string) bool { return text.Match(arn, string(h.Source)) != text.No }) {
			return true
		}
	}
	return false
}

// conditionText names the conditions of a statement, each key with its first value.
func conditionText(s *policygen.Statement) string {
	var all []string
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			values := s.Condition[operator][key]
			switch {
			case strings.Contains(operator, "Not") || len(values) == 0:
				all = append(all, operator+" "+key)
			case len(values) == 1:
				all = append(all, key+" "+values[0])
			default:
				all = append(all, key+" "+values[0]+"…")
			}
		}
	}
	return strings.Join(all, ", ")
}

// inferFromKeyPolicy adds a hop of each principal that a key's policy names and that no hop shows to use the key.
func (f *finder) inferFromKeyPolicy(k *Key, s *policygen.Statement) {
	if s.Effect != policygen.Allow || s.Principal == nil || !viaMessaging(s) {
		return
	}
	var topic *Topic
	var queue *Queue
	ends := Element{ID: "*", Foreign: true, At: k.At}
	n := 0
	for _, t := range f.t.Topics {
		if t.Key != nil && t.Key.Key == k {
			topic, n = t, n+1
		}
	}
	for _, q := range f.t.Queues {
		if q.Key != nil && q.Key.Key == k {
			queue, n = q, n+1
		}
	}
	use := keyUse(s, topic != nil, queue != nil)
	if use == "" {
		return
	}
	for c := range f.callers(s, policygen.ARN(k.ARN)) {
		who := c.Principal.String()
		if f.shown[shownUse{caller: who, key: k}] || isAccount(c.Principal) && f.shown[shownUse{caller: policygen.AccountOf(c.Principal), key: k}] {
			continue
		}
		t, q := topic, queue
		if kind.Of(use).Resource() == kind.Topic {
			q = nil
			if n > 1 {
				t = &Topic{Element: ends}
			}
		} else if t = nil; n > 1 {
			q = &Queue{Element: ends}
		}
		f.addGroup(f.hop(use, c, t, q, &k.Policy.Element), "the policy of key "+k.Label(), "names "+c.Label()+", and nothing else in the file shows what it uses the key for")
	}
}

// viaMessaging reports whether a statement of a key's policy may be for what comes by way of SQS or SNS.
func viaMessaging(s *policygen.Statement) bool {
	via := conditionValues(s, "kms:viaservice")
	return len(via) == 0 || slices.ContainsFunc(via, func(v string) bool {
		return text.Match(v, "sqs.${region}.amazonaws.com") != text.No || text.Match(v, "sns.${region}.amazonaws.com") != text.No
	})
}

// isAccount reports whether a principal is a whole account.
func isAccount(p policygen.Principal) bool {
	_, is := p.(policygen.AccountID)
	return is || strings.HasSuffix(p.String(), ":root")
}

// keyUse returns the first kind of hop of which a statement allows all that is called on the key of a topic or queue, as far as
// AWS's pages agree on it; empty if there is none. All actions on a key are for administrators.
func keyUse(s *policygen.Statement, topics, queues bool) policygen.HopKind {
	for _, k := range kind.All() {
		if k.BySNS() || k.Once || k.Moves() || k.Resource() == kind.Topic && !topics || k.Resource() == kind.Queue && !queues {
			continue
		}
		asked, allowed := 0, 0
		for _, c := range k.Calls {
			if c.On != kind.TopicKey && c.On != kind.QueueKey || c.Unsure != "" || c.Option != 0 {
				continue
			}
			asked++
			if slices.ContainsFunc(s.Action, func(a string) bool {
				return !strings.HasSuffix(a, ":*") && a != "*" && text.MatchFold(a, c.Action) == text.Yes
			}) {
				allowed++
			}
		}
		if asked > 0 && asked == allowed {
			return policygen.HopKind(k.Name)
		}
	}
	return ""
}
