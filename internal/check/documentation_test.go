package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
)

var update = flag.Bool("update", false, "write docs/rules, and what the rules' examples want; read the difference before you commit it")

// TestPages fails when docs/rules is not what the rules say, or has a page of a rule that does not exist.
func TestPages(t *testing.T) {
	const dir = "../../docs/rules"
	pages := check.Pages()
	if len(pages) != len(check.Rules())+1 {
		t.Fatalf("%d pages for %d rules, want one for each and the index", len(pages), len(check.Rules()))
	}
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		for name, text := range pages {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%v: go generate ./internal/check", err)
		} else if string(got) != want {
			t.Errorf("%s is stale: go generate ./internal/check", filepath.Join(dir, name))
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages[f.Name()]; !ok {
			t.Errorf("%s: there is no such rule: go generate ./internal/check", filepath.Join(dir, f.Name()))
		}
	}
}
