package topology

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Policy is one policy document of the file, and what it is attached to is known from who holds it.
type Policy struct {
	// Element's ID is that of the resource that holds the document: a queue policy, a managed policy, the role of an inline
	// policy, the key of a key policy.
	Element
	Kind kind.Policy
	// Name is the name of an inline policy, or the ARN of a policy that AWS manages. A managed policy of the file has none.
	Name string
	// Group is the group whose member the caller gets the policy as; empty if it is the caller's own.
	Group    string
	Document policygen.Document
	// Refused are statements that AWS refuses, or that are not all known. They give nothing, and show what somebody is for.
	Refused []policygen.Statement
	// Statements are the positions of the document's statements; it may be shorter than the document's statements.
	Statements []Position
	// ByARN is the ID of a queue that a queue policy names by its ARN, where AWS takes the URL; empty if there is none.
	ByARN string
	// Default is set on a policy that AWS gives what has none in the file.
	Default bool
	// Granted is set on a key policy that says what grants of KMS may allow besides, and says which they are.
	Granted string
	// Unknown says why the document, or a part of it, could not be read; empty if all of it is in Document. Whatever Document
	// then holds is right but not all.
	Unknown string
	// OnlyAllows is set on a policy that is Unknown but surely denies nothing, as AWS's own managed policies.
	OnlyAllows bool
}

// Read reads the document that v is. What of it cannot be read, or is not known, goes into Unknown; statements without a
// problem are kept. At returns the position of a statement; r writes ARNs as the topology does.
func (p *Policy) Read(v value.Value, at func(value.Place) Position, r *Registry) {
	broken := map[int]bool{}
	d := new(policygen.DocumentReader).Read(v, p.Kind, true, func(statement int, element string, e *value.Error) {
		if element == "Sid" || element == "Id" {
			return // names decide nothing, and AWS's own linter takes an Id where its guide does not
		}
		broken[statement] = true
		if p.Unknown == "" {
			p.Unknown = why(statement, element, e)
		}
	})
	p.Document.Version, p.Document.ID = d.Version, d.ID
	items := v.Get("Statement").OneOrMany()
	for i, s := range d.Statements {
		if !broken[i] {
			p.Document.Statements = append(p.Document.Statements, s)
			p.Statements = append(p.Statements, at(items[i].At))
		} else {
			p.Refused = append(p.Refused, s)
		}
	}
	p.canonical(r)
}

// why says in the words of an unknown what is wrong in an element of a statement, or of the document if statement is -1.
func why(statement int, element string, e *value.Error) string {
	unknown := text.Unresolved(e.Value)
	switch {
	case unknown && statement < 0:
		return "its " + element + " is not known: " + value.Excerpt(e.Value)
	case unknown && element == "":
		return "a statement is not known: " + value.Excerpt(e.Value)
	case unknown:
		return "a statement's " + element + " is not known: " + value.Excerpt(e.Value)
	}
	return e.Sentence()
}

// canonical rewrites the ARNs of the document: its resources, the AWS principals, and the values of conditions.
func (p *Policy) canonical(r *Registry) {
	rewrite := func(values []string, canonical func(string) string) {
		for i, v := range values {
			values[i] = canonical(v)
		}
	}
	each := func(values []string) { rewrite(values, r.Respelled) }
	for s := range p.stated {
		rewrite(s.Resource, r.statedARN)
		rewrite(s.NotResource, r.statedARN)
		for _, principals := range []*policygen.Principals{s.Principal, s.NotPrincipal} {
			if principals != nil {
				each(principals.AWS)
			}
		}
		for _, keys := range s.Condition {
			for key, values := range keys {
				if strings.EqualFold(key, "aws:SourceArn") {
					rewrite(values, r.statedARN)
				} else {
					each(values)
				}
			}
		}
	}
}

// MayBeOf reports whether the policy, if it is not known whose it is, may be that of the resource with an ARN: one that its
// statements name, or any if they do not tell.
func (p *Policy) MayBeOf(arn string) bool {
	if p.Unknown != "" {
		return true
	}
	var of text.ARN
	of.Set(arn)
	for i := range p.Document.Statements {
		s := &p.Document.Statements[i]
		if len(s.Resource) == 0 {
			return true
		}
		for _, r := range s.Resource {
			if pattern := text.NewARNPattern(r); pattern.Match(&of) != text.No {
				return true
			}
		}
	}
	return false
}

// Unseen reports whether the file has nothing of the document.
func (p *Policy) Unseen() bool {
	return p.Unknown != "" && p.Document.Version == "" && len(p.Document.Statements)+len(p.Refused) == 0
}

// stated yields all statements of the document, those that are refused too.
func (p *Policy) stated(yield func(*policygen.Statement) bool) {
	for _, list := range [][]policygen.Statement{p.Document.Statements, p.Refused} {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// Statement returns the position of statement i, or that of the policy.
func (p *Policy) Statement(i int) Position {
	if i >= 0 && i < len(p.Statements) && p.Statements[i].Line > 0 {
		return p.Statements[i]
	}
	return p.At
}

// Title names the policy in messages.
func (p *Policy) Title() string {
	switch {
	case p.Name != "" && p.Name != p.ID:
		return p.Name + " (" + p.Label() + ")"
	case p.ID == "":
		return p.At.String()
	}
	return p.Label()
}
