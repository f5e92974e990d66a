//go:build integ

package integ

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestFlows checks that every flow's stacks deploy, that every hop is allowed under the policies that were read back,
// and that messages take the routes of the flow: through filters, raw or in an envelope, in order, and into dead-letter
// queues.
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

// allFlows returns the flows of the examples and the handwritten ones.
func allFlows(t *testing.T) []flow.Flow {
	t.Helper()
	flows := slices.Concat(flow.Handwritten, flow.Examples)
	for _, f := range flows {
		if err := f.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	return flows
}

// TestEveryExampleHasAFlow checks that every golden template of the examples is in a flow, so that a new example cannot
// stay untested.
func TestEveryExampleHasAFlow(t *testing.T) {
	goldens, err := tools.Goldens()
	if err != nil {
		t.Fatal(err)
	}
	if len(goldens) < 8 {
		t.Errorf("got %d golden templates, want at least 8", len(goldens))
	}
	for _, path := range goldens {
		rel, err := filepath.Rel(tools.Root, path)
		if err != nil {
			t.Fatal(err)
		}
		known := slices.ContainsFunc(flow.Examples, func(f flow.Flow) bool {
			return slices.ContainsFunc(f.Stacks, func(s flow.Stack) bool { return s.Template == filepath.ToSlash(rel) })
		})
		if !known {
			t.Errorf("%s: got no flow that deploys it, want one in internal/flow/flows.go", rel)
		}
	}
}
