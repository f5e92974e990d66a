package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A denial is what a rule about broken hops looks for.
type denial struct {
	kinds    func(*kind.Kind) bool // nil: any
	on       []policygen.Target
	cause    []Cause
	caller   func(*Hop) bool        // nil: any
	resource func(*Hop, *Call) bool // nil: any
}

// calls returns the hop's calls that are denied in this way.
func (d denial) calls(h *Hop) []*Call {
	if d.kinds != nil && !d.kinds(h.Record()) || d.caller != nil && !d.caller(h) {
		return nil
	}
	var calls []*Call
	for i := range h.Calls {
		c := &h.Calls[i]
		if len(d.on) > 0 && !slices.Contains(d.on, c.On) || d.resource != nil && !d.resource(h, c) {
			continue
		}
		if slices.ContainsFunc(d.cause, func(cause Cause) bool { return slices.Contains(c.Causes, cause) }) {
			calls = append(calls, c)
		}
	}
	return calls
}

// denied returns a finding for each hop with calls that are denied in this way. message says what is lost; at, where to mend.
func (s *subject) denied(r *Rule, d denial, message func(*Hop, []*Call) string, at func(*Hop, []*Call) topology.Position) []Finding {
	var all []Finding
	for i := range s.hops {
		h := &s.hops[i]
		calls := d.calls(h)
		if len(calls) == 0 {
			continue
		}
		f := s.hopFinding(r, h, message(h, calls), at(h, calls))
		f.Severity = severityOf(r, h, calls)
		f.Fix = s.mend(h, calls)
		if h.AnyTopic {
			f.Advice = "admit sns.amazonaws.com with the topic's ARN as aws:SourceArn"
		}
		f.Elements = append(f.Elements, holders(calls)...)
		all = append(all, f)
	}
	return all
}

// severityOf is the rule's, or a warning if the hop may be none, or if AWS's pages leave open whether any of the calls is made.
func severityOf(r *Rule, h *Hop, calls []*Call) Severity {
	sure := slices.ContainsFunc(calls, func(c *Call) bool { return c.Unsure == "" })
	if r.Severity == Error && (h.Weak || !sure) {
		return Warning
	}
	return r.Severity
}

// hopFinding returns a finding about a hop.
func (s *subject) hopFinding(r *Rule, h *Hop, message string, at topology.Position) Finding {
	f := s.finding(r, message, at, h.From, h.To, h.By)
	f.Hop = h
	return f
}

// finding returns a finding about elements.
func (s *subject) finding(r *Rule, message string, at topology.Position, about ...*topology.Element) Finding {
	f := Finding{Rule: r.ID, rule: r, Severity: r.Severity, Message: message, At: at, In: s.Kind, Help: r.Help(), Elements: about, Scenario: s.Scenario}
	if len(r.AWS) > 0 {
		f.AWS = r.AWS[0]
	}
	return f
}

func holders(calls []*Call) []*topology.Element {
	var all []*topology.Element
	for _, c := range calls {
		if c.Documents.Holder != nil {
			all = appendNew(all, c.Documents.Holder)
		}
		for _, p := range slices.Concat(c.Documents.Resource, c.Documents.Identity) {
			all = appendNew(all, &p.Element)
		}
	}
	return all
}

// atResource is where the policy of the calls' topic, queue or key stands, or would stand.
func atResource(h *Hop, calls []*Call) topology.Position {
	d := calls[0].Documents
	if len(d.Resource) > 0 && d.Resource[0].At.Line > 0 {
		return d.Resource[0].At
	}
	if d.Holder != nil && d.Holder.At.Line > 0 {
		return d.Holder.At
	}
	return h.By.At
}

// atCaller is where the caller is, or where the hop is declared.
func atCaller(h *Hop, _ []*Call) topology.Position {
	if h.CallerElement != nil && h.CallerElement.At.Line > 0 {
		return h.CallerElement.At
	}
	return h.By.At
}

// byService reports whether an AWS service other than SNS delivering makes the hop's calls.
func byService(h *Hop) bool {
	return h.CallerElement != nil && policygen.IsService(h.CallerElement.Principal)
}

func byIAM(h *Hop) bool {
	return h.CallerElement != nil && !policygen.IsService(h.CallerElement.Principal)
}

// keyOf returns the key on which the first of the calls is made.
func keyOf(h *Hop, calls []*Call) *topology.Key {
	for _, c := range calls {
		if c.On == policygen.OnKey {
			if k := h.KeyElement(c.Resource); k != nil {
				return k
			}
		}
	}
	return nil
}

func keyName(h *Hop, calls []*Call) string {
	if k := keyOf(h, calls); k != nil {
		return k.Label()
	}
	return string(calls[0].Resource)
}

// actions lists the actions of the calls, each once: "a", "a and b", "a, b and c".
func actions(calls []*Call) string {
	var names []string
	for _, c := range calls {
		names = appendNew(names, c.Action)
	}
	return list(names)
}

func list(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		text := names[0]
		for _, name := range names[1 : n-1] {
			text += ", " + name
		}
		return text + " and " + names[n-1]
	}
}

// sender names who puts messages into a topic or queue: the rule, bucket or role, and the service that acts for it.
func sender(h *Hop) string {
	switch c := h.CallerElement; {
	case c == nil:
		return "topic " + h.From.Label()
	case policygen.IsService(c.Principal) && h.From.ID != c.ID:
		return h.From.Label() + " (" + c.Principal.String() + ")"
	default:
		return c.Label()
	}
}

// named names an end of the hop with what it is.
func named(p kind.Part, name string) string {
	switch p {
	case kind.Caller:
		return name
	case kind.Topic:
		return "topic " + name
	}
	return "queue " + name
}

// target names where a hop's messages go.
func target(h *Hop) string {
	if h.Record().ToDeadLetters() {
		return "dead-letter queue " + h.To.Label()
	}
	return named(h.Record().To, h.To.Label())
}

// about names the topic or queue that the hop is about.
func about(h *Hop) string { return named(h.Record().Resource(), h.About().Label()) }

// lost says what a broken hop does.
func lost(h *Hop) string {
	if k := h.Record(); byIAM(h) || k.By == kind.IAM {
		return say(h, k.Cannot)
	}
	return say(h, h.Record().Lost)
}

// say fills a sentence about the hop's kind.
func say(h *Hop, s kind.Sentence) string {
	from, caller := h.From.Label(), ""
	if h.CallerElement != nil {
		caller = h.CallerElement.Label()
	}
	if h.Record().Enters() {
		from = sender(h)
	}
	return s.Of(from, h.To.Label(), caller)
}

// The kinds of hop that rules are about, by who calls and where the messages go. Every kind belongs to one of delivers,
// toDeadLetters, byCaller and Moves.

func delivers(k *kind.Kind) bool      { return k.BySNS() && !k.ToDeadLetters() }
func toDeadLetters(k *kind.Kind) bool { return k.BySNS() && k.ToDeadLetters() }
func byCaller(k *kind.Kind) bool      { return k.Enters() || k.Leaves() }
func entersTopic(k *kind.Kind) bool   { return k.Enters() && k.To == kind.Topic }
func entersQueue(k *kind.Kind) bool   { return k.Enters() && k.To == kind.Queue }
