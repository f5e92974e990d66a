package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestAccounts checks the snapshots of each archive. Its want has a line for each of them that says why the verdicts below it are right;
// -update rewrites the lines with four spaces, which say why in our words.
func TestAccounts(t *testing.T) {
	archives, err := filepath.Glob("testdata/accounts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := &a.Files[len(a.Files)-1]
		reasons := map[string]string{}
		for line := range strings.Lines(string(want.Data)) {
			if name, reason, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, " ") {
				reasons[name] = strings.TrimSpace(reason)
			}
		}
		var got strings.Builder
		for _, f := range a.Files[:len(a.Files)-1] {
			name := strings.TrimSuffix(f.Name, ".json")
			if len(strings.Fields(reasons[name])) < 4 {
				t.Errorf("%s: snapshot %s has no reason", path, name)
			}
			fmt.Fprintf(&got, "%s: %s\n", name, reasons[name])
			account(&got, check.Run([]*topology.Topology{snapshot(t, f.Data)}, check.Options{Severity: check.Info}))
		}
		if *update {
			want.Data = []byte(got.String())
			if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
				t.Fatal(err)
			}
		} else if diff := cmp.Diff(string(want.Data), got.String()); diff != "" || want.Name != "want" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func snapshot(t *testing.T, data []byte) *topology.Topology {
	t.Helper()
	s, err := live.Parse("snapshot.json", data)
	if err != nil {
		t.Fatal(err)
	}
	account, err := s.Topology("snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// account writes what is found in an account: its hops, the findings but those about what AWS does by default, and what is not known.
func account(b *strings.Builder, r check.Report) {
	for _, h := range r.Hops {
		fmt.Fprintf(b, "  %s %s %s -> %s\n", h.Verdict, h.Kind, text.Paths(h.From.Label()), text.Paths(h.To.Label()))
		if h.Verdict == check.Unknown {
			fmt.Fprintf(b, "    %s\n", text.Paths(h.Why))
		}
	}
	for _, f := range r.Findings {
		if f.Severity != check.Info || f.Rule == "empty-though-ok" {
			fmt.Fprintf(b, "  %s %s\n    %s\n", f.Severity, f.Rule, text.Paths(f.Message))
			for _, e := range f.Evidence {
				fmt.Fprintf(b, "    evidence %s\n", e.String())
			}
			for _, fix := range f.Fix {
				fmt.Fprintf(b, "    add to the %s policy of %s, known %t\n", fix.On, text.Paths(fix.Of), fix.There != nil)
			}
		}
	}
	for _, u := range r.Unread {
		fmt.Fprintf(b, "  not read %s\n    %s\n", text.Paths(u.Label()), u.Why)
	}
}

// TestGapsMakeNothingBetter adds a gap of each operation, in general and about each resource, to each snapshot of the archives. No hop is
// ok that was not before, each gap is told, and a gap about a queue or its key leaves no hop with it ok.
func TestGapsMakeNothingBetter(t *testing.T) {
	type hop struct{ kind, from, to, by string }
	of := func(h *check.Hop) hop { return hop{string(h.Kind), h.From.ID, h.To.ID, h.By.ID} }
	operations := []string{"", "sns:ListTopics", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListSubscriptions", "sns:GetSubscriptionAttributes",
		"sqs:ListQueues", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "kms:ListAliases", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants",
		"iam:GetAccountAuthorizationDetails", "lambda:ListFunctions", "lambda:ListEventSourceMappings", "events:ListTargetsByRule", "s3:GetBucketNotification",
		"organizations:ListPoliciesForTarget"}
	tried, closed := 0, 0
	for _, data := range snapshots(t) {
		before := map[hop]check.Verdict{}
		for _, h := range check.Explain([]*topology.Topology{snapshot(t, data)}).Hops {
			before[of(&h)] = h.Verdict
		}
		base, err := live.Parse("snapshot.json", data)
		if err != nil {
			t.Fatal(err)
		}
		for i := range base.Scopes {
			ids := []string{""}
			for _, r := range base.Scopes[i].Resources {
				if !slices.Contains(ids, r.ID) {
					ids = append(ids, r.ID)
				}
			}
			for _, operation := range operations {
				for _, id := range ids {
					s, _ := live.Parse("snapshot.json", data)
					s.Scopes[i].Gaps = append(s.Scopes[i].Gaps, live.Gap{Operation: operation, Resource: id, Reason: "AccessDenied"})
					account, err := s.Topology("snapshot.json")
					if err != nil {
						t.Fatal(err)
					}
					r := check.Explain([]*topology.Topology{account})
					tried++
					if !slices.ContainsFunc(r.Unread, func(u topology.Unknown) bool { return u.Gap && u.ID == id && u.Why == "AccessDenied" }) {
						t.Errorf("the gap of %s about %q is not told", operation, id)
					}
					for j := range r.Hops {
						h := &r.Hops[j]
						if was, there := before[of(h)]; h.Verdict == check.OK && there && was != check.OK && !strings.HasPrefix(operation, "organizations:") {
							t.Errorf("%s of %q: %s %s -> %s is ok, and was %s without the gap", operation, id, h.Kind, h.From.ID, h.To.ID, was)
						}
						if h.Verdict == check.OK && !h.Moved && operation == "sqs:GetQueueAttributes" && strings.Contains(id, ":sqs:") && (h.From.ID == id || h.To.ID == id) {
							t.Errorf("%s of %q: %s %s -> %s is ok", operation, id, h.Kind, h.From.ID, h.To.ID)
						}
						if was := before[of(h)]; was == check.OK && h.Verdict == check.Unknown {
							closed++
						}
					}
				}
			}
		}
	}
	if tried < 1000 || closed < 100 {
		t.Errorf("%d gaps were tried, of which %d left open a hop that was ok", tried, closed)
	}
}

// snapshots returns the snapshots of all archives.
func snapshots(t *testing.T) [][]byte {
	t.Helper()
	archives, err := filepath.Glob("testdata/accounts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	var all [][]byte
	for _, path := range archives {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files[:len(a.Files)-1] {
			all = append(all, f.Data)
		}
	}
	return all
}
