//go:build integ

package integ

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// TestSnapshots checks, without a network, that the CDK's integ-runner finds every snapshot unchanged. Otherwise
// integ-runner prints a diff and the resources that a deployment would destroy, as it does if a logical id changes.
func TestSnapshots(t *testing.T) {
	runner, err := tools.Node("integ-runner")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), runner, "--language", "go", "--directory", "snapshots")
	cmd.Dir = filepath.Join(tools.Root, "integ") // the module of the programs
	cmd.Env = append(os.Environ(), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20", "CDK_DISABLE_VERSION_CHECK=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("integ-runner: %v; make integ-update writes the snapshots anew\n%s", err, out)
	}
}

// withoutSnapshot are the examples that integ-runner cannot run, and why.
var withoutSnapshot = map[string]string{
	"adopt": "it reports statements that others have to add, as errors, and integ-runner takes no app with errors",
}

// TestEveryExampleHasASnapshot checks that every example that deploys something has a snapshot, or a reason for having
// none.
func TestEveryExampleHasASnapshot(t *testing.T) {
	for _, f := range flow.Examples {
		_, without := withoutSnapshot[f.Example]
		_, err := os.Stat(filepath.Join("snapshots", "integ_"+f.Example+".go.snapshot", "manifest.json"))
		if has := err == nil; has == without {
			t.Errorf("example %s: got a snapshot: %t, want one: %t", f.Example, has, !without)
		}
	}
	files, err := filepath.Glob(filepath.Join("snapshots", "integ_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if want := len(flow.Examples) - len(withoutSnapshot); len(files) != want {
		t.Errorf("got programs %q, want %d", files, want)
	}
}
