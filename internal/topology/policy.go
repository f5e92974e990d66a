package topology

import "github.com/hopgrant/hopgrant/policygen"

// A Policy is one policy document of the file, and what it is attached to is known from who holds it.
type Policy struct {
	// Element's ID is that of the resource that holds the document: a queue policy, a managed policy, the role of an inline
	// policy, the key of a key policy.
	Element
	// Name is the name of an inline policy, or the ARN of a policy that AWS manages.
	Name     string
	Document policygen.Document
	// Statements are the positions of the document's statements; it may be shorter than the document's statements.
	Statements []Position
	// Unknown says why the document, or a part of it, could not be read; empty if all of it is in Document. Whatever Document
	// then holds is right but not all.
	Unknown string
	// OnlyAllows is set on a policy that is Unknown but surely denies nothing, as AWS's own managed policies.
	OnlyAllows bool
}

// Statement returns the position of statement i, or that of the policy.
func (p *Policy) Statement(i int) Position {
	if i >= 0 && i < len(p.Statements) && p.Statements[i].Line > 0 {
		return p.Statements[i]
	}
	return p.At
}
