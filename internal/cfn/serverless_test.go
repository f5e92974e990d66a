package cfn

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// The transform that is carried out here gives the same as AWS's own: testdata/sam/translated holds what aws-sam-translator
// 1.110.0 makes of the cases' templates (with a handler and code added, which it requires).
func TestServerlessAsTranslator(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sam/translated/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no translations: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{Region: "us-east-1"} // the translator resolves the partition from the Region
			translated, err := Read(file, o)
			if err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile("testdata/sam/" + name + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			ours, err := ReadBytes("template.yaml", txtar.Parse(data).Files[0].Data, o)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(gist(translated[0]), gist(ours[0])); diff != "" {
				t.Errorf("topology (-translated, +ours):\n%s", diff)
			}
		})
	}
}

// gist is what a topology says, without positions, names of policies, and how permissions are divided among statements.
func gist(top *topology.Topology) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	statements := func(holder string, policies []*topology.Policy) {
		for _, p := range policies {
			add("%s has policy with unknown %q", holder, p.Unknown)
			for _, s := range p.Document.Statements {
				for _, a := range s.Action {
					a = strings.ToLower(a)
					if service, _, _ := strings.Cut(a, ":"); service != "sqs" && service != "sns" && service != "kms" {
						continue
					}
					one := policygen.Statement{Effect: s.Effect, Principal: s.Principal, Action: []string{a}, Resource: s.Resource, Condition: s.Condition}
					j, _ := one.MarshalJSON()
					add("%s has statement %s", holder, j)
				}
			}
		}
	}
	for _, x := range top.Topics {
		add("topic %s %s", x.ID, x.ARN)
		statements("topic "+x.ID, x.Policies)
	}
	for _, x := range top.Queues {
		add("queue %s %s", x.ID, x.ARN)
		statements("queue "+x.ID, x.Policies)
	}
	for _, x := range top.Callers {
		add("caller %s %s", x.ID, x.Principal)
		statements("caller "+x.ID, x.Identity)
	}
	for _, x := range top.Subscriptions {
		add("subscription %s from %s to %s dead-letter %t", x.ID, x.Topic.ID, x.Queue.ID, x.DeadLetter != nil)
	}
	for _, x := range top.Publishers {
		add("publisher %s: %s as %s to topic %t queue %t", x.ID, x.What, x.Caller.ID, x.Topic != nil, x.Queue != nil)
	}
	for _, x := range top.Consumers {
		add("consumer %s: %s as %s of %s for %s, timeout %d, disabled %t", x.ID, x.What, x.Caller.ID, x.Queue.ID, x.Function, *x.Timeout, x.Disabled)
	}
	for _, x := range top.Unknowns {
		add("unknown %s: %s", x.ID, x.Why)
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
