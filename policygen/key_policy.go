package policygen

// A KeyPolicy is the whole policy of a customer managed key: what lets the key's account manage it, and what the hops
// need.
type KeyPolicy struct {
	Key    KeyARN
	Hops   []Hop // calls on other keys are left out
	Access KeyAccess
	// Account is the key's owner where its ARN does not tell.
	Account string
}

// Document returns the key policy. The errors are those of [Generate].
func (k KeyPolicy) Document() (Document, error) { return Document{}, nil }
