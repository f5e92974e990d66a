package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
)

// FuzzCheck checks, explains and prints everything that can be read as a template. Nothing may panic, and every hop must have
// the verdict of its calls.
func FuzzCheck(f *testing.F) {
	shop, err := os.ReadFile("testdata/shop.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shop)
	for _, pattern := range []string{"../check/rules/*.txtar", "../check/testdata/*/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: %d files: %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			a, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(a.Files[0].Data)
		}
	}
	f.Fuzz(checkAndPrint)
}

// checkAndPrint reads data as a template, and prints its findings in every format.
func checkAndPrint(t *testing.T, data []byte) {
	t.Helper()
	topologies, err := cfn.ReadBytes("fuzz.yaml", data, cfn.Options{})
	if err != nil {
		return
	}
	r := check.Run(topologies, check.Options{Severity: check.Info})
	for _, h := range r.Hops {
		for _, c := range h.Calls {
			if h.Verdict == check.OK && c.Outcome.String() != "allowed" {
				t.Errorf("hop %s %s -> %s is ok, and %s is %s", h.Kind, h.From.ID, h.To.ID, c.Action, c.Outcome)
			}
		}
	}
	if _, err := report.FindingsText(r, report.Style{Color: true, Width: 80}); err != nil {
		t.Error(err)
	}
	if _, err := report.FindingsJSON(r); err != nil {
		t.Error(err)
	}
	if _, err := report.FindingsSARIF(r, "v0"); err != nil {
		t.Error(err)
	}
	if _, err := report.FindingsGitHub(r); err != nil {
		t.Error(err)
	}
	if _, err := report.HopsJSON(r.Hops); err != nil {
		t.Error(err)
	}
	if _, err := report.HopsHTML(r.Hops, []string{"fuzz.yaml"}); err != nil {
		t.Error(err)
	}
	report.HopsText(r.Hops, report.Style{Color: true})
	report.HopsMermaid(r.Hops)
	report.HopsDOT(r.Hops)
}

// TestLineMissing takes each line out of each good template in turn. The rest is often wrong or incomplete. It must neither
// cause a panic nor make a hop ok whose calls are not allowed.
func TestLineMissing(t *testing.T) {
	paths, err := filepath.Glob("../check/testdata/good/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	tried := 0
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.SplitAfter(a.Files[0].Data, []byte("\n"))
		for i := 0; i < len(lines); i += 1 + len(lines)/40 {
			checkAndPrint(t, bytes.Join(slices.Concat(lines[:i], lines[i+1:]), nil))
			tried++
		}
	}
	if tried < 500 {
		t.Errorf("only %d templates were tried", tried)
	}
}
