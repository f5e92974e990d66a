// Package topologytest writes topologies as text, for golden files of the readers.
package topologytest

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// Describe writes a topology in the words of the domain, one element a line, for comparing.
func Describe(t *topology.Topology) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	name := func(e *topology.Element) string {
		if e == nil {
			return "-"
		}
		if e.Foreign {
			return "foreign " + e.ID
		}
		if e.Stack != "" {
			return e.Stack + "/" + e.ID
		}
		return e.ID
	}
	topic := func(t *topology.Topic) string {
		if t == nil {
			return "?"
		}
		return name(&t.Element)
	}
	queue := func(q *topology.Queue) string {
		if q == nil {
			return "?"
		}
		return name(&q.Element)
	}
	caller := func(c *topology.Caller) string {
		if c == nil {
			return "?"
		}
		return name(&c.Element)
	}
	key := func(k *topology.KeyRef) string {
		if k == nil {
			return "none"
		}
		s := name(&k.Key.Element)
		if k.Alias && k.Key.AWSManaged == "" {
			s += " by alias"
		}
		return s
	}
	policy := func(indent string, p *topology.Policy) {
		s := p.ID
		if p.Name != "" && p.Name != p.ID {
			s += " " + p.Name
		}
		line("%spolicy %s at %d", indent, s, p.At.Line)
		if p.Unknown != "" {
			line("%s  unknown: %s", indent, p.Unknown)
		}
		for i, st := range p.Document.Statements {
			j, _ := st.MarshalJSON()
			at := 0
			if i < len(p.Statements) {
				at = p.Statements[i].Line
			}
			line("%s  %d: %s", indent, at, j)
		}
	}
	suppressed := func(e *topology.Element) {
		for _, s := range e.Suppressions {
			line("  ignore %s: %s", s.Rule, s.Reason)
		}
	}
	if t.Scenario != "" {
		line("scenario %s", t.Scenario)
	}
	for _, x := range t.Topics {
		line("topic %s at %d", name(&x.Element), x.At.Line)
		line("  arn %s, fifo %s, key %s, failures logged %s", x.ARN, x.FIFO, key(x.Key), x.FailuresLogged)
		for _, p := range x.Policies {
			policy("  ", p)
		}
		suppressed(&x.Element)
	}
	for _, x := range t.Queues {
		line("queue %s at %d", name(&x.Element), x.At.Line)
		line("  arn %s, fifo %s, key %s, sse %s", x.ARN, x.FIFO, key(x.Key), x.SSE)
		if d := x.DeadLetter; d != nil {
			line("  dead-letter %s after %s", queue(d.Queue), count(d.MaxReceiveCount))
		}
		if !x.Foreign {
			line("  visibility %s, retention %s", count(x.VisibilityTimeout), count(x.Retention))
		}
		for _, p := range x.Policies {
			policy("  ", p)
		}
		suppressed(&x.Element)
	}
	for _, x := range t.Keys {
		line("key %s at %d", name(&x.Element), x.At.Line)
		line("  arn %s, aliases %s", x.ARN, x.Aliases)
		if x.Policy != nil && x.AWSManaged == "" {
			policy("  ", x.Policy)
		}
	}
	for _, x := range t.Subscriptions {
		line("subscription %s at %d: %s to %s, raw %s, filtered %t", name(&x.Element), x.At.Line, topic(x.Topic), queue(x.Queue), x.Raw, x.Filtered)
		if x.DeadLetter != nil || x.DeadLetterUnknown {
			line("  dead-letter %s", queue(x.DeadLetter))
		}
	}
	for _, x := range t.Callers {
		line("caller %s at %d: %s", name(&x.Element), x.At.Line, x.Principal)
		for _, p := range x.Identity {
			policy("  ", p)
		}
		if x.Boundary != nil {
			line("  boundary")
			policy("    ", x.Boundary)
		}
	}
	for _, x := range t.Publishers {
		to := "topic " + topic(x.Topic)
		if x.Queue != nil {
			to = "queue " + queue(x.Queue)
		}
		line("publisher %s at %d: %s as %s to %s, source %q of %q, dead-letter %t", name(&x.Element), x.At.Line, x.What, caller(x.Caller), to, x.Source, x.SourceAccount, x.DeadLetter)
	}
	for _, x := range t.Consumers {
		line("consumer %s at %d: %s of %s as %s, function %q, timeout %s, disabled %t", name(&x.Element), x.At.Line, x.What, queue(x.Queue), caller(x.Caller), x.Function, count(x.Timeout), x.Disabled)
	}
	for _, x := range t.Touches {
		to := "topic " + topic(x.Topic)
		if x.Queue != nil {
			to = "queue " + queue(x.Queue)
		}
		line("touch %s at %d: %s of %s to %s", name(&x.Element), x.At.Line, x.Property, x.What, to)
	}
	for _, x := range t.Unknowns {
		line("unknown %s at %d: %s: %s", x.ID, x.At.Line, x.What, x.Why)
	}
	return b.String()
}

func count(n *int) string {
	if n == nil {
		return "not known"
	}
	return fmt.Sprint(*n)
}
