package policygen

// Target is what a policy document is attached to; a call is authorized on one of the last three.
type Target string

// The kinds of target.
const (
	OnIdentity Target = "identity"
	OnTopic    Target = "topic"
	OnQueue    Target = "queue"
	OnKey      Target = "key"
)

// An Attachment is a document and what it is to be attached to.
type Attachment struct {
	On        Target    // OnIdentity, OnTopic, OnQueue or OnKey
	Principal Principal // of an identity policy: whose it is; nil if the hops do not name a caller
	Resource  ARN       // of another policy: the topic, queue or key
	Account   string    // the account that owns the identity or resource; "" if it is not known
	Document  Document
}

// Policies are the documents that hops need: identity policies, then the policies of topics, of queues and of keys, each
// kind in the order in which the hops mention them.
type Policies []Attachment

// Of returns the policy of a topic, queue or key.
func (p Policies) Of(resource ARN) (Document, bool) {
	for _, a := range p {
		if a.On != OnIdentity && a.Resource == resource {
			return a.Document, true
		}
	}
	return Document{}, false
}

// On returns the attachments of one kind.
func (p Policies) On(t Target) Policies {
	var all Policies
	for _, a := range p {
		if a.On == t {
			all = append(all, a)
		}
	}
	return all
}
