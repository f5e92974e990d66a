// Package snapshot makes the examples tests of the CDK's integ-runner.
//
// Each integ_*.go in integ/snapshots is such a test: a program that synthesizes an example. The folder named after it
// holds the cloud assembly that the program is expected to write. The programs carry the build tag ignore, and
// integ-runner runs them with "go run FILE". "make integ" verifies the snapshots without a network, and "make
// integ-update" writes them.
package snapshot

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// Main synthesizes an example and describes its stacks to integ-runner. It is the whole main function of a test. The
// stacks are those that integ-runner deploys when asked to.
func Main(example string, stacks ...string) {
	if err := synthesize(example, stacks); err != nil {
		fmt.Fprintf(os.Stderr, "snapshot of %s: %v\n", example, err)
		os.Exit(1)
	}
}

// outdir is the environment variable that says where integ-runner expects the cloud assembly and the description of the
// test.
const outdir = "CDK_OUTDIR"

func synthesize(example string, stacks []string) error {
	dir, err := filepath.Abs(os.Getenv(outdir))
	if err != nil {
		return err
	}
	if os.Getenv(outdir) == "" {
		return fmt.Errorf("environment variable %s: not set, want the folder to write to; run this with integ-runner", outdir)
	}
	set, err := programs.Find()
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "run", "./examples/"+example)
	cmd.Dir = set.Root // the module there requires the CDK
	cmd.Env = append(os.Environ(), outdir+"="+dir)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go run examples/%s: %w", example, err)
	}
	return describe(dir, example, stacks)
}

// manifestVersion is the version of the cloud assembly schema that describe writes.
const manifestVersion = "48.0.0"

// describe writes the file that says which stacks the test deploys.
//
// [Cloud assembly schema]
//
// [Cloud assembly schema]: https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
func describe(dir, example string, stacks []string) error {
	type testCase struct {
		Stacks []string `json:"stacks"`
	}
	manifest := struct {
		Version   string              `json:"version"`
		TestCases map[string]testCase `json:"testCases"`
	}{manifestVersion, map[string]testCase{example: {stacks}}}
	data, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "integ.json"), append(data, '\n'), 0o644)
}
