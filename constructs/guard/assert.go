package guard

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// TB is the part of [testing.TB] that this package needs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// AssertDelivers fails the test for every hop of the stack that is broken or not known to work, for every finding of
// severity error, and if the stack has no hop at all, since then nothing would have been tested.
//
// A hop whose policies the app does not hold, such as that of an imported queue, is unknown. Where that is meant, pass the
// logical id or ARN of one of its ends as accepted.
func AssertDelivers(t TB, stack awscdk.Stack, accepted ...string) {
	t.Helper()
	r, err := Check(stack)
	if err != nil {
		t.Errorf("stack %q cannot be checked: %v", *stack.StackName(), err)
		return
	}
	if len(r.Hops) == 0 {
		t.Errorf("stack %q has no hops, want at least one: no topic, queue or consumer of it is connected", *stack.StackName())
	}
	for _, h := range r.Hops {
		switch {
		case h.Verdict == "ok":
		case h.Verdict == "unknown" && (slices.Contains(accepted, h.From) || slices.Contains(accepted, h.To)):
		default:
			t.Errorf("hop %s", h)
		}
	}
	for _, f := range r.Findings {
		if f.Severity == "error" {
			t.Errorf("%s\n%s", f, f.Fix)
		}
	}
	for _, id := range accepted {
		if !slices.ContainsFunc(r.Hops, func(h Hop) bool { return h.Verdict == "unknown" && (h.From == id || h.To == id) }) {
			t.Errorf("accepted %q: no unknown hop begins or ends there, want none that is not needed", id)
		}
	}
}
