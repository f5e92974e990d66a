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
	// IdentityUnknown and ResourceUnknown say why these documents are not all there is; empty if they are.
	IdentityUnknown string
	ResourceUnknown string
	// Holder is the element whose policy Resource is.
	Holder *Element
}

// Documents returns the policies that decide a call of the hop.
func (h *Hop) Documents(c policygen.Call) Documents {
	var d Documents
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
		d.IdentityUnknown = "the identity policies of " + c.ID + " are not in this file"
		if len(c.Identity) > 0 {
			d.IdentityUnknown = "the other identity policies of " + c.ID + " are not in this file"
		}
		d.Identity = append(slices.Clip(c.Identity), &Policy{Element: c.Element, Unknown: d.IdentityUnknown})
		return
	}
	d.Identity, d.Boundary = c.Identity, c.Boundary
	for _, p := range c.Identity {
		if p.Unknown != "" && d.IdentityUnknown == "" {
			d.IdentityUnknown = "policy " + p.title() + ": " + p.Unknown
		}
	}
	if c.Boundary != nil && c.Boundary.Unknown != "" && d.IdentityUnknown == "" {
		d.IdentityUnknown = "permissions boundary " + c.Boundary.title() + ": " + c.Boundary.Unknown
	}
}

func (d *Documents) topic(t *Topic) {
	d.Holder, d.Resource = &t.Element, t.Policies
	switch {
	case t.Foreign:
		d.ResourceUnknown = "topic " + t.ID + " is only referred to: its policy is not in this file"
	case len(t.Policies) == 0:
		d.Resource = []*Policy{{Element: Element{ID: t.ID, At: t.At}, Name: "the default topic policy", Document: defaultTopicPolicy(t.ARN)}}
	}
	d.unknownOf(t.Policies)
}

func (d *Documents) queue(q *Queue) {
	d.Holder, d.Resource = &q.Element, q.Policies
	if q.Foreign {
		d.ResourceUnknown = "queue " + q.ID + " is only referred to: its policy is not in this file"
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
		d.ResourceUnknown = "key " + k.ID + " is only referred to: its policy is not in this file"
		return
	}
	d.Resource = []*Policy{k.Policy}
	d.unknownOf(d.Resource)
}

func (d *Documents) unknownOf(policies []*Policy) {
	for _, p := range policies {
		if p.Unknown != "" && d.ResourceUnknown == "" {
			d.ResourceUnknown = "policy " + p.title() + ": " + p.Unknown
		}
	}
}

// KeyElement returns the key that a call's resource names, or nil.
func (h *Hop) KeyElement(resource policygen.ARN) *Key {
	refs := []*KeyRef{}
	if h.TopicElement != nil {
		refs = append(refs, h.TopicElement.Key)
	}
	for _, q := range append([]*Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
		if q != nil {
			refs = append(refs, q.Key)
		}
	}
	for _, r := range refs {
		if r != nil && policygen.ARN(r.arn()) == resource {
			return r.Key
		}
	}
	return nil
}

// EncryptionUnknown says why it is not known which keys the hop needs; empty if it is known.
func (h *Hop) EncryptionUnknown() string {
	if h.Moved {
		return ""
	}
	if t := h.TopicElement; t != nil && h.Record().CallsOn(kind.TopicKey) && t.Foreign && t.Key == nil {
		return "topic " + t.ID + " is only referred to: its encryption is not in this file"
	}
	for _, q := range append([]*Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
		if q != nil && q.Foreign && q.Key == nil {
			return "queue " + q.ID + " is only referred to: its encryption is not in this file"
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
