// Package topology is what a reader finds in a template, a plan or a file: topics, queues, keys, callers and policies,
// each with its position, and the hops of a message between them.
//
// Text that is known only at deployment stays in place as ${…}, and always the same text for the same thing, so that
// equal text means equal value (text.Unresolved tells). What a reader cannot see it says: an element that is only
// referred to by its ARN is Foreign, a document that cannot be read has a reason in [Policy.Unknown], and what could not
// be placed at all is an [Unknown]. Nothing is left out silently.
package topology

import (
	"fmt"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A Position is a place in a file.
type Position struct {
	File   string // as the user gave it, or relative to the directory that the user gave
	Line   int    // from 1; 0 if it is not known
	Column int    // from 1; 0 if it is not known
}

// String returns file:line:column, without what is not known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// An Element is what everything in a topology has.
type Element struct {
	// ID is the element's own name where it is written: the logical id in a template, the address in a Terraform plan, the
	// name in fanout.yaml, the ARN of what is only referred to. Inline subscriptions and targets take that of their resource.
	ID string
	// Path is the path of the CDK construct that the element is of, such as "Shop/Orders"; empty if there is none, or it is not known.
	Path string
	// Stack names the stack, where one topology holds several; it tells apart elements of the same ID.
	Stack string
	At    Position
	// Properties holds the positions of properties, by their path in the resource, such as "KmsMasterKeyId". It may be empty.
	Properties map[string]Position
	// Foreign is set where there is nothing but a reference: the element is deployed by somebody else, and its attributes
	// and policies are not known. Its zero values mean nothing.
	Foreign bool
	// Unread says, of a foreign element in an account, why it was not read; empty where a file only refers to it. Missing says why it
	// surely is not there.
	Unread, Missing string
	// Generated is set where the file does not have the element, and SAM makes it for another one.
	Generated bool
	// MayChange says why the element may be other than the file has it, such as a macro that is not known; empty if it is as
	// written. A hop of such an element has no verdict.
	MayChange string
	// Doubts say of elements to which it refers when it does, see [Element.Doubt].
	Doubts map[*Element]string
	// Suppressions are the findings that the author has accepted.
	Suppressions []Suppression
}

// Label returns the element's name for a sentence, in which [text.IDs] and [text.Paths] choose between ID and Path.
func (e *Element) Label() string { return text.Name{ID: e.ID, Path: e.Path}.String() }

// unseen says of a foreign element, which is a topic, queue or key, why something of it is not known.
func (e *Element) unseen(kind, what string) string {
	if e.Unread != "" {
		return "the " + what + " of " + kind + " " + e.Label() + " is not known: " + e.Unread
	}
	return kind + " " + e.Label() + " is only referred to: its " + what + " is not in this file"
}

// Property returns the position of a property, or that of the element.
func (e *Element) Property(path string) Position {
	if p, ok := e.Properties[path]; ok {
		return p
	}
	return e.At
}

// A Suppression says, in the template itself, that a rule's findings about an element are accepted. In CloudFormation it is
// the resource's Metadata:
//
//	Metadata:
//	  hopgrant:
//	    ignore:
//	      - rule: no-dead-letter-queue
//	        reason: messages may be lost here
type Suppression struct {
	Rule   string
	Reason string // required; without one the suppression does not count
	At     Position
}
