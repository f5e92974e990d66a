package check_test

import (
	"path/filepath"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
)

// TestGood checks that templates in which nothing is wrong have no findings, and that every hop is ok: a false alarm costs
// trust, and an unknown hop is one that nobody has checked.
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
				if h.Verdict != check.OK {
					t.Errorf("%s %s -> %s: %s: %s", h.Kind, h.From.ID, h.To.ID, h.Verdict, h.Why)
				}
			}
		})
	}
}
