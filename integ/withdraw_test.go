//go:build integ

package integ

import (
	"testing"

	"github.com/hopgrant/hopgrant/policygen"

	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestWithdrawEachStatement checks that every call of every hop depends on some statement. Removing that statement
// through the API must change the verdict on what is then deployed, and putting it back must restore it.
func TestWithdrawEachStatement(t *testing.T) {
	for _, f := range allFlows(t) {
		t.Run(f.Example, func(t *testing.T) {
			d := deployed(t, plain, f, nil)
			hops, problems := f.Hops(d)
			for _, p := range problems {
				t.Error(p)
			}
			for _, h := range hops {
				for _, call := range h.Calls() {
					withdraw(t, d, h, call)
				}
			}
		})
	}
}

func withdraw(t *testing.T, d *flow.Deployed, h flow.Hop, call policygen.Call) {
	t.Helper()
	carriers := d.Carriers(call)
	if len(carriers) == 0 && call.Unsure == "" {
		t.Errorf("%s: got no statement that %s hangs on, want one", h, call.Action)
	}
	for _, c := range carriers {
		if err := c.Remove(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := outcomeOf(t, d, h, call); got == "allowed" {
			t.Errorf("%s: without %s, %s is still allowed, want not", h, c, call.Action)
		}
		if err := c.Restore(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := outcomeOf(t, d, h, call); got != "allowed" {
			t.Errorf("%s: with %s back, %s is %s, want allowed", h, c, call.Action, got)
		}
	}
}

// outcomeOf reads everything back and returns the outcome of one call.
func outcomeOf(t *testing.T, d *flow.Deployed, h flow.Hop, call policygen.Call) string {
	t.Helper()
	now, err := d.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	verdicts, err := now.Evaluate(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		if v.Action == call.Action && v.Resource == call.Resource {
			return v.Outcome.String()
		}
	}
	t.Fatalf("%s: got no verdict on %s, want one", h, call.Action)
	return ""
}
