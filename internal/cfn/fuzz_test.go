package cfn

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Whatever the bytes: no panic, every error has a type and names the file, and what is read can be read again to the same.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if part.Name != "want" {
				f.Add(part.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := ReadBytes("template", data, Options{})
		if err != nil {
			var bad *value.Error
			if !errors.As(err, &bad) || bad.File != "template" {
				t.Fatalf("error without a type or file: %v", err)
			}
			return
		}
		if len(first) == 0 || len(first) > 64 {
			t.Fatalf("%d scenarios", len(first))
		}
		second, err := ReadBytes("template", data, Options{})
		if err != nil || len(second) != len(first) {
			t.Fatalf("the second reading differs: %d scenarios, error %v", len(second), err)
		}
		for i := range first {
			if a, b := topologytest.Describe(first[i]), topologytest.Describe(second[i]); a != b {
				t.Fatalf("the second reading differs:\n%s\n%s", a, b)
			}
		}
	})
}
