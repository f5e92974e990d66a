// Package topologytest writes topologies as text, for golden files of the readers.
package topologytest

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// Describe writes a topology in the words of the domain, one element a line, for comparing.
func Describe(t *topology.Topology) string {
	var d description
	if t.Scenario != "" {
		d.line("scenario %s", t.Scenario)
	}
	for _, x := range t.Topics {
		d.topic(x)
	}
	for _, x := range t.Queues {
		d.queue(x)
	}
	for _, x := range t.Keys {
		d.line("key %s at %d", name(&x.Element), x.At.Line)
		d.line("  arn %s, aliases %s", x.ARN, x.Aliases)
		if x.Policy != nil && x.AWSManaged == "" {
			d.policy("  ", x.Policy)
		}
	}
	for _, x := range t.Subscriptions {
		d.line("subscription %s at %d: %s to %s, raw %s, filtered %t", name(&x.Element), x.At.Line, topicName(x.Topic), queueName(x.Queue), x.Raw, x.Filtered)
		if x.DeadLetter != nil || x.DeadLetterUnknown {
			d.line("  dead-letter %s", queueName(x.DeadLetter))
		}
	}
	for _, x := range t.Callers {
		d.line("caller %s at %d: %s", name(&x.Element), x.At.Line, x.Principal)
		for _, p := range x.Identity {
			d.policy("  ", p)
		}
		if x.Boundary != nil {
			d.line("  boundary")
			d.policy("    ", x.Boundary)
		}
	}
	for _, x := range t.Publishers {
		d.line("publisher %s at %d: %s as %s to %s, source %q of %q, dead-letter %t", name(&x.Element), x.At.Line, x.What, callerName(x.Caller),
			target(x.Topic, x.Queue), x.Source, x.SourceAccount, x.DeadLetter)
	}
	for _, x := range t.Consumers {
		d.line("consumer %s at %d: %s of %s as %s, function %q, timeout %s, disabled %t", name(&x.Element), x.At.Line, x.What, queueName(x.Queue),
			callerName(x.Caller), x.Function, count(x.Timeout), x.Disabled)
	}
	for _, x := range t.Touches {
		d.line("touch %s at %d: %s of %s to %s", name(&x.Element), x.At.Line, x.Property, x.What, target(x.Topic, x.Queue))
	}
	for _, x := range t.Unknowns {
		d.line("unknown %s at %d: %s: %s", x.ID, x.At.Line, x.What, x.Why)
	}
	return d.String()
}

type description struct{ strings.Builder }

func (d *description) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

func (d *description) topic(x *topology.Topic) {
	d.line("topic %s at %d", name(&x.Element), x.At.Line)
	d.line("  arn %s, fifo %s, key %s, failures logged %s", x.ARN, x.FIFO, keyName(x.Key), x.FailuresLogged)
	for _, p := range x.Policies {
		d.policy("  ", p)
	}
	d.suppressed(&x.Element)
}

func (d *description) queue(x *topology.Queue) {
	d.line("queue %s at %d", name(&x.Element), x.At.Line)
	d.line("  arn %s, fifo %s, key %s, sse %s", x.ARN, x.FIFO, keyName(x.Key), x.SSE)
	if dead := x.DeadLetter; dead != nil {
		d.line("  dead-letter %s after %s", queueName(dead.Queue), count(dead.MaxReceiveCount))
	}
	if !x.Foreign {
		d.line("  visibility %s, retention %s", count(x.VisibilityTimeout), count(x.Retention))
	}
	for _, p := range x.Policies {
		d.policy("  ", p)
	}
	d.suppressed(&x.Element)
}

func (d *description) policy(indent string, p *topology.Policy) {
	s := p.ID
	if p.Name != "" && p.Name != p.ID {
		s += " " + p.Name
	}
	d.line("%spolicy %s at %d", indent, s, p.At.Line)
	if p.Unknown != "" {
		d.line("%s  unknown: %s", indent, p.Unknown)
	}
	for i, st := range p.Document.Statements {
		j, _ := st.MarshalJSON()
		at := 0
		if i < len(p.Statements) {
			at = p.Statements[i].Line
		}
		d.line("%s  %d: %s", indent, at, j)
	}
}

func (d *description) suppressed(e *topology.Element) {
	for _, s := range e.Suppressions {
		d.line("  ignore %s: %s", s.Rule, s.Reason)
	}
}

func name(e *topology.Element) string {
	switch {
	case e == nil:
		return "-"
	case e.Foreign:
		return "foreign " + e.ID
	case e.Stack != "":
		return e.Stack + "/" + e.ID
	}
	return e.ID
}

func topicName(t *topology.Topic) string {
	if t == nil {
		return "?"
	}
	return name(&t.Element)
}

func queueName(q *topology.Queue) string {
	if q == nil {
		return "?"
	}
	return name(&q.Element)
}

func callerName(c *topology.Caller) string {
	if c == nil {
		return "?"
	}
	return name(&c.Element)
}

func keyName(k *topology.KeyRef) string {
	if k == nil {
		return "none"
	}
	s := name(&k.Key.Element)
	if k.Alias && k.Key.AWSManaged == "" {
		s += " by alias"
	}
	return s
}

// target names what a message is for.
func target(t *topology.Topic, q *topology.Queue) string {
	if q != nil {
		return "queue " + queueName(q)
	}
	return "topic " + topicName(t)
}

func count(n *int) string {
	if n == nil {
		return "not known"
	}
	return fmt.Sprint(*n)
}
