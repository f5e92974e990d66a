//go:build integ

package integ

import "testing"

// Every flow's stacks deploy, every hop is allowed under the policies that were read back, and real messages take the ways
// that the flow wants: through filters, raw or in an envelope, in order, and into dead-letter queues.
func TestFlows(t *testing.T) {
	flows := allFlows(t)
	for _, f := range flows {
		t.Run(f.Example, func(t *testing.T) {
			d := deployed(t, plain, f, nil)
			problems, err := f.Judge(d)
			if err != nil {
				t.Fatal(err)
			}
			ran, err := f.Run(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range append(problems, ran...) {
				t.Error(p)
			}
		})
	}
}

// allFlows returns the flows of the examples and our own.
func allFlows(t *testing.T) []Flow {
	t.Helper()
	flows := ownFlows
	for _, f := range flows {
		if err := f.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	return flows
}
