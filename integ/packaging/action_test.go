//go:build integ

package packaging

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestActionChecks runs the steps of the action as a runner does: it installs a release, annotates the lost message, and writes
// SARIF and a summary with the picture.
func TestActionChecks(t *testing.T) {
	data := archive(t, built(t))
	r := newRunner(t, "HOPGRANT_RELEASES="+releases(t, data, checksum(data)))
	for _, version := range []string{"latest", "v1.2.3"} {
		if out, status := r.step(t, "install.sh", "HOPGRANT_VERSION="+version); status != 0 {
			t.Fatalf("install.sh of %s ended with status %d:\n%s", version, status, out)
		}
	}
	write(t, filepath.Join(r.dir, "a folder/template.yaml"), lost)

	out, status := r.step(t, "check.sh", "HOPGRANT_PATHS=a folder\n")
	if status != 1 || !strings.Contains(out, "::error file=a folder/template.yaml,line=2,") {
		t.Errorf("check.sh ended with status %d, want 1 and an annotation of line 2:\n%s", status, out)
	}
	if summary := read(t, filepath.Join(r.dir, "summary")); !strings.Contains(summary, "```mermaid\nflowchart") || !strings.Contains(summary, "[queue-policy]") {
		t.Errorf("the summary lacks the finding or the picture:\n%s", summary)
	}
	var sarif struct{ Runs []struct{ Results []any } }
	if err := json.Unmarshal([]byte(read(t, filepath.Join(r.dir, "hopgrant.sarif"))), &sarif); err != nil || len(sarif.Runs) != 1 || len(sarif.Runs[0].Results) == 0 {
		t.Errorf("SARIF: %v, %+v", err, sarif)
	}
	if output := read(t, filepath.Join(r.dir, "output")); !strings.Contains(output, "status=1\n") || !strings.Contains(output, "sarif=") {
		t.Errorf("the step's outputs are %q", output)
	}

	if out, status := r.step(t, "check.sh", "HOPGRANT_PATHS=a folder", "HOPGRANT_FAIL_ON=never", "HOPGRANT_FORMAT=text"); status != 0 {
		t.Errorf("with fail-on never, check.sh ended with status %d:\n%s", status, out)
	} else if found := matcher(t).FindStringSubmatch(firstLine(out, ": error: ")); found == nil || found[1] != "a folder/template.yaml" {
		t.Errorf("the problem matcher finds %q in:\n%s", found, out)
	}
	write(t, filepath.Join(r.dir, "empty/notes.txt"), "nothing to check\n")
	if out, status := r.step(t, "check.sh", "HOPGRANT_PATHS=empty"); status != 0 {
		t.Errorf("of a folder without anything to check, check.sh ended with status %d:\n%s", status, out)
	}
	if out, status := r.step(t, "check.sh", "HOPGRANT_PATHS=nowhere"); status != 2 {
		t.Errorf("of a path that is not there, check.sh ended with status %d:\n%s", status, out)
	}
}

// TestActionRefuses checks that nothing is installed that is not what the release's checksums say.
func TestActionRefuses(t *testing.T) {
	data := archive(t, built(t))
	right := releases(t, data, checksum(data))
	for _, c := range []struct{ name, releases, env string }{
		{"another archive", releases(t, data, checksum(append(data, 0))), ""},
		{"no checksum of the archive", releases(t, data, ""), ""},
		{"a version that is no release", right, "HOPGRANT_VERSION=main"},
		{"a version that is not there", right, "HOPGRANT_VERSION=v9.9.9"},
		{"a system without a release", right, "RUNNER_OS=Plan9"},
		{"an architecture without a release", right, "RUNNER_ARCH=ARM"},
	} {
		r := newRunner(t, "HOPGRANT_RELEASES="+c.releases)
		out, status := r.step(t, "install.sh", c.env)
		if status == 0 || read(t, filepath.Join(r.dir, "path")) != "" {
			t.Errorf("%s: install.sh ended with status %d:\n%s", c.name, status, out)
		}
	}
}

// TestActionNamesItsScripts checks that action.yml runs the scripts that the other tests run.
func TestActionNamesItsScripts(t *testing.T) {
	text := read(t, filepath.Join(root, "action.yml"))
	for _, script := range []string{"install.sh", "check.sh"} {
		if !strings.Contains(text, `run: '"$GITHUB_ACTION_PATH/.github/action/`+script+`"'`) {
			t.Errorf("action.yml does not run %s", script)
		}
	}
}

// TestWorkflowLint lets zizmor look for what in workflows and in the action others could use.
func TestWorkflowLint(t *testing.T) {
	out, status := try(t, root, nil, filepath.Join(root, "integ/.venv/bin/zizmor"), "--offline", "--no-progress", ".github/workflows", "action.yml")
	if status != 0 {
		t.Errorf("zizmor ended with status %d:\n%s", status, out)
	}
}

// matcher returns the expression of the problem matcher. Its escapes are also those of Go.
func matcher(t *testing.T) *regexp.Regexp {
	t.Helper()
	var m struct {
		ProblemMatcher []struct{ Pattern []struct{ Regexp string } }
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(root, ".github/action/matcher.json"))), &m); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(m.ProblemMatcher[0].Pattern[0].Regexp)
}

func firstLine(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}
