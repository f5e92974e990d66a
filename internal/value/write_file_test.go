package value

import (
	"os"
	"path/filepath"
	"testing"
)

// A full disk is an error, which comes before the file is replaced.
func TestFillsNothingHalf(t *testing.T) {
	closed, err := os.Create(filepath.Join(t.TempDir(), "closed"))
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if err := fill(closed, []byte("new"), 0o640); err == nil {
		t.Error("a text that cannot be written is no error")
	}
}
