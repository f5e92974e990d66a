package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestFindings checks what is said of inputs that were misjudged once: each file of testdata/findings has a reason, templates or
// a plan.json, and the hops and findings wanted.
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("testdata/findings/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, path := range files {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			var topologies []*topology.Topology
			want := len(e.archive.Files) - 1
			for _, f := range e.archive.Files[:want] {
				if f.Name == "plan.json" {
					plan, err := terraform.ReadBytes(f.Name, f.Data, terraform.Options{Account: e.options.Account, Region: e.options.Region})
					if err != nil {
						t.Fatal(err)
					}
					topologies = append(topologies, plan)
					continue
				}
				topologies = append(topologies, read(t, f.Name, f.Data, e.options)...)
			}
			r := check.Run(topologies, e.check)
			var got strings.Builder
			for _, h := range r.Hops {
				fmt.Fprintf(&got, "%s %s -> %s: %s\n", h.Kind, h.From.ID, h.To.ID, h.Verdict)
			}
			for _, f := range r.Findings {
				got.WriteString(f.Rule + ": " + line(f))
			}
			if *update {
				e.archive.Files[want].Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(e.archive), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got.String() != string(e.archive.Files[want].Data) {
				t.Errorf("hops and findings:\n%swant:\n%s", got.String(), e.archive.Files[want].Data)
			}
		})
	}
}
