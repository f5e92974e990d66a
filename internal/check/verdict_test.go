package check_test

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
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestVerdicts checks the verdict of every hop of the files of each archive, and the errors that are found. The comment has
// the reason for what is wanted. The files are read one by one; those below together/ in one go.
func TestVerdicts(t *testing.T) {
	archives, err := filepath.Glob("testdata/verdicts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			var got strings.Builder
			for _, group := range e.groups(t) {
				verdicts(t, &got, group, load.Options{Account: e.options.Account, Region: e.options.Region})
			}
			i := slices.IndexFunc(e.archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				e.archive.Files[i].Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(e.archive), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(e.archive.Files[i].Data), got.String()); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
		})
	}
}

// groups writes the archive's files into a directory, and returns the paths of those that are read in one go.
func (e *example) groups(t *testing.T) [][]string {
	t.Helper()
	dir := t.TempDir()
	var alone [][]string
	var together []string
	for _, f := range e.archive.Files {
		if f.Name == "want" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "together/") {
			together = append(together, path)
		} else {
			alone = append(alone, []string{path})
		}
	}
	if together != nil {
		alone = append(alone, together)
	}
	return alone
}

// verdicts writes the hops and errors of files that are read in one go.
func verdicts(t *testing.T, b *strings.Builder, paths []string, o load.Options) {
	t.Helper()
	reports, err := load.Each(paths, o, func(all []*topology.Topology) check.Report {
		return check.Run(all, check.Options{Severity: check.Error})
	})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	fmt.Fprintf(b, "%s:\n", strings.Join(names, " "))
	r := check.Join(reports)
	for _, h := range r.Hops {
		fmt.Fprintf(b, "  %s %s %s -> %s", h.Verdict, h.Kind, h.From.ID, h.To.ID)
		if h.Verdict == check.Unknown {
			fmt.Fprintf(b, ": %s", h.Why)
		}
		b.WriteByte('\n')
	}
	for _, f := range r.Findings {
		fmt.Fprintf(b, "  error %s at %d:%d\n", f.Rule, f.At.Line, f.At.Column)
	}
}
