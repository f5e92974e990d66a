package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// An example is a rule's txtar file: its comment has a reason and options, its files are a template that the rule reports,
// one that it does not, and the findings wanted.
type example struct {
	name    string
	archive *txtar.Archive
	options cfn.Options
	check   check.Options
	reason  string
}

func readExample(t *testing.T, path string) example {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e := example{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), archive: a}
	for line := range strings.Lines(string(a.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("%s: line %q: want key: value", path, line)
		}
		switch key {
		case "reason":
			e.reason = value
		case "account":
			e.options.Account = value
		case "region":
			e.options.Region = value
		case "severity":
			e.check.Severity = check.Severity(value)
		case "source":
		default:
			t.Fatalf("%s: unknown key %q", path, key)
		}
	}
	if e.reason == "" {
		t.Errorf("%s: it has no reason", path)
	}
	return e
}

// file returns the name and content of the file whose name without its extension is base.
func (e *example) file(t *testing.T, base string) (string, []byte) {
	t.Helper()
	for _, f := range e.archive.Files {
		if name, _, _ := strings.Cut(f.Name, "."); name == base {
			return f.Name, f.Data
		}
	}
	t.Fatalf("%s: there is no %s", e.name, base)
	return "", nil
}

func (e *example) findings(t *testing.T, base string) []check.Finding {
	t.Helper()
	name, data := e.file(t, base)
	return check.Run(read(t, name, data, e.options), e.check).Findings
}

func read(t *testing.T, name string, data []byte, o cfn.Options) []*topology.Topology {
	t.Helper()
	if live.Detect(data) {
		s, err := live.Parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		account, err := s.Topology(name)
		if err != nil {
			t.Fatal(err)
		}
		return []*topology.Topology{account}
	}
	topologies, err := cfn.ReadBytes(name, data, o)
	if err != nil {
		t.Fatal(err)
	}
	return topologies
}

// line returns a finding as the want files have it.
func line(f check.Finding) string {
	s := fmt.Sprintf("%s %s:%d:%d %s\n", f.Severity, f.At.File, f.At.Line, f.At.Column, f.Message)
	for _, o := range f.Others {
		s += "  also: " + o.Message + "\n"
	}
	for _, fix := range f.Fix {
		for _, st := range fix.Document.Statements {
			text, _ := st.MarshalJSON()
			s += fmt.Sprintf("  add to %s of %s: %s\n", fix.On, fix.Of, text)
		}
	}
	if f.Advice != "" {
		s += "  " + f.Advice + "\n"
	}
	return text.Paths(s)
}

// TestRules checks the txtar file of each rule. -update rewrites the findings wanted.
func TestRules(t *testing.T) {
	rules := check.Rules()
	if len(rules) == 0 {
		t.Fatal("there are no rules")
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			path := filepath.Join("rules", r.ID+".txtar")
			e := readExample(t, path)
			var got strings.Builder
			for _, f := range e.findings(t, "bad") {
				if f.Rule == r.ID {
					got.WriteString(line(f))
					if f.Severity.AtLeast(r.Severity) && f.Severity != r.Severity {
						t.Errorf("a finding is an %s, worse than the rule's %s", f.Severity, r.Severity)
					}
				} else if f.Severity == check.Error {
					t.Errorf("the bad template has another error: %s: %s", f.Rule, f.Message)
				}
			}
			if got.Len() == 0 {
				t.Error("the bad template has no finding of the rule")
			}
			_, want := e.file(t, "want")
			if *update {
				for i := range e.archive.Files {
					if e.archive.Files[i].Name == "want" {
						e.archive.Files[i].Data = []byte(got.String())
					}
				}
				if err := os.WriteFile(path, txtar.Format(e.archive), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got.String() != string(want) {
				t.Errorf("findings of the bad template:\n%swant:\n%s", got.String(), want)
			}
			for _, f := range e.findings(t, "good") {
				if f.Rule == r.ID || f.Severity == check.Error {
					t.Errorf("the good template has a finding: %s: %s", f.Rule, f.Message)
				}
			}
		})
	}
}

// TestExamplesHaveRules checks that every txtar file belongs to a rule.
func TestExamplesHaveRules(t *testing.T) {
	files, err := filepath.Glob("rules/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(check.Rules()) {
		t.Errorf("%d files for %d rules", len(files), len(check.Rules()))
	}
	for _, f := range files {
		if _, ok := check.LookUp(strings.TrimSuffix(filepath.Base(f), ".txtar")); !ok {
			t.Errorf("%s: there is no such rule", f)
		}
	}
}

// TestRuleDocumentation checks that the documentation of every rule is complete.
func TestRuleDocumentation(t *testing.T) {
	seen := map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	for _, r := range check.Rules() {
		if seen[r.ID] {
			t.Errorf("%s: there are two", r.ID)
		}
		seen[r.ID] = true
		if !kebab.MatchString(r.ID) {
			t.Errorf("%s: not kebab-case", r.ID)
		}
		if r.Title == "" || r.Text == "" || len(r.AWS) == 0 || strings.HasSuffix(r.Title, ".") {
			t.Errorf("%s: its documentation is not complete", r.ID)
		}
		for _, page := range r.AWS {
			if !strings.HasPrefix(page, "https://docs.aws.amazon.com/") {
				t.Errorf("%s: %s is no page of AWS", r.ID, page)
			}
		}
	}
}
