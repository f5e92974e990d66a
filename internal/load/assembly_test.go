package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestAssemblies checks what is read of cloud assemblies as cdk synth writes them, and of strange ones: every hop with its verdict and
// the paths of its constructs, then what cannot be read. The comment of an archive has the reason for what is wanted, and the paths
// that are read in one go.
func TestAssemblies(t *testing.T) {
	archives, err := filepath.Glob("testdata/assemblies/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := &a.Files[len(a.Files)-1]
			files := map[string]string{}
			for _, f := range a.Files[:len(a.Files)-1] {
				files[f.Name] = string(f.Data)
			}
			got := assembly(t, tree(t, files), string(a.Comment))
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want.Data), got); diff != "" || want.Name != "want" {
				t.Errorf("%s (-want +got):\n%s", want.Name, diff)
			}
		})
	}
}

// assembly returns the hops of the paths that an archive's comment names, and what is wrong.
func assembly(t *testing.T, dir, comment string) string {
	t.Helper()
	reason, given, found := strings.Cut(comment, "read: ")
	given, rest, _ := strings.Cut(given, "\n")
	if !found || reason == "" {
		t.Fatal("the archive has no reason, or no paths to read")
	}
	o := options(t, reason+rest)
	var paths []string
	for _, p := range strings.Fields(given) {
		paths = append(paths, filepath.Join(dir, p))
	}
	reports, err := load.Each(paths, o, func(all []*topology.Topology) check.Report {
		return check.Run(all, check.Options{Severity: check.Info})
	})
	var b strings.Builder
	r := check.Join(reports)
	for _, h := range r.Hops {
		fmt.Fprintf(&b, "%s %s %s -> %s", h.Verdict, h.Kind, h.From.Label(), h.To.Label())
		if h.Verdict != check.OK {
			fmt.Fprintf(&b, ": %s", h.Why)
		}
		b.WriteByte('\n')
	}
	for _, f := range r.Findings {
		if f.Hop == nil && f.Undecided() {
			fmt.Fprintf(&b, "unread: %s\n", f.Message)
		}
	}
	if err != nil {
		fmt.Fprintf(&b, "error: %v\n", err)
	}
	return text.Paths(strings.ReplaceAll(b.String(), dir+string(filepath.Separator), ""))
}
