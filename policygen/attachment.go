package policygen

// A Target is what a policy document is attached to. A call is authorized on a topic, queue or key.
type Target string

// The targets.
const (
	OnIdentity Target = "identity"
	OnTopic    Target = "topic"
	OnQueue    Target = "queue"
	OnKey      Target = "key"
)

// An Attachment is a document together with what it is to be attached to.
type Attachment struct {
	On        Target    // OnIdentity, OnTopic, OnQueue or OnKey
	Principal Principal // identity policies: the role or user; nil if the hops do not name a caller
	Resource  ARN       // other policies: the topic, queue or key
	Account   string    // the account that owns the identity or resource; "" if it is not known
	Document  Document
	// Partial says that the document is not whole: its statements are to be added to the policy that is there. It is set on key
	// policies by [Options].KeyStatementsOnly.
	Partial bool
}

// Policies are the documents that a set of hops needs: identity policies first, then the policies of topics, queues and
// keys, each kind in the order in which the hops mention them.
type Policies []Attachment

// Of returns the policy of a topic, queue or key; ok is false if there is none.
func (p Policies) Of(resource ARN) (d Document, ok bool) {
	for _, a := range p {
		if a.On != OnIdentity && a.Resource == resource {
			return a.Document, true
		}
	}
	return Document{}, false
}

// On returns the attachments to one kind of target.
func (p Policies) On(t Target) Policies {
	var all Policies
	for _, a := range p {
		if a.On == t {
			all = append(all, a)
		}
	}
	return all
}
