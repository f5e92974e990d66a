package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// Grants returns the smallest statements under which the calls of a judged hop on keys are allowed that are not, in the words of the
// file: a finding for each policy, with its one fix and whose it is. A call that is not decided gets what it needs whatever decides it.
// There are none where no statement helps.
func Grants(t *topology.Topology, h *Hop) []*Finding {
	var calls []*Call
	for i := range h.Calls {
		c := h.Calls[i]
		if c.On != policygen.OnKey || c.Outcome == eval.Allowed {
			continue
		}
		if !c.Outcome.Denied() {
			c.Causes = undecidedCauses(c.Call)
		}
		calls = append(calls, &c)
	}
	if len(calls) == 0 {
		return nil
	}
	var all []*Finding
	s := newSubject(t, nil)
	for _, fix := range s.mend(h, calls) {
		f := &Finding{Hop: h, At: h.By.At, In: t.Kind, Fix: []Fix{fix}}
		if h.CallerElement != nil {
			f.Elements = append(f.Elements, &h.CallerElement.Element)
		}
		for _, k := range h.keys() {
			f.Elements = append(f.Elements, &k.Element)
		}
		holder, ok := (&trial{topology: t}).holder(f, &fix)
		if !ok {
			continue
		}
		f.Elements = []*topology.Element{holder.Element}
		s.replaceDefaults(f)
		all = append(all, f)
	}
	return all
}

// undecidedCauses returns whose policies have to allow a call, so that nothing that is not known can be missed.
func undecidedCauses(c policygen.Call) []Cause {
	account, owner := policygen.AccountOf(c.Caller), c.Resource.Account()
	switch {
	case policygen.IsService(c.Caller):
		return []Cause{ByResource}
	case account != "" && owner != "" && account != owner:
		return []Cause{ByIdentity, ByResource}
	}
	return []Cause{ByIdentity}
}

// Suppose makes what mends findings a part of the topology, and returns what takes it back.
func Suppose(t *topology.Topology, findings ...*Finding) (end func()) {
	x := trial{topology: t}
	for _, f := range findings {
		x.apply(f)
	}
	return x.end
}

// DefaultPolicy returns the policy that KMS gives a key, in the words of the file.
func DefaultPolicy(t *topology.Topology, k *topology.Key) Fix {
	fix := statementFix(policygen.OnKey, k.Label(), "", k.Policy.Document.Statements[0])
	return newSubject(t, nil).reworded([]Fix{fix})[0]
}

// OnlyMessages reports whether everything is known of what a caller may do, and it is about messages alone, so that it has no other use
// for a key.
func OnlyMessages(c *topology.Caller) bool { return onlyMessages(c) }
