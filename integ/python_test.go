//go:build integ

package integ

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Without Python, make integ skips in one clear line; with CI=true that is an error.
func TestWithoutPython(t *testing.T) {
	for _, tt := range []struct {
		ci, want string
		fails    bool
	}{
		{ci: "", want: "skip integ: /nonexistent/python3 is missing or older than 3.10, so there is no emulator\n"},
		{ci: "true", want: "integ: /nonexistent/python3 is missing or older than 3.10, and with CI=true nothing is skipped\n", fails: true},
	} {
		cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "integ", "PYTHON=/nonexistent/python3")
		cmd.Dir = tools.Root
		cmd.Env = append(os.Environ(), "CI="+tt.ci, "MAKEFLAGS=", "MAKELEVEL=")
		out, err := cmd.CombinedOutput()
		if got := string(out); !strings.HasPrefix(got, tt.want) || (err != nil) != tt.fails {
			t.Errorf("CI=%q: got %q and %v, want %q and an error: %t", tt.ci, got, err, tt.want, tt.fails)
		}
	}
}
