package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
)

// TestGood checks that templates without a fault have no findings, and that all of their hops are ok: a false alarm costs
// trust, and nobody has checked an unknown hop. A hop that stands for what the template does not show cannot be ok.
func TestGood(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d templates", len(files))
	}
	for _, path := range files {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			name, data := e.file(t, "good")
			r := check.Run(read(t, name, data, e.options), e.check)
			for _, f := range r.Findings {
				t.Errorf("%s: %s", f.Rule, line(f))
			}
			for _, h := range r.Hops {
				if h.Verdict != check.OK && !h.Grouped {
					t.Errorf("%s %s -> %s: %s: %s", h.Kind, h.From.ID, h.To.ID, h.Verdict, h.Why)
				}
			}
		})
	}
}

// TestExamplesAreClean checks that the templates of our examples, which work, have no findings at the default severity: neither has
// what AWS does by default, nor what others have to grant.
func TestExamplesAreClean(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/testdata/*.template.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d templates: %v", len(files), err)
	}
	for _, path := range files {
		topologies, err := cfn.Read(path, cfn.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := check.Run(topologies, check.Options{})
		if len(r.Hops) == 0 {
			t.Errorf("%s: no hops", path)
		}
		for _, f := range r.Findings {
			t.Errorf("%s: %s", f.Rule, line(f))
		}
	}
}

// TestSilentPaths checks that each fan-out that aws-cdk-lib synthesizes without a word and that loses messages has findings.
// The templates are what aws-cdk-lib emits.
func TestSilentPaths(t *testing.T) {
	files, err := filepath.Glob("testdata/silent/*.txtar")
	if err != nil || len(files) != 13 {
		t.Fatalf("%d files, want a to m: %v", len(files), err)
	}
	for _, path := range files {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			var got strings.Builder
			e.check.Undecided = true // as constructs/guard has it
			for _, f := range e.findings(t, "bad") {
				got.WriteString(f.Rule + ": " + line(f))
			}
			_, want := e.file(t, "want")
			if *update {
				e.archive.Files[len(e.archive.Files)-1].Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(e.archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got.Len() == 0 {
				t.Error("nothing is found")
			}
			if got.String() != string(want) {
				t.Errorf("findings:\n%swant:\n%s", got.String(), want)
			}
		})
	}
}
