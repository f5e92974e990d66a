package guard

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// TB is the part of [testing.TB] that this package needs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Expect says what [AssertDelivers] expects of a stack.
type Expect struct {
	// Hops is the least number of hops; 0 means 1. A grant or subscription that gets lost takes its hop with it, and what is
	// left may well deliver.
	Hops int
	// Accept are construct paths, logical ids or ARNs: an unknown hop that begins or ends there is accepted, and so is a part of
	// the stack of that name which could not be read, such as a nested stack whose template is elsewhere.
	Accept []string
}

// AssertDelivers fails the test for every hop of the stack, and of those nested in it, that is broken or not known to work, for
// every finding of severity error, and for every part that may have to do with topics or queues and could not be read. It fails
// if the stack has fewer hops than expected, and at least if it has none, since then nothing would have been tested.
//
// A hop whose policies the app does not hold, such as that of an imported queue, is unknown. Where that is meant, accept it.
// Several values of expect count together.
func AssertDelivers(t TB, stack awscdk.Stack, expect ...Expect) {
	t.Helper()
	r, err := Check(stack)
	name := *stack.Node().Path()
	if err != nil {
		t.Errorf("stack %q cannot be checked as a whole: %v", name, err)
	}
	least, accepted := 1, []string(nil)
	for _, e := range expect {
		least, accepted = max(least, e.Hops), append(accepted, e.Accept...)
	}
	if len(r.Hops) < least && err == nil {
		t.Errorf("stack %q: %s", name, fewer(r, least))
	}
	needed := map[string]bool{}
	for _, h := range r.Hops {
		if h.Verdict != "ok" && !(h.Verdict == "unknown" && accept(accepted, h.about, needed)) {
			t.Errorf("hop %s", h)
		}
	}
	for _, f := range r.Findings {
		about := func(name string) bool { return name == f.LogicalID || name == f.Path }
		if f.Severity == "error" || f.unread() && !accept(accepted, about, needed) {
			t.Errorf("%s", strings.TrimSpace(f.String()+"\n"+f.Fix))
		}
	}
	for _, name := range accepted {
		if !needed[name] {
			t.Errorf("accepted %q: no unknown hop begins or ends there, want none that is not needed", name)
		}
	}
}

// unread reports whether the finding is that a part of the template is not known, other than a hop.
func (f Finding) unread() bool { return f.Rule == "undecided" && f.Hop == nil }

// accept reports whether something is about one of the accepted names, and notes all that it is about.
func accept(accepted []string, about func(string) bool, needed map[string]bool) bool {
	some := false
	for _, name := range accepted {
		if name != "" && about(name) {
			some, needed[name] = true, true
		}
	}
	return some
}

// fewer says that there are fewer hops than expected, and which there are.
func fewer(r Report, least int) string {
	if len(r.Hops) == 0 {
		return fmt.Sprintf("it has no hops, want at least %d: no topic, queue or consumer of it is connected", least)
	}
	hops := make([]string, len(r.Hops))
	for i, h := range r.Hops {
		hops[i] = "\n  " + h.String()
	}
	return fmt.Sprintf("got hops: %d, want at least %d: a grant or subscription is missing%s", len(hops), least, strings.Join(hops, ""))
}
