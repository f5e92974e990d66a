package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestCases checks the verdicts and errors of inputs that were once judged wrong, from public reports and templates. Each file
// is an input of its own; the comment says what is right and why.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, path := range files {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			var got strings.Builder
			inputs, want := e.archive.Files[:len(e.archive.Files)-1], e.archive.Files[len(e.archive.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last file is not want")
			}
			for _, f := range inputs {
				fmt.Fprintf(&got, "%s:\n%s", f.Name, judged(t, f, e))
			}
			if *update {
				e.archive.Files[len(inputs)].Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(e.archive), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got.String() != string(want.Data) {
				t.Errorf("got:\n%swant:\n%s", got.String(), want.Data)
			}
		})
	}
}

// judged writes the hops with their verdicts, what is not known, and the findings that are errors or about a setting.
func judged(t *testing.T, f txtar.File, e example) string {
	t.Helper()
	var all []*topology.Topology
	if terraform.Detect(f.Data) {
		plan, err := terraform.ReadBytes(f.Name, f.Data, terraform.Options{Account: e.options.Account, Region: e.options.Region})
		if err != nil {
			t.Fatal(err)
		}
		all = []*topology.Topology{plan}
	} else {
		var err error
		if all, err = cfn.ReadBytes(f.Name, f.Data, e.options); err != nil {
			return "  refused: " + err.Error() + "\n"
		}
	}
	r := check.Run(all, e.check)
	var b strings.Builder
	for _, h := range r.Hops {
		fmt.Fprintf(&b, "  %s %s -> %s: %s\n", h.Kind, h.From.ID, h.To.ID, h.Verdict)
	}
	for _, top := range all {
		for _, u := range top.Unknowns {
			fmt.Fprintf(&b, "  unknown %s: %s: %s\n", u.ID, u.What, u.Why)
		}
	}
	for _, f := range r.Findings {
		if f.Severity == check.Error {
			fmt.Fprintf(&b, "  error %s: %s\n", f.Rule, f.Message)
		}
	}
	return b.String()
}
