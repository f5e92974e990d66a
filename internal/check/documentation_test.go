package check_test

import (
	"flag"
	"os"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
)

var update = flag.Bool("update", false, "write docs/rules.md, and what the rules' examples want; read the difference before you commit it")

// TestMarkdown fails when docs/rules.md is not what the rules say.
func TestMarkdown(t *testing.T) {
	const path = "../../docs/rules.md"
	want := check.Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale: go generate ./internal/check", path)
	}
}
