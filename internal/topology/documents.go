package topology

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// Documents are the policies that decide a call.
type Documents struct {
	Identity []*Policy
	Boundary *Policy // nil if there is none
	// Resource are the policies of the topic, queue or key. Several overwrite each other, so that any of them may be the one
	// that counts.
	Resource []*Policy
	// PossibleIdentity and PossibleResource are policies of which it is not known whether they are among these.
	PossibleIdentity, PossibleResource []*Policy
	// IdentityUnknown and ResourceUnknown say why these documents are not all there is; empty if they are.
	IdentityUnknown string
	ResourceUnknown string
	// ServiceControl and ResourceControl are the organization's policies above the caller's account and the resource's.
	ServiceControl, ResourceControl [][]policygen.Document
	// Caller is the name of whose Identity is.
	Caller string
	// Holder is the element whose policy Resource is.
	Holder *Element
	// Distinct is that of the hop.
	Distinct func(a, b string) bool
}

// Documents returns the policies that decide a call of the hop.
func (h *Hop) Documents(c policygen.Call) Documents {
	d := Documents{Distinct: h.Distinct}
	if above := h.controls[policygen.AccountOf(c.Caller)]; above != nil {
		d.ServiceControl = above.Service
	}
	if above := h.controls[c.Resource.Account()]; above != nil {
		d.ResourceControl = above.Resource
	}
	d.identity(h)
	switch c.On {
	case policygen.OnTopic:
		d.topic(h.TopicElement)
	case policygen.OnKey:
		d.key(h.KeyElement(c.Resource))
	default:
		if h.DestinationElement != nil && string(c.Resource) == string(h.DestinationElement.ARN) && c.Resource != policygen.ARN(h.QueueElement.ARN) {
			d.queue(h.DestinationElement)
		} else {
			d.queue(h.QueueElement)
		}
	}
	return d
}

func (d *Documents) identity(h *Hop) {
	c := h.CallerElement
	if c == nil || policygen.IsService(c.Principal) {
		return
	}
	if c.Foreign {
		d.IdentityUnknown = "the identity policies of " + c.Label() + " are not in this file"
		if len(c.Identity) > 0 {
			d.IdentityUnknown = "the other identity policies of " + c.Label() + " are not in this file"
		}
		if c.Unread != "" {
			d.IdentityUnknown = "the identity policies of " + c.Label() + " are not known: " + c.Unread
		}
		d.Identity = append(slices.Clip(c.Identity), &Policy{Element: c.Element, Unknown: d.IdentityUnknown})
		return
	}
	d.Caller, d.Identity, d.Boundary, d.PossibleIdentity = c.Label(), c.Identity, c.Boundary, c.Possible
	for _, p := range c.Identity {
		if p.Unknown != "" && d.IdentityUnknown == "" {
			d.IdentityUnknown = "policy " + p.Title() + ": " + p.Unknown
		}
	}
}

func (d *Documents) topic(t *Topic) {
	d.Holder, d.Resource, d.PossibleResource = &t.Element, t.Policies, t.Possible
	switch {
	case t.Foreign && len(t.Policies) > 0: // the file sets the policy of what it refers to
	case t.Foreign:
		d.ResourceUnknown = t.unseen("topic", "policy")
	case len(t.Policies) == 0:
		d.Resource = []*Policy{{Element: Element{ID: t.ID, Path: t.Path, At: t.At}, Name: "the default topic policy", Document: defaultTopicPolicy(t.ARN)}}
	}
	d.unknownOf(t.Policies)
}

func (d *Documents) queue(q *Queue) {
	d.Holder, d.Resource, d.PossibleResource = &q.Element, q.Policies, q.Possible
	if q.Foreign && len(q.Policies) == 0 { // else the file sets the policy of what it refers to
		d.ResourceUnknown = q.unseen("queue", "policy")
	}
	d.unknownOf(q.Policies)
}

func (d *Documents) key(k *Key) {
	if k == nil {
		d.ResourceUnknown = "the key is not in this file"
		return
	}
	d.Holder = &k.Element
	if k.AWSManaged != "" {
		return // the evaluator has its policy
	}
	if k.Policy == nil {
		d.ResourceUnknown = k.unseen("key", "policy")
		return
	}
	d.Resource, d.PossibleResource = []*Policy{k.Policy}, k.Possible
	d.unknownOf(d.Resource)
}

func (d *Documents) unknownOf(policies []*Policy) {
	for _, p := range policies {
		if p.Unknown != "" && d.ResourceUnknown == "" {
			d.ResourceUnknown = "policy " + p.Title() + ": " + p.Unknown
		}
	}
}

// KeyElement returns the key that a call's resource names, or nil.
func (h *Hop) KeyElement(resource policygen.ARN) *Key {
	for r := range h.keys {
		if policygen.ARN(r.arn()) == resource {
			return r.Key
		}
	}
	return nil
}

// keys yields the keys of the hop's topic and queues.
func (h *Hop) keys(yield func(*KeyRef) bool) {
	if h.TopicElement != nil && h.TopicElement.Key != nil && !yield(h.TopicElement.Key) {
		return
	}
	for _, q := range append([]*Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
		if q != nil && q.Key != nil && !yield(q.Key) {
			return
		}
	}
}

// MayChange says why something of the hop may be other than the file has it; empty if all is as written.
func (h *Hop) MayChange() string {
	all := []*Element{h.From, h.To, h.By}
	if h.CallerElement != nil {
		all = append(all, &h.CallerElement.Element)
	}
	for r := range h.keys {
		all = append(all, &r.Key.Element)
	}
	for _, e := range all {
		if e != nil && e.MayChange != "" {
			return e.Label() + " may be other than the file has it: " + e.MayChange
		}
	}
	return ""
}

// EncryptionUnknown says why it is not known which keys the hop needs; empty if it is known. Who sets the policy of a queue or
// topic by which a service gets in is taken to know its encryption.
func (h *Hop) EncryptionUnknown() string {
	if h.Moved {
		return ""
	}
	byService := h.CallerElement == nil || policygen.IsService(h.CallerElement.Principal)
	if t := h.TopicElement; t != nil && h.Record().CallsOn(kind.TopicKey) && t.Foreign && t.Key == nil && !(byService && len(t.Policies) > 0) {
		return t.unseen("topic", "encryption")
	}
	for _, q := range append([]*Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
		if q != nil && q.Foreign && q.Key == nil && !(byService && len(q.Policies) > 0) {
			return q.unseen("queue", "encryption")
		}
	}
	return ""
}

// defaultTopicPolicy is what SNS gives a topic for which no policy is set: everybody of the own account, and services that
// pass the account as AWS:SourceOwner.
//
// [Default topic policy], [Services that pass AWS:SourceOwner]
//
// [Default topic policy]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
// [Services that pass AWS:SourceOwner]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner
func defaultTopicPolicy(topic policygen.TopicARN) policygen.Document {
	owner := policygen.ARN(topic).Account()
	if owner == "" {
		owner = "${AWS::AccountId}"
	}
	return policygen.Document{
		Version: "2008-10-17", ID: "__default_policy_ID",
		Statements: []policygen.Statement{{
			Sid: "__default_statement_ID", Effect: policygen.Allow,
			Principal: &policygen.Principals{AWS: []string{"*"}},
			Action: []string{"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
				"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"},
			Resource:  []string{string(topic)},
			Condition: policygen.Condition{"StringEquals": {"AWS:SourceOwner": {owner}}},
		}},
	}
}
