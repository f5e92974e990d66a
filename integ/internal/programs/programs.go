// Package programs finds the programs by others that make integ-prepare installs.
package programs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Set is the programs by others, as "make integ-prepare" installs them.
type Set struct {
	Root string // the repository
}

// Find returns the programs of the repository that the working directory is in.
func Find() (Set, error) {
	dir, err := os.Getwd()
	if err != nil {
		return Set{}, err
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "integ", "requirements.txt")); err == nil {
			return Set{Root: d}, nil
		}
		if d == filepath.Dir(d) {
			return Set{}, fmt.Errorf("working directory %q: not inside hopgrant's repository", dir)
		}
	}
}

// Python returns a program of the virtual environment integ/.venv, such as "python" or "cfn-lint".
func (t Set) Python(name string) (string, error) {
	return t.installed(filepath.Join("integ", ".venv", "bin", name))
}

// Node returns a program of integ/_node/node_modules, such as "cdk".
func (t Set) Node(name string) (string, error) {
	return t.installed(filepath.Join("integ", "_node", "node_modules", ".bin", name))
}

// ErrMissing is the cause of errors about programs that are not installed.
var ErrMissing = errors.New("not installed, run make integ-prepare")

func (t Set) installed(path string) (string, error) {
	full := filepath.Join(t.Root, path)
	if _, err := os.Stat(full); err != nil {
		return "", fmt.Errorf("%s: %w", path, ErrMissing)
	}
	return full, nil
}

// Goldens returns the golden templates of the examples.
func (t Set) Goldens() ([]string, error) {
	return filepath.Glob(filepath.Join(t.Root, "examples", "*", "testdata", "*.template.json"))
}

// Build compiles a command of this module, or a file that uses its dependencies, into dir, and returns the path of the
// program.
func (t Set) Build(dir, pkg string) (string, error) {
	out := filepath.Join(dir, strings.TrimSuffix(filepath.Base(pkg), ".go"))
	cmd := exec.Command("go", "build", "-o", out, pkg)
	cmd.Dir = t.Root
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return out, nil
}
