package cli

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// TestFixMendsEveryRule mends the reported example of each rule, as YAML and as JSON, and checks it again: nothing of the rule is left
// that was an error or is its own severity, only lines that the mend is about are touched, and mending once more changes nothing. A rule
// that is left to a person says why, and its example stays.
func TestFixMendsEveryRule(t *testing.T) {
	for _, r := range check.Rules() {
		bad, _ := r.Examples()
		if !strings.Contains(bad, "Resources:") {
			continue // a plan or a fanout.yaml
		}
		for name, text := range map[string]string{"bad.yaml": bad + "\n", "bad.json": asJSON(t, bad)} {
			t.Run(r.ID+"/"+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
					t.Fatal(err)
				}
				flags := place
				if len(findingsOf(t, r, path, flags)) == 0 {
					if flags = []string{"--region", "af-south-1"}; len(findingsOf(t, r, path, flags)) == 0 {
						t.Fatal("the example is not reported")
					}
				}
				said := fix(t, r, path, flags)
				got, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if r.Unmended != "" {
					if string(got) != text || !strings.Contains(said, r.Unmended) {
						t.Errorf("the rule is left to a person, and --fix says %q, want %q; the file is now\n%s", said, r.Unmended, got)
					}
					return
				}
				for _, f := range findingsOf(t, r, path, flags) {
					if f.Severity == check.Error || f.Severity == r.Severity {
						t.Errorf("still reported: %s\n%s\n%s", f.Message, said, got)
					}
				}
				changes := string(diff.Diff("before", []byte(text), "after", got))
				removed := strings.Count(changes, "\n-") - 1
				if removed > 3 && r.ID != "redrive-refused" && r.ID != "policy-limit" { // they replace policies and statements of several lines
					t.Errorf("%d lines are gone or changed, want only those that the mend is about:\n%s", removed, changes)
				}
				fix(t, r, path, flags)
				if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, got) {
					t.Errorf("mending once more changes the file, %v:\n%s", err, diff.Diff("once", got, "twice", again))
				}
				if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
					t.Errorf("the mode of the file is now %v, %v", info.Mode(), err)
				}
			})
		}
	}
}

// place are flags under which most examples are read.
var place = []string{"--account", "111122223333", "--region", "eu-west-1"}

// fix mends the findings of a rule in a file, and returns what it says.
func fix(t *testing.T, r *check.Rule, path string, flags []string) string {
	t.Helper()
	var out, said bytes.Buffer
	c := Command{Stdout: &out, Stderr: &said, Getenv: func(string) string { return "" }}
	if status := c.Main(append([]string{"check", "--fix=" + r.ID, path}, flags...)); status > StatusFindings {
		t.Fatalf("status %d: %s", status, &said)
	}
	return said.String()
}

// findingsOf returns the findings of a rule in a file.
func findingsOf(t *testing.T, r *check.Rule, path string, flags []string) []check.Finding {
	t.Helper()
	var out, said bytes.Buffer
	c := Command{Stdout: &out, Stderr: &said, Getenv: func(string) string { return "" }}
	if status := c.Main(append([]string{"check", "--rule", r.ID, "--format", "json", path}, flags...)); status > StatusFindings {
		t.Fatalf("status %d: %s", status, &said)
	}
	var report struct {
		Findings []struct {
			Severity check.Severity
			Message  string
		}
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	var all []check.Finding
	for _, f := range report.Findings {
		all = append(all, check.Finding{Severity: f.Severity, Message: f.Message})
	}
	return all
}

// asJSON returns a template in YAML as JSON, over several lines.
func asJSON(t *testing.T, text string) string {
	t.Helper()
	v, err := yaml.Parse("bad.yaml", []byte(text), func(tag string, argument value.Value) value.Value {
		call := cfn.Tag(tag, argument)
		if a := &call.Members[0]; a.Key == "Fn::GetAtt" && a.Value.Kind == value.Text {
			name, attribute, _ := strings.Cut(a.Value.Text, ".")
			a.Value = value.NewList(a.At, value.NewText(a.At, name), value.NewText(a.At, attribute))
		}
		return call
	})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(v.JSON(math.MaxInt)), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}
