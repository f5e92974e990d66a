package golden

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
)

// prove fails the test unless every hop of the assembly is allowed and every action that its policies allow is needed:
// without the action, some hop is not allowed. Hops to the resources in unproven may be unknown, because their policies
// are not in the assembly.
func prove(t *testing.T, dir string, unproven []string) {
	t.Helper()
	before := hops(t, dir)
	if len(before) == 0 {
		t.Error("the assembly has no hops")
	}
	for _, h := range before {
		if h.Verdict != check.OK && !(h.Verdict == check.Unknown && slices.Contains(unproven, h.To.ID)) {
			t.Errorf("%s %s -> %s: %s: %s", h.Kind, h.From.ID, h.To.ID, h.Verdict, h.Why)
		}
	}
	calls := sorted(allowed(before))
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			less, what := without(t, text, i)
			if what == "" {
				break
			}
			tried++
			if err := os.WriteFile(file, less, 0o644); err != nil {
				t.Fatal(err)
			}
			if after := allowed(hops(t, dir)); !slices.ContainsFunc(calls, func(c string) bool { return !after[c] }) {
				t.Errorf("%s: nothing needs %s", filepath.Base(file), what)
			}
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if tried == 0 {
		t.Error("no policy allows anything")
	}
}

// allowed returns the calls of the hops that are allowed. A hop that is inferred from a grant is missing if the grant
// is.
func allowed(hops []check.Hop) map[string]bool {
	calls := map[string]bool{}
	for _, h := range hops {
		if h.Verdict == check.OK {
			for _, c := range h.Hop.Hop.Calls() {
				calls[fmt.Sprint(h.Kind, c.Caller, c.Action, c.Resource)] = true
			}
		}
	}
	return calls
}

func hops(t *testing.T, dir string) []check.Hop {
	t.Helper()
	topologies, err := cfn.Read(dir, cfn.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return check.Explain(topologies).Hops
}

// without returns a template without the i-th action of SNS, SQS or KMS that a policy allows, and the action, or "" if
// there are fewer. It skips the account's own statement in key policies, which is the CDK's.
func without(t *testing.T, text []byte, i int) (less []byte, what string) {
	t.Helper()
	var template struct {
		Resources map[string]map[string]any
		rest      map[string]any
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &template.rest); err != nil {
		t.Fatal(err)
	}
	for _, id := range sorted(template.Resources) {
		properties, _ := template.Resources[id]["Properties"].(map[string]any)
		for _, key := range []string{"PolicyDocument", "KeyPolicy"} {
			doc, _ := properties[key].(map[string]any)
			statements, _ := doc["Statement"].([]any)
			for n, s := range statements {
				s := s.(map[string]any)
				if s["Effect"] != "Allow" {
					continue
				}
				actions, isList := s["Action"].([]any)
				if !isList {
					actions = []any{s["Action"]}
				}
				for a, action := range actions {
					name, _ := action.(string)
					service, verb, _ := strings.Cut(name, ":")
					// Subscribing is no hop of a message, and a template does not show whether a client changes visibility.
					if verb == "*" || verb == "Subscribe" || verb == "ChangeMessageVisibility" || service != "sns" && service != "sqs" && service != "kms" {
						continue
					}
					if i--; i >= 0 {
						continue
					}
					s["Action"] = slices.Delete(slices.Clone(actions), a, a+1)
					if len(actions) == 1 {
						doc["Statement"] = slices.Delete(statements, n, n+1)
					}
					template.rest["Resources"] = template.Resources
					less, err := json.Marshal(template.rest)
					if err != nil {
						t.Fatal(err)
					}
					return less, name + " in " + id
				}
			}
		}
	}
	return nil, ""
}
