package flow

import (
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
)

func TestRouteCompare(t *testing.T) {
	raw := func(bodies ...string) []Received {
		var rs []Received
		for _, b := range bodies {
			rs = append(rs, Received{Body: b})
		}
		return rs
	}
	for _, tt := range []struct {
		name, reason string
		route        Route
		got          []Received
		want         []string
		problem      string // empty for none
	}{
		{name: "all", reason: "nothing wrong", route: Route{Raw: true}, got: raw("a", "b"), want: []string{"a", "b"}},
		{name: "another order", reason: "standard queues have none", route: Route{Raw: true}, got: raw("b", "a"), want: []string{"a", "b"}},
		{name: "fifo order", reason: "it counts", route: Route{Raw: true, FIFO: true}, got: raw("b", "a"), want: []string{"a", "b"}, problem: `got order ["b" "a"]`},
		{name: "lost", reason: "one is missing", route: Route{Raw: true}, got: raw("a"), want: []string{"a", "b"}, problem: `message "b" was published and did not arrive`},
		{name: "twice", reason: "one too many", route: Route{Raw: true}, got: raw("a", "a"), want: []string{"a"}, problem: `got message "a"`},
		{name: "unfiltered", reason: "not wanted here", route: Route{Raw: true}, got: raw("a", "c"), want: []string{"a"}, problem: `got message "c"`},
		{name: "form", reason: "an envelope is wanted", route: Route{}, got: raw("a"), want: []string{"a"}, problem: `message "a": got envelope false, want true`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.route.Topic, tt.route.Queue = "T", "Q"
			var ps Problems
			tt.route.compare(tt.got, tt.want, &ps)
			switch {
			case tt.problem == "" && len(ps) > 0:
				t.Errorf("got %s, want no problem (%s)", ps, tt.reason)
			case tt.problem != "" && !strings.Contains(ps.String(), "hop deliver T → Q: "+tt.problem):
				t.Errorf("got %q, want %q of hop deliver T → Q (%s)", ps, tt.problem, tt.reason)
			}
		})
	}
}

// TestHopsOfNothing checks that a flow of things that are not deployed has a problem for each of them, and no hops.
func TestHopsOfNothing(t *testing.T) {
	d := &Deployed{}
	for _, f := range slices.Concat(Handwritten, Examples) {
		hops, problems := f.Hops(d)
		if len(hops) > 0 || len(problems) != len(f.Routes)+len(f.Callers) {
			t.Errorf("flow %s: got %d hops and %d problems, want none and %d", f.Example, len(hops), len(problems), len(f.Routes)+len(f.Callers))
		}
	}
}

func TestFlowsAreValid(t *testing.T) {
	for _, f := range slices.Concat(Handwritten, Examples, OneAccount()) {
		if err := f.Validate(); err != nil {
			t.Error(err)
		}
	}
	bad := Flow{Example: "bad", Stacks: []Stack{{}}, Messages: []Message{{Name: "a"}}, Routes: []Route{{Takes: []string{"b"}}}}
	if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), `takes message "b"`) {
		t.Errorf("got %v, want an error about message b", err)
	}
}

// TestDeliveryCalls checks that the delivery hook gets the calls of the table of hops, not a list of its own.
func TestDeliveryCalls(t *testing.T) {
	c := emulator.DeliveryCalls()
	var actions []string
	for _, call := range c.Calls {
		actions = append(actions, call.Action)
		if got := call.Context["aws:SourceArn"]; len(got) != 1 || got[0] != c.Topic {
			t.Errorf("%s: got aws:SourceArn %q, want the topic", call.Action, got)
		}
	}
	if len(actions) != 3 || c.Calls[0].On != policygen.OnQueue || c.Calls[1].On != policygen.OnKey {
		t.Errorf("got calls %q, want one on the queue and two on its key", actions)
	}
	if len(c.AWSManagedKeyPolicy.Statements) == 0 {
		t.Error("got no policy of the AWS managed key, want one")
	}
}
