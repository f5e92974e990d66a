package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/config"
	"github.com/hopgrant/hopgrant/internal/gitignore"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A Skip is why a file or folder is not read.
type Skip int

// The reasons.
const (
	NothingToCheck Skip = iota // it is no input
	Ignored                    // a .gitignore names it
	Excluded                   // [Options.Exclude] names it
)

// A walk is the search of one folder for something to check.
type walk struct {
	Options
	root, real     string // the folder, as the user spells it and as it is from the root
	found          []source
	configurations map[string]bool            // folders with Terraform sources
	ignored        map[string]*gitignore.Tree // the .gitignore files that count in a folder
	errs           []error
}

// search returns the files in a directory whose names may be those of something to check, and the cloud assemblies, which it
// does not enter. It skips links, hidden directories, dependencies, and what .gitignore files or the options name; a cloud assembly
// is read though it is ignored, because it is built and never committed. The error joins those of the directories that cannot be read.
func search(root string, o Options) ([]source, error) {
	w := walk{Options: o, root: root, real: value.RealPath(root), configurations: map[string]bool{}, ignored: map[string]*gitignore.Tree{}}
	above, err := gitignore.Above(root)
	if err != nil {
		w.errs = append(w.errs, err)
	}
	w.ignored[filepath.Dir(w.real)] = above
	// The function returns no error but SkipDir, and neither does WalkDir.
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			w.errs = append(w.errs, pathError(path, err))
			return fs.SkipDir
		}
		if d.IsDir() {
			return w.folder(path, d)
		}
		w.file(path, d)
		return nil
	})
	return withoutCalled(w.found, w.configurations, root), errors.Join(w.errs...)
}

// from returns a path of the walk as it is from the root.
func (w *walk) from(path string) string {
	if inside, err := filepath.Rel(w.root, path); err == nil {
		return filepath.Join(w.real, inside)
	}
	return path
}

// folder returns [fs.SkipDir] unless the folder is to be entered.
func (w *walk) folder(path string, d fs.DirEntry) error {
	if path != w.root && skipped(path, d.Name()) {
		return fs.SkipDir
	}
	real := w.from(path)
	tree := w.ignored[filepath.Dir(real)]
	k, ok := cfn.Detect(path)
	switch assembly := ok && k == "cdk"; {
	case path != w.root && w.excludes(real, true):
		w.skip(path, Excluded)
		return fs.SkipDir
	case assembly:
		w.found = append(w.found, source{path: path, root: w.root})
		return fs.SkipDir
	case path != w.root && tree.Ignores(real, true):
		w.skip(path, Ignored)
		return fs.SkipDir
	}
	tree, err := tree.With(path)
	if err != nil {
		w.errs = append(w.errs, err)
	}
	w.ignored[real] = tree
	return nil
}

func (w *walk) file(path string, d fs.DirEntry) {
	if d.Name() == config.Name {
		return
	}
	configuration := terraform.IsSource(d.Name())
	if !configuration && !mayBe(d.Name()) && !leadsToDirectory(path, d) {
		return
	}
	switch real := w.from(path); {
	case w.excludes(real, false):
		w.skip(path, Excluded)
	case w.ignored[filepath.Dir(real)].Ignores(real, false):
		w.skip(path, Ignored)
	case configuration:
		// Terraform follows links to sources.
		if folder := filepath.Dir(path); !w.configurations[folder] {
			w.configurations[folder] = true
			w.found = append(w.found, source{path: folder, root: w.root})
		}
	case d.Type().IsRegular():
		w.found = append(w.found, source{path: path, root: w.root})
	case w.LeftOut != nil:
		w.LeftOut(path, "it is "+typeName(d.Type())+", and only the folder's own files are read")
	}
}

// excludes reports whether the options leave out a file or folder, whose path is as it is from the root.
func (o *Options) excludes(real string, folder bool) bool {
	return slices.ContainsFunc(o.Exclude, func(l *gitignore.List) bool { return l.Excludes(real, folder) })
}

func (o *Options) skip(path string, why Skip) {
	if o.Skipped != nil {
		o.Skipped(path, why)
	}
}

// leadsToDirectory reports whether a file is a link to a directory, which may have something to check in it.
func leadsToDirectory(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 || skipped(path, d.Name()) {
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

// skipped reports whether a directory is hidden, has dependencies, such as a virtual environment of Python, or is an asset of a cloud
// assembly.
//
// [Virtual environments]: https://docs.python.org/3/library/venv.html
func skipped(path, name string) bool {
	if strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor" || asset.MatchString(name) {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "pyvenv.cfg"))
	return err == nil
}

// asset is the name of a directory into which the CDK copies an asset: its hash, which is SHA-256.
var asset = regexp.MustCompile(`^asset\.[0-9a-f]{64}$`)

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
