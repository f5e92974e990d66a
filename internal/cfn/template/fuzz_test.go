package template

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Whatever the bytes: no panic, every error has a type and names the file, and every property has a value that is bounded.
func FuzzEach(f *testing.F) {
	files, err := filepath.Glob("../testdata/*/*.txtar")
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
		app, err := ReadBytes("template", data, Options{})
		worlds := 0
		if err == nil {
			err = app.Each(testTypes, func(w *World) {
				worlds++
				for _, s := range w.Stacks {
					for _, r := range s.Resources {
						for _, m := range s.Resolve(r.Properties).Members {
							if len(m.Value.Text) > maxText {
								t.Fatalf("%s of %s: %d bytes", m.Key, r.ID, len(m.Value.Text))
							}
						}
					}
				}
			})
		}
		var bad *value.Error
		switch {
		case err != nil && (!errors.As(err, &bad) || bad.File != "template"):
			t.Fatalf("error without a type or file: %v", err)
		case err == nil && (worlds == 0 || worlds > maxScenarios):
			t.Fatalf("%d scenarios", worlds)
		}
	})
}
