// Package check judges every hop of a topology, and finds what loses messages or allows more than the hops need.
//
// A hop is judged by the calls that policygen derives for it, each evaluated under the documents that the topology holds.
// What cannot be decided is unknown, and never ok.
package check

import (
	"errors"
	"slices"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A Verdict says whether messages get through a hop. The zero value is Unknown.
type Verdict uint8

// The verdicts. Worse ones are larger.
const (
	Unknown Verdict = iota
	OK
	Broken
)

// String returns "ok", "broken" or "unknown".
func (v Verdict) String() string {
	switch v {
	case OK:
		return "ok"
	case Broken:
		return "broken"
	}
	return "unknown"
}

// rank orders verdicts from good to bad.
func (v Verdict) rank() int {
	switch v {
	case OK:
		return 0
	case Unknown:
		return 1
	}
	return 2
}

// Worse reports whether v is a worse verdict than another one.
func (v Verdict) Worse(than Verdict) bool { return v.rank() > than.rank() }

// A Hop is a hop of a topology and what was found of it.
type Hop struct {
	topology.Hop
	Verdict Verdict
	// Why says in one sentence why the verdict is not ok; empty if it is.
	Why   string
	Calls []Call
	// Impossible is why the hop cannot work whatever policies say: an error of [policygen.Hop.Check]. Nil if it can.
	Impossible error
	settings   []setting // what is set wrong on a part of the hop
	// Evidence is what was seen of the hop's messages, in an account.
	Evidence []topology.Evidence
	// Scenario is that of the topology where the verdict holds.
	Scenario string
}

// A Call is a call of a hop and its decision.
type Call struct {
	eval.CallDecision
	Documents topology.Documents
	Causes    []Cause // of a denial
}

// Judge returns the verdict of every hop of a topology.
func Judge(t *topology.Topology) []Hop {
	found := t.Hops()
	hops := make([]Hop, len(found))
	m := newMemo()
	for i, h := range found {
		hops[i] = m.judge(h)
		hops[i].Scenario = t.Scenario
		if len(t.Evidence) > 0 {
			hops[i].Evidence = t.About(hops[i].ids()...)
		}
	}
	return hops
}

// ids returns the IDs of whatever the hop's messages pass, and of where they go if they do not arrive.
func (h *Hop) ids() []string {
	var ids []string
	add := func(all ...*topology.Element) {
		for _, e := range all {
			if e != nil {
				ids = append(ids, e.ID)
			}
		}
	}
	add(h.By, h.From, h.To)
	for _, k := range h.keys() {
		add(&k.Element)
	}
	if q := h.QueueElement; q != nil && q.DeadLetter != nil && q.DeadLetter.Queue != nil {
		add(&q.DeadLetter.Queue.Element)
	}
	if s := h.Subscription; s != nil && s.DeadLetter != nil {
		add(&s.DeadLetter.Element)
	}
	return ids
}

func (m *memo) judge(h topology.Hop) Hop {
	if h.Grouped || h.Unfollowed {
		return Hop{Hop: h, Verdict: Unknown, Why: h.Uncertain}
	}
	j := Hop{Hop: h, Verdict: OK}
	j.Impossible = impossible(&h)
	if j.Impossible != nil {
		j.worsen(Broken, j.Impossible.Error())
	}
	j.Calls = m.decide(&h)
	for i := range j.Calls {
		switch c := &j.Calls[i]; {
		case c.Outcome.Denied() && c.Unsure == "":
			j.worsen(Broken, c.Why())
		case c.Outcome.Denied():
			j.worsen(Unknown, c.Why()+" ("+c.Unsure+")")
		case c.Outcome != eval.Allowed:
			j.worsen(Unknown, c.Why())
		}
	}
	open := m.otherDeliverer(&j)
	if why := h.EncryptionUnknown(); why != "" {
		j.worsen(Unknown, why)
	} else if j.Verdict == Unknown && !open {
		j.environments()
	}
	if key := disabledKey(&j); key != nil {
		j.worsen(Broken, stateOf(key))
	}
	j.settings = slices.Concat(settings(&j), m.roleTrust(&j), m.refused(&j))
	for _, s := range j.settings {
		j.worsen(s.verdict, s.why)
	}
	if j.Uncertain != "" && j.Verdict != OK {
		j.leaveOpen(j.Uncertain)
	}
	if c := h.Consumer; c != nil && c.Disabled {
		j.leaveOpen(c.What + " " + c.Label() + " is switched off: nothing is received before somebody switches it on")
	}
	if p := h.Publisher; p != nil && p.Disabled {
		j.leaveOpen(p.What + " " + p.Label() + " is switched off: nothing is sent before somebody switches it on")
	}
	if why := h.InDoubt(); why != "" {
		j.doubt(why)
	}
	if why := h.MayChange(); why != "" {
		j.leaveOpen(why)
	}
	return j
}

// otherDeliverer leaves open the verdict of a delivery that depends on whether topic and queue are in one Region, and reports
// whether it did.
func (m *memo) otherDeliverer(j *Hop) bool {
	if !j.Record().BySNS() || j.Moved || j.Impossible != nil {
		return false
	}
	principal, other := j.Deliverers()
	if other == "" {
		return false
	}
	denied := func(calls []Call) bool {
		return slices.ContainsFunc(calls, func(c Call) bool { return c.Outcome.Denied() })
	}
	as := j.Hop
	as.Deliverer = other
	if denied(j.Calls) && denied(m.decide(&as)) {
		return false
	}
	j.Verdict, j.Why = Unknown, "SNS delivers as "+principal+" if topic and queue are in one Region, else as "+other+", and one of the Regions is not known"
	for i := range j.Calls {
		j.Calls[i].Causes = nil
	}
	return true
}

// leaveOpen leaves open the verdict of a hop that may not be there, or not as the file has it, so that nothing in it is to be
// mended.
func (h *Hop) leaveOpen(why string) {
	h.Verdict, h.Why, h.Impossible, h.settings = Unknown, why, nil, nil
	for i := range h.Calls {
		h.Calls[i].Causes = nil
	}
}

// doubt leaves open the verdict of a hop that may connect others than it seems to, unless AWS refuses it whatever it connects. A
// dead-letter queue elsewhere is never ok either, see [deadLetterElsewhere].
func (h *Hop) doubt(why string) {
	if h.Moved {
		h.worsen(Unknown, why)
		return
	}
	refused := slices.DeleteFunc(slices.Clone(h.settings), func(x setting) bool { return !x.anywhere })
	h.leaveOpen(why)
	if h.settings = refused; len(refused) > 0 {
		h.worsen(Broken, refused[0].why)
	}
}

// supposed reports whether nothing but a statement says that the hop is there: nothing in the file makes its calls. It may be
// that nobody does, so that what is wrong with it is a warning. A role or user that the file has, or gives a policy by its name,
// makes them.
func (h *Hop) supposed() bool {
	c := h.CallerElement
	if h.Inferred == "" || c != nil && !c.Foreign && !policygen.IsService(c.Principal) {
		return false
	}
	return c == nil || !slices.ContainsFunc(c.Identity, func(p *topology.Policy) bool { return &p.Element == h.By })
}

func (h *Hop) worsen(v Verdict, why string) {
	if v.Worse(h.Verdict) {
		h.Verdict, h.Why = v, why
	}
}

// impossible returns why the hop cannot work whatever the policies say. That an AWS managed key refuses services is left
// to the evaluation of its policy.
func impossible(h *topology.Hop) error {
	return errors.Join(append(keyRegions(h), fifoMismatch(h))...)
}

// keyRegions returns an error for each key of the hop that is in another Region than what it encrypts.
func keyRegions(h *topology.Hop) []error {
	if h.Moved || !elsewhere(h.Topic.Key, policygen.ARN(h.Topic.ARN)) && !elsewhere(h.Queue.Key, policygen.ARN(h.Queue.ARN)) &&
		!elsewhere(h.Destination.Key, policygen.ARN(h.Destination.ARN)) {
		return nil
	}
	var all []error
	for _, err := range leaves(h.Hop.Check()) {
		if errors.Is(err, policygen.ErrKeyRegion) {
			all = append(all, err)
		}
	}
	return all
}

// elsewhere reports whether a key is known to be in another Region or partition than what it encrypts.
func elsewhere(key policygen.KeyARN, of policygen.ARN) bool {
	k := policygen.ARN(key)
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return key != "" && (differ(k.Region(), of.Region()) || differ(text.Known(string(k), text.Partition), text.Known(string(of), text.Partition)))
}

// leaves returns the errors that err joins.
func leaves(err error) []error {
	switch joined, ok := err.(interface{ Unwrap() []error }); {
	case err == nil:
		return nil
	case ok:
		return joined.Unwrap()
	}
	return []error{err}
}

// stateOf says why a disabled key cannot be used.
func stateOf(k *topology.Key) string {
	if k.State != "" {
		return "key " + k.Label() + " is in the state " + k.State
	}
	return "key " + k.Label() + " is disabled"
}

// disabledKey returns a key that the hop needs and that the file disables, or nil.
func disabledKey(h *Hop) *topology.Key {
	for i := range h.Calls {
		c := &h.Calls[i]
		if c.On != policygen.OnKey {
			continue
		}
		if k := h.KeyElement(c.Resource); k != nil && k.Enabled == text.No {
			return k
		}
	}
	return nil
}
