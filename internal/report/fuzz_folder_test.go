package report_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
)

// FuzzFolder edits cloud assemblies and folders of templates as FuzzTemplate does templates: the manifest, the names of
// files, and what is in them. Each is read as one world.
func FuzzFolder(f *testing.F) {
	var trees []value.Value
	for _, pattern := range []string{"../cfn/testdata/cdk/*.txtar", "../load/testdata/verdicts/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("%s: %d files: %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			a, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			var files []value.Member
			for _, file := range a.Files {
				if tree, err := yaml.Parse(file.Name, file.Data, intrinsic); err == nil && !strings.HasPrefix(file.Name, "want") {
					files = append(files, value.Pair(file.Name, tree))
				}
			}
			if len(files) > 1 {
				trees = append(trees, value.NewObject(value.Place{}, files...))
			}
		}
	}
	if len(trees) < 8 {
		f.Fatalf("only %d folders", len(trees))
	}
	fuzzTrees(f, trees, func(t *testing.T, data []byte) {
		dir := t.TempDir()
		folder, err := value.ParseJSON("", data)
		if err != nil {
			return // two members of one name, which FuzzTemplate tries
		}
		for _, m := range folder.Members {
			path := filepath.Join(dir, m.Key)
			if !filepath.IsLocal(m.Key) || strings.ContainsAny(m.Key, "\x00\\") {
				continue // no name of a file
			}
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(m.Value.JSON(1<<20)), 0o666)); err != nil {
				t.Skip(err) // a file where a folder is wanted
			}
		}
		topologies, err := load.Paths([]string{dir}, load.Options{})
		if err != nil && len(topologies) == 0 {
			if !strings.Contains(err.Error(), dir) {
				t.Errorf("error without a file: %v", err)
			}
			return
		}
		checkAndPrint(t, topologies)
	})
}
