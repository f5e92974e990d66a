//go:build integ

package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestManual checks that the manual pages have every word of the help texts, and that each shell has its completions.
func TestManual(t *testing.T) {
	dir := t.TempDir()
	run(t, root, nil, "go", "run", "./internal/manual", dir)
	hopgrant := built(t)
	pages, err := os.ReadDir(filepath.Join(dir, "man"))
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		command := strings.Split(strings.TrimSuffix(page.Name(), ".1"), "-")[1:]
		if strings.Join(command, "-") == "policy-account-wide" {
			command = []string{"policy", "account-wide"}
		}
		help, _, _ := strings.Cut(run(t, root, nil, hopgrant, append(command, "--help")...), "\nUsage:\n")
		text := words(strings.NewReplacer(`\-`, "-", `\&`, "", `\e`, `\`, `\(aq`, "'", `\fB`, "", `\fI`, "", `\fP`, "", `\fR`, "").Replace(read(t, filepath.Join(dir, "man", page.Name()))))
		for _, line := range strings.Split(help, "\n") {
			if w := words(line); !strings.Contains(text, w) {
				t.Errorf("%s lacks %q", page.Name(), line)
			}
		}
	}
	for _, suffix := range []string{"bash", "zsh", "fish", "ps1"} {
		if !strings.Contains(read(t, filepath.Join(dir, "completions/hopgrant."+suffix)), "hopgrant") {
			t.Errorf("there are no completions for %s", suffix)
		}
	}
}

var space = regexp.MustCompile(`\s+`)

func words(text string) string { return strings.TrimSpace(space.ReplaceAllString(text, " ")) }
