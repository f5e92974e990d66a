// Package flow says what the examples are for. It deploys them, sends messages through them, reads the policies back
// and evaluates them as they were deployed.
package flow

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Flow says what an example is for, in the example's logical ids: what must arrive where, and who must be able to do
// what. It is written by hand and takes only names from the template, so that a template that lost a statement, a
// filter or a dead-letter queue fails.
type Flow struct {
	Example string
	Stacks  []Stack
	Routes  []Route
	Callers []Caller
	// Messages are published to every topic of the routes, in this order.
	Messages []Message
}

// A Stack is one stack of a flow.
type Stack struct {
	Name     string // the name of the stack
	Template string // the file, relative to the repository
	Account  string // empty means the emulator's own
	Region   string // empty means us-east-1
}

// A Route leads from a topic to a queue.
type Route struct {
	Topic, Queue string
	Raw          bool     // raw message delivery
	Takes        []string // the names of the messages that pass the filter policy; nil means all
	FIFO         bool
	// DeadLetterQueue gets messages that were received MaxReceiveCount times; empty if the queue has none.
	DeadLetterQueue string
	MaxReceiveCount int
	// SubscriptionDeadLetterQueue gets what SNS could not deliver; empty if the subscription has none.
	SubscriptionDeadLetterQueue string
}

// A Caller is a role or service of a flow, with the one hop that it must be able to make.
type Caller struct {
	Kind          policygen.HopKind          // publish, send or receive
	Role          string                     // logical id; or
	Service       policygen.ServicePrincipal // a service, with
	Source        policygen.ARN              // what it acts for, and its account
	SourceAccount string
	On            string           // logical id of the topic or queue
	Client        policygen.Client // receive
	// SourceQueues are the queues that use On as their dead-letter queue.
	SourceQueues []string
}

// A Message is what a flow publishes.
type Message struct {
	Name       string
	Body       string
	Attributes map[string]string
	Group      string // FIFO
}

// Hops returns the hops of the flow, with the ARNs and keys of what was deployed. A hop between things that were not
// deployed is a problem.
func (f Flow) Hops(d *Deployed) ([]Hop, Problems) {
	var hops []Hop
	var problems Problems
	for _, r := range f.Routes {
		hops = append(hops, r.hops(d, &problems)...)
	}
	for _, c := range f.Callers {
		if h, ok := c.hop(d, &problems); ok {
			hops = append(hops, h)
		}
	}
	return hops, problems
}

func (r Route) deliver() Hop {
	return Hop{Hop: policygen.Hop{Kind: kind.Deliver}, From: r.Topic, To: r.Queue}
}

func (r Route) hops(d *Deployed, problems *Problems) []Hop {
	h := r.deliver()
	t, q := d.Topics[r.Topic], d.Queues[r.Queue]
	if t == nil || q == nil {
		problems.add(h, "got no such topic or queue deployed, want both")
		return nil
	}
	h.Topic, h.Queue = t.Topic, q.Queue
	sub, ok := t.Subscriptions[q.Queue.ARN]
	if !ok {
		problems.add(h, "got no subscription, want one")
		return nil
	}
	if got := sub["RawMessageDelivery"] == "true"; got != r.Raw {
		problems.add(h, "raw message delivery: got %t, want %t", got, r.Raw)
	}
	if got := sub["FilterPolicy"] != ""; got != (r.Takes != nil) {
		problems.add(h, "filter policy: got %q, want one: %t", sub["FilterPolicy"], r.Takes != nil)
	}
	hops := []Hop{h}
	if dlq := d.Queues[r.SubscriptionDeadLetterQueue]; r.SubscriptionDeadLetterQueue != "" {
		dead := Hop{Hop: policygen.Hop{Kind: kind.DeadLetter, Topic: t.Topic}, From: r.Topic, To: r.SubscriptionDeadLetterQueue}
		var redrive struct{ DeadLetterTargetArn policygen.QueueARN }
		switch err := json.Unmarshal([]byte(sub["RedrivePolicy"]), &redrive); {
		case dlq == nil:
			problems.add(dead, "got no such queue deployed, want it")
		case err != nil || redrive.DeadLetterTargetArn != dlq.Queue.ARN:
			problems.add(dead, "redrive policy of the subscription: got %q, want %s", sub["RedrivePolicy"], dlq.Queue.ARN)
		default:
			dead.Queue = dlq.Queue
			hops = append(hops, dead)
		}
	}
	r.checkRedrive(d, problems)
	return hops
}

// redrive returns the hop that SQS makes itself, from a queue to its dead-letter queue.
func (r Route) redrive() Hop {
	return Hop{Hop: policygen.Hop{Kind: kind.DeadLetter}, From: r.Queue, To: r.DeadLetterQueue}
}

func (r Route) checkRedrive(d *Deployed, problems *Problems) {
	if r.DeadLetterQueue == "" {
		return
	}
	policy := d.Queues[r.Queue].Attributes["RedrivePolicy"]
	var got struct {
		DeadLetterTargetArn policygen.QueueARN
		MaxReceiveCount     json.Number
	}
	dlq := d.Queues[r.DeadLetterQueue]
	switch err := json.Unmarshal([]byte(policy), &got); {
	case dlq == nil:
		problems.add(r.redrive(), "got no such queue deployed, want it")
	case err != nil:
		problems.add(r.redrive(), "redrive policy: got %q, want one to %s", policy, r.DeadLetterQueue)
	case got.DeadLetterTargetArn != dlq.Queue.ARN || got.MaxReceiveCount.String() != strconv.Itoa(r.MaxReceiveCount):
		problems.add(r.redrive(), "redrive policy: got %s, want %s after %d receives", policy, dlq.Queue.ARN, r.MaxReceiveCount)
	}
}

func (c Caller) hop(d *Deployed, problems *Problems) (Hop, bool) {
	h := Hop{Hop: policygen.Hop{Kind: c.Kind, Client: c.Client, Source: c.Source}, From: c.Role, To: c.On}
	if c.Service != "" {
		h.Caller, h.From = c.Service, string(c.Service)
		h.SourceAccount = c.SourceAccount
	} else if role := d.Roles[c.Role]; role != nil {
		h.Caller = role.ARN
	} else {
		problems.add(h, "got no role %s deployed, want it", c.Role)
		return h, false
	}
	t, q := d.Topics[c.On], d.Queues[c.On]
	switch {
	case c.Kind == kind.Publish && t != nil:
		h.Topic = t.Topic
	case c.Kind == kind.Send && q != nil:
		h.Queue = q.Queue
	case c.Kind == kind.Receive && q != nil:
		h.Queue = q.Queue
		h.From, h.To = c.On, h.From
		for _, source := range c.SourceQueues {
			if s := d.Queues[source]; s != nil && s.Queue.Key != "" {
				h.SourceKeys = append(h.SourceKeys, s.Queue.Key)
			}
		}
	default:
		problems.add(h, "got no such topic or queue deployed, want it")
		return h, false
	}
	return h, true
}

// Judge evaluates every hop of the flow under the policies that were read back.
func (f Flow) Judge(d *Deployed) (Problems, error) {
	hops, problems := f.Hops(d)
	for _, h := range hops {
		verdicts, err := d.Evaluate(h)
		if err != nil {
			return nil, err
		}
		for _, v := range Denied(verdicts) {
			problems.add(h, "%s on %s %s is %s: %s", v.Action, v.On, v.Resource, v.Outcome, v.Reasons().Explain())
		}
	}
	return problems, nil
}

// Expected returns the messages that a route must deliver, in order.
func (f Flow) Expected(r Route) []Message {
	var want []Message
	for _, m := range f.Messages {
		if r.Takes == nil || slices.Contains(r.Takes, m.Name) {
			want = append(want, m)
		}
	}
	return want
}

// topics returns the topics of the routes, each once.
func (f Flow) topics() []string {
	var topics []string
	for _, r := range f.Routes {
		if !slices.Contains(topics, r.Topic) {
			topics = append(topics, r.Topic)
		}
	}
	return topics
}

// Validate reports mistakes in the flow itself.
func (f Flow) Validate() error {
	if len(f.Stacks) == 0 || len(f.Routes) == 0 || len(f.Messages) == 0 {
		return fmt.Errorf("flow %q: got no stacks, no routes or no messages, want some of each", f.Example)
	}
	names := map[string]bool{}
	for _, m := range f.Messages {
		if names[m.Name] {
			return fmt.Errorf("flow %q: message %q is there twice, want one", f.Example, m.Name)
		}
		names[m.Name] = true
	}
	for _, r := range f.Routes {
		for _, name := range r.Takes {
			if !names[name] {
				return fmt.Errorf("flow %q: %s takes message %q, want one of the flow's", f.Example, r.deliver(), name)
			}
		}
	}
	return nil
}
