package diagnose

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// answer returns the hop of a kind and what it needs.
func (d *denial) answer(k *kind.Kind) Answer {
	a := Answer{Hop: d.hop(k)}
	if a.Unsolved = d.unsolved(); a.Unsolved != "" {
		return a
	}
	a.Remedies, a.Unsolved = d.remedies(a.Hop)
	return a
}

// unsolved says why no statement that allows something mends the denial; empty if one may.
func (d *denial) unsolved() string {
	switch {
	case d.kms != "" && d.kms != kmsDenied && d.kms != kmsHidden:
		return d.kms.row().mend
	case d.explicit:
		return "a policy denies the call, which outweighs every statement that allows it: change the statement with that Deny, or its condition"
	case d.policy != "" && d.policy != identity && d.policy != resource:
		return "the " + string(d.policy) + " has to allow the call; what else the caller or the resource is granted does not count before"
	case d.anonymous:
		return "the request was not signed, and nobody should admit everybody: sign it with the credentials of a role"
	}
	return ""
}

// remedies returns the statements that a hop needs, and those that it needs if its topic or queue has a customer managed key.
func (d *denial) remedies(h policygen.Hop) ([]Remedy, string) {
	o := policygen.Options{KeyStatementsOnly: true}
	if d.policy == resource && d.kms != "" && h.Caller != nil {
		o.KeyAccess = policygen.ByKeyPolicy
	}
	policies, err := policygen.Generate(o, policygen.Hops{h})
	if err != nil {
		return nil, err.Error()
	}
	all := d.named(h, policies, "")
	if what := withKey(&h); what != "" {
		if more, err := policygen.Generate(o, policygen.Hops{h}); err == nil {
			all = append(all, d.named(h, without(more, policies), "the "+what+" has a customer managed key")...)
		}
	}
	slices.SortStableFunc(all, func(a, b Remedy) int { return rank(b) - rank(a) })
	return all, ""
}

// rank orders remedies: what was denied first, and what may not be needed last.
func rank(r Remedy) int {
	switch {
	case r.If != "":
		return 0
	case r.Denied:
		return 2
	}
	return 1
}

// withKey gives the topic or queue that the hop is about a key, if the text does not tell of one, and says which it is.
func withKey(h *policygen.Hop) string {
	k := kind.Of(h.Kind)
	switch {
	case k.CallsOn(kind.TopicKey) && h.Topic.Key == "":
		h.Topic.Key = keyOf(h.Caller, policygen.ARN(h.Topic.ARN))
		return "topic"
	case k.CallsOn(kind.QueueKey) && h.Queue.Key == "":
		h.Queue.Key = keyOf(h.Caller, policygen.ARN(h.Queue.ARN))
		return "queue"
	}
	return ""
}

// without returns the statements of policies that others do not have.
func without(all, others policygen.Policies) policygen.Policies {
	var rest policygen.Policies
	for _, a := range all {
		a.Document.Statements = slices.DeleteFunc(slices.Clone(a.Document.Statements), func(st policygen.Statement) bool {
			return slices.ContainsFunc(others, func(b policygen.Attachment) bool {
				return b.On == a.On && b.Resource == a.Resource &&
					slices.ContainsFunc(b.Document.Statements, func(other policygen.Statement) bool { return reflect.DeepEqual(other, st) })
			})
		})
		if len(a.Document.Statements) > 0 {
			rest = append(rest, a)
		}
	}
	return rest
}

// named returns policies as remedies.
func (d *denial) named(h policygen.Hop, policies policygen.Policies, condition string) []Remedy {
	var all []Remedy
	for _, a := range policies {
		r := Remedy{Attachment: a, If: condition, Of: d.owner(a)}
		for _, c := range h.Calls() {
			r.Denied = r.Denied || d.is(c) && allows(a, c)
		}
		all = append(all, r)
	}
	return all
}

// is reports whether a call of the hop is the denied one, or may be.
func (d *denial) is(c policygen.Call) bool {
	isKey := c.On == policygen.OnKey
	switch {
	case d.action != "":
		return sameAction(c.Action, d.action)
	case d.kms != "":
		return isKey
	case d.operation != "":
		return sameAction(c.Action, d.operation)
	}
	return !isKey
}

// allows reports whether a policy has the grant of a call.
func allows(a policygen.Attachment, c policygen.Call) bool {
	if a.On != policygen.OnIdentity && a.On != c.On {
		return false
	}
	return slices.ContainsFunc(a.Document.Statements, func(st policygen.Statement) bool { return slices.Contains(st.Action, c.Grant) })
}

// owner names whose policy it is.
func (d *denial) owner(a policygen.Attachment) string {
	switch a.On {
	case policygen.OnTopic:
		return label("topic", string(a.Resource))
	case policygen.OnQueue:
		return label("queue", string(a.Resource))
	case policygen.OnKey:
		return label("key", string(a.Resource))
	}
	return d.who()
}

// who names the caller in a sentence.
func (d *denial) who() string {
	switch arn := d.callerARN(); {
	case d.bySNS:
		return "SNS"
	case d.byService != "":
		return serviceTitle(d.byService)
	case d.lambda:
		return "the function's execution role"
	case d.anonymous:
		return "an unsigned request"
	case arn != "":
		p, _ := text.SplitARN(arn)
		what, name, _ := strings.Cut(p[text.Resource], "/")
		return what + " " + name
	}
	return "the caller"
}

// references are those in generated documents.
var references = text.WhenUsed(`\$\{[A-Za-z]+\}`)

// missing returns the references in the statements, each once.
func missing(answers []Answer) []string {
	var all []string
	add := func(s string) {
		for _, ref := range references().FindAllString(s, -1) {
			if !slices.Contains(all, ref) {
				all = append(all, ref)
			}
		}
	}
	for _, a := range answers {
		for _, r := range a.Remedies {
			if b, err := r.Document.MarshalJSON(); err == nil {
				add(string(b))
			}
		}
	}
	return all
}
