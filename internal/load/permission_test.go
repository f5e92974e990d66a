//go:build unix

package load_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hopgrant/hopgrant/internal/load"
)

// A file or folder that cannot be opened is named, and what comes after it in the folder is read.
func TestPermissionDenied(t *testing.T) {
	dir := tree(t, map[string]string{"a/template.yaml": small, "b.yaml": small, "c.yaml": small})
	for _, name := range []string{"a", "b.yaml"} {
		path := filepath.Join(dir, name)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o700) })
	}
	if os.Geteuid() == 0 {
		asNobody(t, dir)
	}
	topologies, err := load.Paths([]string{dir}, load.Options{})
	if len(topologies) != 1 || filepath.Base(topologies[0].Path) != "c.yaml" {
		t.Errorf("%d topologies, want that of c.yaml", len(topologies))
	}
	for _, name := range []string{"a", "b.yaml"} {
		if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) {
			t.Errorf("error %v, want one that names %s", err, name)
		}
	}
}

// asNobody gives up the rights of root, who may open every file, until the test ends. Others may then enter the folder.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const nobody = 65534
	if err := syscall.Setreuid(-1, nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setreuid(-1, 0); err != nil {
			t.Fatal(err)
		}
	})
}
