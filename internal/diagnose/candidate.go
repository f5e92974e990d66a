package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// The references that stand for what a text does not tell.
const (
	anyTopic       = "${TopicArn}"
	anyQueue       = "${QueueArn}"
	anyKey         = "${KeyArn}" // see keyOf
	anyDestination = "${DestinationQueueArn}"
	anySource      = "${SourceArn}"
	anyAccount     = "${SourceAccount}"
)

// kinds returns the kinds of hop that the denied call may belong to, in the order of the table.
func (d *denial) kinds() []*kind.Kind {
	var all, first []*kind.Kind
	for _, k := range kind.All() {
		if !d.fits(k) {
			continue
		}
		all = append(all, k)
		if begins(k, d.action) || begins(k, d.operation) {
			first = append(first, k)
		}
	}
	if len(first) > 0 {
		return first
	}
	// A redrive or a subscription begins with a call of its own.
	return slices.DeleteFunc(all, func(k *kind.Kind) bool { return k.Moves() || k.Once })
}

// begins reports whether an action is the first call of a kind, which identifies it.
func begins(k *kind.Kind, action string) bool {
	return action != "" && sameAction(k.Calls[0].Action, action)
}

// fits reports whether nothing in the text speaks against a kind.
func (d *denial) fits(k *kind.Kind) bool {
	switch {
	case k.BySNS() != d.bySNS || k.BySNS() && k.ToDeadLetters():
		return false
	case d.byService != "" && k.By != kind.IAMOrService, d.lambda && !k.Leaves():
		return false
	case !d.bySNS && (d.api == "sns" || d.topic != "") && k.Resource() != kind.Topic:
		return false
	case (d.api == "sqs" || d.queue != "") && k.Resource() != kind.Queue:
		return false
	case d.kms != "" && !slices.ContainsFunc(k.Calls, onKey):
		return false
	}
	return d.makes(k, d.action) && d.makes(k, d.operation)
}

func onKey(c kind.Call) bool { return c.On != c.On.Owner() }

// makes reports whether a hop of a kind makes a call of the action; "" is none in particular.
func (d *denial) makes(k *kind.Kind, action string) bool {
	return action == "" || slices.ContainsFunc(k.Calls, func(c kind.Call) bool { return sameAction(c.Action, action) })
}

// hop returns the hop of a kind with what the text tells of it, and references for the rest.
func (d *denial) hop(k *kind.Kind) policygen.Hop {
	h := policygen.Hop{Kind: policygen.HopKind(k.Name)}
	for _, end := range []kind.Part{k.From, k.To} {
		switch end {
		case kind.Topic:
			h.Topic.ARN = policygen.TopicARN(cmp.Or(d.topic, anyTopic))
		case kind.Queue:
			h.Queue.ARN = policygen.QueueARN(cmp.Or(d.queue, anyQueue))
		case kind.Destination:
			h.Destination.ARN = anyDestination
		}
	}
	switch {
	case k.BySNS():
	case d.byService != "":
		h.Caller = policygen.ServicePrincipal(d.byService)
		h.Source, h.SourceAccount = d.sourceFor(k.Resource())
	default:
		if p, err := policygen.ParsePrincipal(d.callerARN()); err == nil && d.callerARN() != "" {
			h.Caller = p
		}
	}
	if d.lambda {
		h.Client = policygen.LambdaTrigger
	}
	if d.key != "" || d.kms != "" {
		if withKey(&h); d.key != "" && k.Resource() == kind.Topic {
			h.Topic.Key = policygen.KeyARN(d.key)
		} else if d.key != "" {
			h.Queue.Key = policygen.KeyARN(d.key)
		}
	}
	for _, c := range k.Calls {
		if c.Option != 0 && (sameAction(c.Action, d.action) || sameAction(c.Action, d.operation)) && !d.lambda {
			h.ReadAttributes = h.ReadAttributes || c.Option&kind.ReadAttributes != 0
			h.ExtendVisibility = h.ExtendVisibility || c.Option&kind.ExtendVisibility != 0
			h.LookUpURL = h.LookUpURL || c.Option&kind.LookUpURL != 0
		}
	}
	return h
}

// sourceFor returns what the calling service acts for, and its account, as far as its statements need them.
func (d *denial) sourceFor(on kind.Part) (policygen.ARN, string) {
	s, _ := service.LookUp(d.byService)
	keys := s.Queue
	if on == kind.Topic {
		keys = s.Topic
	}
	if d.source != "" {
		if text.Known(d.source, text.Account) == "" && !s.Source.HasAccount {
			return policygen.ARN(d.source), anyAccount
		}
		return policygen.ARN(d.source), ""
	}
	if !keys.Scopes() {
		return "", ""
	}
	if !keys.ARN || !s.Source.HasAccount {
		return anySource, anyAccount
	}
	return anySource, ""
}

// keyOf returns the reference for a key that the text does not tell. Of a topic or queue of another account than the caller's, it has
// that account and Region, because the key then mostly has them.
func keyOf(caller policygen.Principal, of policygen.ARN) policygen.KeyARN {
	mine, its := policygen.AccountOf(caller), of.Account()
	if p, ok := text.SplitARN(string(of)); ok && mine != "" && its != "" && mine != its {
		p[text.Service], p[text.Resource] = "kms", "key/${KeyId}"
		return policygen.KeyARN(strings.Join(p[:], ":"))
	}
	return anyKey
}

// label returns a topic, queue or key in words, by its name.
func label(what, arn string) string {
	p, ok := text.SplitARN(arn)
	if !ok {
		return "the " + what
	}
	return what + " " + strings.TrimPrefix(p[text.Resource], "key/")
}
