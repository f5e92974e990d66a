//go:build integ

package packaging

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPreCommit lets pre-commit itself try the hook, in a repository that loses a message and then in one that does not.
func TestPreCommit(t *testing.T) {
	preCommit := filepath.Join(root, "integ/.venv/bin/pre-commit")
	dir := t.TempDir()
	env := []string{"PRE_COMMIT_HOME=" + t.TempDir(), "GIT_CONFIG_GLOBAL=" + filepath.Join(t.TempDir(), "gitconfig")}
	run(t, dir, env, "git", "config", "--global", "safe.directory", "*")
	run(t, dir, env, "git", "init", "--quiet")
	try := func() (string, int) {
		run(t, dir, env, "git", "add", "--all")
		return try(t, dir, env, preCommit, "try-repo", root, "hopgrant", "--all-files", "--verbose")
	}

	write(t, filepath.Join(dir, "template.yaml"), lost)
	if out, status := try(); status != 1 || !strings.Contains(out, "template.yaml:2:3: error: ") {
		t.Errorf("of a lost message, pre-commit ended with status %d:\n%s", status, out)
	}
	write(t, filepath.Join(dir, "template.yaml"), "Resources:\n  Orders: {Type: AWS::SQS::Queue}\n")
	if out, status := try(); status != 0 || !strings.Contains(out, "Passed") {
		t.Errorf("of a template without a hop, pre-commit ended with status %d:\n%s", status, out)
	}
}
