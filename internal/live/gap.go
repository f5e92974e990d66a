package live

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// An effect is what hangs on a call about one resource that AWS did not answer.
type effect func(w *world, id, why string)

// effects are those of the operations about a topic, queue, key or subscription. What hangs on others is that something may be
// there which nothing else names: the gap itself says so.
var effects = map[string]effect{
	"sns:GetTopicAttributes":        (*world).topicUnread,
	"sns:ListSubscriptionsByTopic":  (*world).subscriptionsUnread,
	"sns:GetSubscriptionAttributes": (*world).subscriptionUnread,
	"sqs:GetQueueAttributes":        (*world).queueUnread,
	"sqs:GetQueueUrl":               (*world).queueUnread,
	listsCallers:                    (*world).identityUnread,
	"kms:DescribeKey":               (*world).keyUnread,
	"kms:GetKeyPolicy":              (*world).keyPolicyUnread,
	"kms:ListGrants":                (*world).grantsUnread,
}

// gaps makes unknown what hangs on calls that AWS did not answer, and notes each of them.
func (w *world) gaps() {
	for i := range w.Scopes {
		s := &w.Scopes[i]
		for _, t := range w.Topics {
			// What is read because something names it is read without what hangs on it.
			if arn := string(t.ARN); w.at(arn) == s && !t.Foreign && !s.whole() && !slices.Contains(s.Only, arn) {
				w.subscriptionsUnread(arn, narrowed)
			}
		}
		for _, g := range s.Gaps {
			if g.Evidence {
				continue
			}
			if then := effects[g.Operation]; then != nil && g.Resource != "" {
				then(w, g.Resource, g.why())
			}
			u := topology.Unknown{ID: g.Resource, Path: cmp.Or(w.called[g.Resource], w.foreignName(g.Resource, s)), Stack: s.name(), What: g.what(), Why: g.Reason, At: topology.Position{File: s.name()}, Gap: true}
			w.Unknowns = append(w.Unknowns, u)
		}
	}
}

// what says what is not known for the gap.
func (g *Gap) what() string {
	if g.Operation == "" {
		return "whatever else is there"
	}
	return "the answer to " + g.Operation
}

func (g *Gap) why() string { return g.Operation + " was not answered: " + g.Reason }

const narrowed = "reading was narrowed to others"

// gap returns why a scope does not tell what it has of one kind, which an operation lists; empty if it does.
func (s *Scope) gap(operation string) string {
	for i := range s.Gaps {
		if g := &s.Gaps[i]; g.Resource == "" && !g.Evidence && (g.Operation == operation || g.Operation == "") {
			if g.Operation == "" {
				return g.Reason
			}
			return g.why()
		}
	}
	if !s.whole() {
		return narrowed
	}
	return ""
}

// about returns why a resource was not read; empty if there is no gap about it.
func (s *Scope) about(id string) string {
	for i := range s.Gaps {
		if g := &s.Gaps[i]; g.Resource == id && !g.Evidence {
			return g.why()
		}
	}
	return ""
}

// subscribed reports whether all subscriptions of a topic were read.
func (w *world) subscribed(topic string) bool {
	s := w.at(topic)
	return s != nil && s.gap("sns:ListTopics") == "" && !slices.ContainsFunc(s.Gaps, func(g Gap) bool { return g.Operation == "sns:ListSubscriptionsByTopic" && g.Resource == topic })
}

// unread says of each topic, queue, key and caller that was not read why, or that it is not there.
func (w *world) unread() {
	missing := map[string]bool{}
	for i := range w.Scopes {
		for _, id := range w.Scopes[i].Missing {
			missing[id] = true
		}
	}
	why := func(e *topology.Element, arn, operation string) {
		if !e.Foreign {
			return
		}
		s := w.at(arn)
		e.Path = w.foreignName(arn, s)
		if strings.Contains(arn, ":key/${alias/") {
			operation = "kms:ListAliases"
		}
		switch where := fmt.Sprintf("account %s", text.Known(arn, text.Account)); {
		case missing[arn], missing[e.ID]:
			e.Missing = "AWS says so"
			e.Unread = e.Missing
		case s == nil && text.Known(arn, text.Region) != "":
			e.Unread = "Region " + text.Known(arn, text.Region) + " of " + where + " was not read"
		case s == nil:
			e.Unread = "roles and users of " + where + " were not read"
		case s.about(arn) != "":
			e.Unread = s.about(arn)
		case s.gap(operation) != "":
			e.Unread = s.gap(operation)
		case operation == listsKeys:
			e.Unread = "it was not read"
		default:
			e.Unread = operation + " does not list it"
			if operation != listsCallers {
				e.Missing = e.Unread
			}
		}
	}
	for arn, t := range w.topics {
		why(&t.Element, arn, "sns:ListTopics")
	}
	for arn, q := range w.queues {
		why(&q.Element, arn, "sqs:ListQueues")
	}
	for arn, k := range w.keys {
		why(&k.Element, arn, listsKeys)
	}
	for arn, c := range w.callers {
		if strings.HasPrefix(arn, "arn:") {
			why(&c.Element, arn, listsCallers)
		}
	}
}

// Nothing lists the keys that others share, and a role that is gone may be one that is about to be made.
const (
	listsKeys    = "kms:DescribeKey"
	listsCallers = "iam:GetAccountAuthorizationDetails"
)

func (w *world) topicUnread(id, why string) {
	if t := w.topics[id]; t != nil {
		t.Foreign, t.Unread, t.Policies, t.Key = true, why, nil, nil
	}
}

func (w *world) queueUnread(id, why string) {
	if q := w.queues[id]; q != nil {
		q.Foreign, q.Unread, q.Policies, q.Key, q.DeadLetter, q.RedriveAllow = true, why, nil, nil, nil, nil
		q.VisibilityTimeout, q.Retention, q.KeyReuse = nil, nil, nil
	}
}

// subscriptionsUnread adds the deliveries of a topic of which it is not known whether there are any.
func (w *world) subscriptionsUnread(id, why string) {
	if t := w.topics[id]; t != nil {
		w.Subscriptions = append(w.Subscriptions, &topology.Subscription{Element: topology.Element{ID: t.ID, Path: t.Path, Stack: t.Stack, At: t.At}, Topic: t,
			Unread: "which queues topic " + t.Label() + " delivers to is not known: " + why})
	}
}

// subscriptionUnread leaves open what the attributes of a subscription say. Its topic and endpoint are known without them.
func (w *world) subscriptionUnread(id, why string) {
	for _, s := range w.Subscriptions {
		if s.ID == id {
			s.DeadLetterUnknown, s.Raw, s.Attributes = true, text.Maybe, "${"+id+"}"
		}
	}
}

// identityUnread leaves open what a role, user or group may do of which a policy could not be read.
func (w *world) identityUnread(id, why string) {
	unknown := &topology.Policy{Element: topology.Element{ID: id, Path: w.called[id]}, Kind: kind.IdentityPolicy, Unknown: why}
	for arn, c := range w.callers {
		if arn == id || w.inGroup(arn, id) {
			c.Identity = append(c.Identity, unknown)
		}
	}
}

// inGroup reports whether a user is in the group with an ARN.
func (w *world) inGroup(user, group string) bool {
	s := w.at(user)
	if s == nil || !strings.Contains(group, ":group/") {
		return false
	}
	for i := range s.Resources {
		var u struct{ Groups []string }
		if r := &s.Resources[i]; r.Type == "AWS::IAM::User" && r.ID == user && json.Unmarshal(r.Properties, &u) == nil {
			return slices.Contains(u.Groups, nameIn(group))
		}
	}
	return false
}

func (w *world) keyUnread(id, why string) {
	if k := w.keys[id]; k != nil {
		k.May = "its state is not known: " + why
	}
}

func (w *world) keyPolicyUnread(id, why string) {
	if k := w.keys[id]; k != nil && k.AWSManaged == "" {
		k.Policy = &topology.Policy{Element: k.Element, Unknown: why}
	}
}

// grantsUnread leaves open whether a grant allows what the policy of a key does not.
func (w *world) grantsUnread(id, why string) {
	w.mayAllow(id, policygen.Statement{Effect: policygen.Allow, Principal: &policygen.Principals{Anyone: true}, Action: []string{"*"}, Resource: []string{"*"}}, why)
}
