package load_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/topology"
)

var update = flag.Bool("update", false, "write the verdicts into the testdata; look at the difference before committing it")

// TestVerdicts checks the verdict of every hop of the files of each archive, and what is found where one is broken. The comment has
// the reason for what is wanted. The files are read one by one, those below together/ in one go, and those below another folder as the
// folder.
func TestVerdicts(t *testing.T) {
	archives, err := filepath.Glob("testdata/verdicts/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			o := options(t, string(a.Comment))
			want := &a.Files[len(a.Files)-1]
			files := map[string]string{}
			for _, f := range a.Files[:len(a.Files)-1] {
				files[f.Name] = string(f.Data)
			}
			dir := tree(t, files)
			var got strings.Builder
			var together []string
			last := "" // the folder that was read
			for _, f := range a.Files[:len(a.Files)-1] {
				folder, _, below := strings.Cut(f.Name, "/")
				switch path := filepath.Join(dir, f.Name); {
				case folder == "together":
					together = append(together, path)
				case !below:
					verdicts(t, &got, []string{path}, o)
				case folder != last:
					last = folder
					verdicts(t, &got, []string{filepath.Join(dir, folder)}, o)
				}
			}
			if together != nil {
				verdicts(t, &got, together, o)
			}
			if *update {
				want.Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if diff := cmp.Diff(string(want.Data), got.String()); diff != "" || want.Name != "want" {
				t.Errorf("%s (-want +got):\n%s", want.Name, diff)
			}
		})
	}
}

// options returns what an archive's comment says beside its reason.
func options(t *testing.T, comment string) (o load.Options) {
	t.Helper()
	reason := ""
	for line := range strings.Lines(comment) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "reason":
			reason = value
		case "account":
			o.Account = value
		case "region":
			o.Region = value
		default:
			t.Fatalf("line %q: want reason, account or region", line)
		}
	}
	if reason == "" {
		t.Fatal("the archive has no reason")
	}
	return o
}

// verdicts writes the hops of files that are read in one go, and what is found where one is broken.
func verdicts(t *testing.T, b *strings.Builder, paths []string, o load.Options) {
	t.Helper()
	reports, err := load.Each(paths, o, func(all []*topology.Topology) check.Report {
		return check.Run(all, check.Options{Severity: check.Warning})
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
		if f.Hop != nil && f.Hop.Verdict == check.Broken {
			fmt.Fprintf(b, "  %s %s at %d:%d\n", f.Severity, f.Rule, f.At.Line, f.At.Column)
		}
	}
}
