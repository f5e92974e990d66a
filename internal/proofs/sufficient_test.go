package proofs

import (
	"testing"

	"pgregory.net/rapid"
)

// Sufficient: every call of every hop is allowed.
func TestSufficient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		if call, d, ok := top.broken(all); ok {
			t.Fatalf("%s by %v on %s is %v\n%s\ncontext: %v\n%s", call.Action, call.Caller, call.Resource, d.Outcome, d.Explain(), call.Context, show(all))
		}
	})
}
