package proofs

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// TestMerge checks that a merged policy allows and denies exactly what the statements of both do side by side, for the calls of a
// topology, for requests that differ from one in one thing, and for requests that have nothing to do with it; that the statements
// that are there stay, but for those that grow; that Sids are unique; and that merging once more changes nothing.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		a := pick(t, "policy", all)
		there := drawExisting(t, a)
		merged, err := policygen.Merge(there, a)
		if tooLarge := new(policygen.LimitError); errors.As(err, &tooLarge) {
			t.Skip("too large for AWS")
		}
		if err != nil {
			t.Fatal(err)
		}

		both := there
		if both.Version == "" && len(both.Statements) == 0 {
			both.Version = a.Document.Version
		}
		both.Statements = slices.Concat(there.Statements, a.Document.Statements)
		decide := func(r eval.Request, identity []policygen.Document) {
			before, after := eval.Policies{Identity: []policygen.Document{both}}, eval.Policies{Identity: []policygen.Document{merged}}
			if a.On != policygen.OnIdentity {
				before, after = eval.Policies{Identity: identity, Resource: &both}, eval.Policies{Identity: identity, Resource: &merged}
			}
			if x, y := eval.Evaluate(r, before).Outcome, eval.Evaluate(r, after).Outcome; x != y {
				t.Fatalf("%s by %v on %s with %v is %v under both policies and %v under the merged one\nthere:\n%s\ngenerated:\n%s\nmerged:\n%s",
					r.Action, r.Principal, r.Resource, r.Context, x, y, there, a.Document, merged)
			}
		}
		for _, call := range top.calls() {
			if call.On != a.On && a.On != policygen.OnIdentity {
				continue
			}
			decide(eval.RequestOf(call), identityOf(all, call.Caller))
			for _, c := range top.changes(call) {
				decide(c.request, nil)
			}
		}
		decide(drawRequest(t), nil)

		sids := map[string]bool{}
		for i, s := range merged.Statements {
			if sids[s.Sid] && s.Sid != "" {
				t.Fatalf("two statements have the Sid %s:\n%s", s.Sid, merged)
			}
			sids[s.Sid] = true
			if i < len(there.Statements) && s.Sid != there.Statements[i].Sid {
				t.Fatalf("statement %d is another one:\nthere:\n%s\nmerged:\n%s", i+1, there, merged)
			}
		}
		again, err := policygen.Merge(merged, a)
		if err != nil || again.String() != merged.String() {
			t.Fatalf("merging once more changes it, %v:\n%s\nto\n%s", err, merged, again)
		}
	})
}

// drawExisting returns a policy that may stand where the generated one is to be attached: statements of an earlier version of it,
// wider and narrower ones, denials, and statements of others.
func drawExisting(t *rapid.T, a policygen.Attachment) policygen.Document {
	d := policygen.Document{Version: pick(t, "version", []string{"2012-10-17", "2008-10-17", ""})}
	for i := range rapid.IntRange(0, 4).Draw(t, "statements there") {
		s := drawStatement(t, a.On != policygen.OnIdentity)
		s.Sid = fmt.Sprintf("Other%d", i)
		if len(a.Document.Statements) > 0 && rapid.IntRange(0, 3).Draw(t, "related") > 0 {
			s = pick(t, "of", a.Document.Statements)
			switch pick(t, "how", []string{"same", "smaller", "any action", "any resource", "unconditional", "anybody", "denied", "renamed", "of others"}) {
			case "smaller":
				if less := smallerStatements(s); len(less) > 0 {
					s = pick(t, "less", less).statement
				}
			case "any action":
				s.Action = []string{pick(t, "wildcard", []string{"*", "sqs:*", "SQS:Send*", "kms:*", "sns:*"})}
			case "any resource":
				s.Resource = []string{"*"}
			case "unconditional":
				s.Condition = nil
			case "anybody":
				if s.Principal != nil {
					s.Principal = pick(t, "everybody", []*policygen.Principals{{Anyone: true}, {AWS: []string{"*"}}})
				}
			case "denied":
				s.Effect = policygen.Deny
			case "of others":
				s.Action, s.Resource = few(t, "other actions", askedActions), few(t, "other resources", askedResources)
			case "renamed":
				s.Sid = "Renamed"
			}
			if slices.ContainsFunc(d.Statements, func(other policygen.Statement) bool { return other.Sid == s.Sid }) {
				s.Sid = fmt.Sprintf("Other%d", i)
			}
		}
		d.Statements = append(d.Statements, s)
	}
	return d
}
