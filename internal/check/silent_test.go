package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestSilentPaths checks that the fan-outs which aws-cdk-lib synthesizes without a word, and that lose messages, are all
// found; what stands in the templates is what it emits. A want file has the findings that matter, not those that every
// such template has.
func TestSilentPaths(t *testing.T) {
	files, err := filepath.Glob("testdata/silent/*.txtar")
	if err != nil || len(files) != 13 {
		t.Fatalf("%d files, want a to m: %v", len(files), err)
	}
	everywhere := []string{"no-tls-policy", "failures-not-logged", "no-dead-letter-queue"}
	for _, path := range files {
		e := readExample(t, path)
		t.Run(e.name, func(t *testing.T) {
			var got strings.Builder
			for _, f := range e.findings(t, "bad") {
				if !contains(everywhere, f.Rule) {
					got.WriteString(f.Rule + ": " + line(f))
				}
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

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}
