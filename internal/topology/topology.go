package topology

import (
	"iter"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A Topology is all that one template, cloud assembly, plan, fanout.yaml or snapshot says, under one assignment of what is not known.
//
// Everything in it is shared by reference: the *Queue of a subscription is one of Queues. Foreign elements are in the
// slices too. Slices are in the order of the file.
type Topology struct {
	// Path is the file or directory that was read, as the user gave it.
	Path string
	// Place names what was read, if it is no file, such as "account 111122223333 (eu-central-1)".
	Place string
	// Kind is what was read: "cloudformation", "sam", "cdk", "terraform", "fanout" or "account".
	Kind string
	// Scenario says under which assignment of conditions that are not known this holds, such as "IsProd is true"; empty if
	// there is only one. A reader that has to try several returns one topology for each.
	Scenario string

	Topics        []*Topic
	Queues        []*Queue
	Keys          []*Key
	Subscriptions []*Subscription
	Callers       []*Caller // all roles and users of the file, and whoever else a Publisher, Consumer or Redriver names
	Publishers    []*Publisher
	Consumers     []*Consumer
	Redrivers     []*Redriver
	Touches       []Touch
	Strays        []Suppression // in comments that are at no resource
	Unknowns      []Unknown

	// Evidence is what was seen of messages in an account, beside the configuration. Notes say what was not looked at there.
	Evidence []Evidence
	Notes    []string
	// Controls are the service and resource control policies above accounts, by account; nil where none was read.
	Controls map[string]*Controls

	// Reaches reports whether from refers to to, itself or through others, so that to must not refer back: resources that refer
	// to each other in a circle cannot be deployed. Both are elements of the same stack. Nil where elements do not refer to each other.
	Reaches func(from, to *Element) bool
	// Subscribed reports whether each subscription of a topic, by its ARN, would be here, so that none is to be concluded from policies.
	// Nil where that is so of the topics of the file only.
	Subscribed func(topic string) bool
	// Files is the number of templates that were read together; 0 if it is one file or directory.
	Files int
	// Stacks are the stacks that were read together, in the order in which they were read.
	Stacks []Stack
	// Inputs are the names of what the user may give a value: the parameters of templates, or the variables of a configuration.
	Inputs []string
	// Exports are the names that the file exports for others, and Imports those that it imports.
	Exports, Imports []string

	evidence map[string][]Evidence // by ID
}

// A Stack is one of the stacks that a topology holds.
type Stack struct {
	Name   string // see [Element.Stack]
	Path   string // of its CDK construct; empty if there is none, or it is not known
	File   string // its template
	Within string // the name of the stack that it is nested in; empty if it is in none
}

// An Unknown is something of the file that may be part of a fan-out and could not be placed.
type Unknown struct {
	ID    string // of the resource
	Path  string // of its CDK construct; see [Element.Path]
	Stack string // see [Element.Stack]
	What  string // such as "subscription endpoint"
	Why   string // such as "parameter QueueArn has no default; pass --parameter QueueArn=…"
	At    Position
	Gap   bool // it is a call that AWS did not answer
}

// Label returns what it is and whose.
func (u *Unknown) Label() string {
	if u.ID == "" {
		return u.What
	}
	return u.What + " of " + text.Name{ID: u.ID, Path: u.Path}.String()
}

// Elements yields every element. One that several others share, such as the policy of several roles, comes more than once.
func (t *Topology) Elements() iter.Seq[*Element] {
	return func(yield func(*Element) bool) {
		more := true
		one := func(e *Element) { more = more && yield(e) }
		policies := func(all ...*Policy) {
			for _, p := range all {
				if p != nil {
					one(&p.Element)
				}
			}
		}
		for _, x := range t.Topics {
			one(&x.Element)
			policies(x.Policies...)
		}
		for _, q := range t.Queues {
			one(&q.Element)
			policies(q.Policies...)
		}
		for _, k := range t.Keys {
			one(&k.Element)
			policies(k.Policy)
		}
		for _, c := range t.Callers {
			one(&c.Element)
			policies(c.Identity...)
			policies(c.Boundary)
		}
		for _, x := range t.Subscriptions {
			one(&x.Element)
		}
		for _, p := range t.Publishers {
			one(&p.Element)
		}
		for _, c := range t.Consumers {
			one(&c.Element)
		}
		for _, r := range t.Redrivers {
			one(&r.Element)
		}
	}
}
