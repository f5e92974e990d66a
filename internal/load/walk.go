package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/terraform"
)

// walk returns the files in a directory whose names may be those of something to check, and the cloud assemblies, which it
// does not enter. It skips links, hidden directories and dependencies. The error joins those of the directories that cannot be
// read.
func walk(root string, o Options) ([]source, error) {
	var found []source
	var errs []error
	configurations := map[string]bool{} // folders with Terraform sources
	// The function returns no error but SkipDir, and neither does WalkDir.
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			errs = append(errs, pathError(path, err))
			return fs.SkipDir
		}
		if !d.IsDir() {
			switch {
			case terraform.IsSource(d.Name()):
				// Terraform follows links to sources.
				if folder := filepath.Dir(path); !configurations[folder] {
					configurations[folder] = true
					found = append(found, source{path: folder, root: root})
				}
			case d.Type().IsRegular() && mayBe(d.Name()):
				found = append(found, source{path: path, root: root})
			case !d.Type().IsRegular() && (mayBe(d.Name()) || leadsToDirectory(path, d)) && o.LeftOut != nil:
				o.LeftOut(path, "it is "+typeName(d.Type())+", and only the folder's own files are read")
			}
			return nil
		}
		if path != root && skipped(d.Name()) {
			return fs.SkipDir
		}
		if k, ok := cfn.Detect(path); ok && k == "cdk" {
			found = append(found, source{path: path, root: root})
			return fs.SkipDir
		}
		return nil
	})
	return withoutCalled(found, configurations, root), errors.Join(errs...)
}

// leadsToDirectory reports whether a file is a link to a directory, which may have something to check in it.
func leadsToDirectory(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 || skipped(d.Name()) {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// withoutCalled leaves out the modules that a configuration among the folders calls, which are read with it. The folder that the
// user named is read in any case.
func withoutCalled(found []source, configurations map[string]bool, root string) []source {
	called := map[string]bool{}
	for folder := range configurations {
		for _, module := range terraform.Calls(folder) {
			called[module] = module != folder
		}
	}
	planned := map[string]bool{} // configurations with a plan beside them, which is read with them
	for _, s := range found {
		if folder := filepath.Dir(s.path); configurations[folder] && !configurations[s.path] && kind(s.path) == "terraform" {
			planned[folder] = true
		}
	}
	return slices.DeleteFunc(found, func(s source) bool {
		return planned[s.path] || configurations[s.path] && called[s.path] && s.path != filepath.Clean(root)
	})
}

// sourcesBeside returns the folder of a plan if it has the plan's sources, else "".
func sourcesBeside(plan string) string {
	folder := filepath.Dir(plan)
	entries, err := os.ReadDir(folder)
	if err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && terraform.IsSource(e.Name()) }) {
		return folder
	}
	return ""
}

// skipped reports whether a directory of that name is hidden or has dependencies.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor"
}

func typeName(m fs.FileMode) string {
	if m&fs.ModeSymlink != 0 {
		return "a link"
	}
	return "no regular file"
}

// mayBe reports whether a file of that name may be something to check.
func mayBe(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template", ".cfn", ".cform":
		return true
	}
	return false
}
