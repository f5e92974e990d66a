package report_test

import (
	"encoding/json"
	"encoding/xml"
	"path"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
)

// shop returns a report with findings of every severity and a suppressed one.
func shop(t *testing.T) check.Report {
	t.Helper()
	topologies, err := load.Paths([]string{"testdata/shop.yaml"}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := check.Run(topologies, check.Options{Severity: check.Info})
	r.Findings[0].Severity = check.Warning // the template has none
	severities := map[check.Severity]bool{}
	for _, f := range r.Findings {
		severities[f.Severity] = true
	}
	if len(severities) != 3 || len(r.Suppressed) == 0 {
		t.Fatalf("the template has findings of %v and %d suppressed ones", severities, len(r.Suppressed))
	}
	return r
}

// TestGitLab reads the report back, and checks what GitLab's page wants of it: five fields, severities in its words, a relative path
// that does not begin with ./, a line, and fingerprints of which no two are the same.
//
// [Code Quality report format]
//
// [Code Quality report format]: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
func TestGitLab(t *testing.T) {
	r := shop(t)
	r.Findings = append(r.Findings, r.Findings[0]) // the same message at the same place
	out, err := report.FindingsGitLab(r)
	if err != nil {
		t.Fatal(err)
	}
	var issues []struct {
		Description, Fingerprint, Severity string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	if err := json.Unmarshal(out, &issues); err != nil {
		t.Fatal(err)
	}
	if len(issues) != len(r.Findings) {
		t.Fatalf("%d issues, want %d", len(issues), len(r.Findings))
	}
	want := map[check.Severity]string{check.Error: "critical", check.Warning: "minor", check.Info: "info"}
	seen := map[string]bool{}
	for i, issue := range issues {
		f := r.Findings[i]
		if issue.CheckName != f.Rule || issue.Severity != want[f.Severity] || !strings.HasPrefix(issue.Description, f.Message) || issue.Location.Lines.Begin != f.At.Line {
			t.Errorf("issue %d is %+v, want that of %s: %s", i, issue, f.At, f.Message)
		}
		if p := issue.Location.Path; path.IsAbs(p) || path.Clean(p) != p {
			t.Errorf("issue %d has path %s", i, p)
		}
		if issue.Fingerprint == "" || seen[issue.Fingerprint] {
			t.Errorf("issue %d has the fingerprint of another one: %s", i, issue.Fingerprint)
		}
		seen[issue.Fingerprint] = true
	}
	if out, err := report.FindingsGitLab(check.Report{}); err != nil || string(out) != "[]\n" {
		t.Errorf("nothing found is %q (%v), want an empty list", out, err)
	}
	moved := shop(t)
	for i := range moved.Findings {
		moved.Findings[i].At.Line += 7
	}
	again, err := report.FindingsGitLab(moved)
	if err != nil {
		t.Fatal(err)
	}
	for fingerprint := range seen {
		if fingerprint != issues[len(issues)-1].Fingerprint && !strings.Contains(string(again), fingerprint) {
			t.Errorf("a finding on another line has another fingerprint than %s", fingerprint)
		}
	}
}

// TestJUnit reads the report back: what ends the check fails, what is accepted is skipped with the reason, other findings are printed,
// and each rule has a test. That it keeps to the schema is tested in integ.
func TestJUnit(t *testing.T) {
	r := shop(t)
	out, err := report.FindingsJUnit(r, check.Rules(), func(f *check.Finding) bool { return f.Severity == check.Error })
	if err != nil {
		t.Fatal(err)
	}
	type message struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suite    struct {
			Skipped int    `xml:"skipped,attr"`
			Out     string `xml:"system-out"`
			Cases   []struct {
				Class   string   `xml:"classname,attr"`
				Name    string   `xml:"name,attr"`
				Failure *message `xml:"failure"`
				Skipped *message `xml:"skipped"`
				Out     string   `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out, &suites); err != nil {
		t.Fatal(err)
	}
	all := append(append([]check.Finding{}, r.Findings...), r.Suppressed...)
	rules, failures := map[string]bool{}, 0
	for i, c := range suites.Suite.Cases {
		rules[c.Class] = true
		if i >= len(all) {
			if c.Failure != nil || c.Skipped != nil || c.Out != "" {
				t.Errorf("a rule without findings does not pass: %+v", c)
			}
			continue
		}
		f := all[i]
		accepted, fails := i >= len(r.Findings), f.Severity == check.Error
		switch {
		case c.Class != "hopgrant."+f.Rule || !strings.HasSuffix(c.Name, f.Message):
			t.Errorf("test %d is %s %q, want %s %q", i, c.Class, c.Name, f.Rule, f.Message)
		case accepted && (c.Skipped == nil || c.Skipped.Text != f.Suppressed):
			t.Errorf("test %d is not skipped for %q", i, f.Suppressed)
		case !accepted && fails && (c.Failure == nil || c.Failure.Message != f.Message || !strings.Contains(c.Failure.Text, f.At.String())):
			t.Errorf("test %d does not fail: %+v", i, c)
		case !accepted && !fails && (c.Failure != nil || !strings.Contains(c.Out, f.Message)):
			t.Errorf("test %d does not print its finding: %+v", i, c)
		}
		if c.Failure != nil {
			failures++
		}
	}
	if len(rules) != len(check.Rules()) {
		t.Errorf("%d rules have tests, want %d", len(rules), len(check.Rules()))
	}
	if suites.Tests != len(suites.Suite.Cases) || suites.Failures != failures || failures == 0 || suites.Suite.Skipped != len(r.Suppressed) {
		t.Errorf("counts %d, %d, %d; want %d, %d, %d", suites.Tests, suites.Failures, suites.Suite.Skipped, len(suites.Suite.Cases), failures, len(r.Suppressed))
	}
	if !strings.Contains(suites.Suite.Out, "not decided") {
		t.Errorf("the suite does not say what is not decided: %q", suites.Suite.Out)
	}
}
