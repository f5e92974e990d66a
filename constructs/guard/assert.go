package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
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
	//
	// A hop is one step between two ends: each publisher to each topic, each topic to each queue, each sender to each queue, each
	// queue to each consumer, and each queue and subscription to its dead-letter queue, as [Report].Hops lists them.
	Hops int
	// Accept are construct paths, logical ids or ARNs: an unknown hop that begins or ends there is accepted, and so is a part of
	// the stack of that name which could not be read, such as a nested stack whose template is elsewhere. An imported topic, queue
	// or key is accepted by its ARN or by the path of its import.
	//
	// Accept is for this test alone, and fanout.Acknowledge for what fanout asks of others: neither does the other's work.
	Accept []string
}

// AssertDelivers fails the test for every hop of the stack, and of those nested in it, that is broken or not known to work, for
// every finding of severity error, and for every part that may have to do with topics or queues and could not be read. It fails
// if the stack has fewer hops than expected, and at least if it has none, since then nothing would have been tested.
//
// A hop whose policies the app does not hold, such as that of an imported queue, is unknown. The failure shows the statements that
// their owner must have; where they are in place, accept the hop with [Expect].Accept. Whether fanout.Acknowledge has been told
// does not matter here. Several values of expect count together.
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
	imports := map[string]string{} // the ARNs of what is accepted by the path of its import
	for _, name := range accepted {
		imports[name] = imported(rootStage(stack), name)
	}
	needed, unknown := map[string]bool{}, []string(nil)
	for _, h := range r.Hops {
		about := func(name string) bool { return h.about(name) || imports[name] != "" && h.about(imports[name]) }
		switch {
		case h.Verdict == "unknown" && !accept(accepted, about, needed):
			if !slices.Contains(unknown, h.accepted()) {
				unknown = append(unknown, h.accepted())
			}
			t.Errorf("hop %s%s\n  if it works, accept it: guard.Expect{Accept: []string{%q}}", h, r.asks(h), h.accepted())
		case h.Verdict == "broken":
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
			want := "nothing that is not needed"
			if len(unknown) > 0 {
				want = strings.Join(unknown, " or ")
			}
			t.Errorf("accepted %q: no unknown hop begins or ends there, want %s", name, want)
		}
	}
}

// accepted returns by which of its names an unknown hop is to be accepted: that of what is not the app's, if there is one.
func (h Hop) accepted() string {
	switch {
	case h.ToPath == "":
		return h.To
	case h.FromPath == "":
		return h.From
	}
	return h.ToPath
}

// asks returns what the report says that others must have for a hop, on lines of its own.
func (r Report) asks(h Hop) string {
	s := ""
	for _, f := range r.Findings {
		if f.Hop != nil && *f.Hop == h && f.Fix != "" {
			s += "\n  " + strings.ReplaceAll(f.Fix, "\n", "\n  ")
		}
	}
	return s
}

// imported returns the ARN of the topic, queue or key of a construct path; "" if there is none.
func imported(root constructs.IConstruct, path string) string {
	at := root
	for id := range strings.SplitSeq(path, "/") {
		if id == "" {
			return ""
		}
		if at = at.Node().TryFindChild(&id); at == nil {
			return ""
		}
	}
	switch c := at.(type) {
	case awssqs.IQueue:
		return *c.QueueArn()
	case awssns.ITopic:
		return *c.TopicArn()
	case awskms.IKey:
		return *c.KeyArn()
	}
	return ""
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
