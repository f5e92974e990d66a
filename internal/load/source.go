package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// inputs are what directories may have, for errors.
const inputs = "templates, cloud assemblies, Terraform sources or plans (terraform show -json), or a fanout.yaml"

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// sources returns the files among paths, and what is in the directories.
func sources(paths []string, o Options) (found []source, errs []error) {
	for _, p := range paths {
		if p == Stdin {
			found = append(found, o.stdin())
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			errs = append(errs, pathError(p, err))
			continue
		}
		if o.excludes(value.RealPath(p), info.IsDir()) {
			o.skip(p, Excluded)
			continue
		}
		if !info.IsDir() {
			if terraform.IsSource(filepath.Base(p)) {
				p = filepath.Dir(p) // Terraform reads all of a folder
			}
			found = append(found, source{path: p, given: true, named: (len(paths) == 1 || !info.Mode().IsRegular()) && !o.Lenient})
			continue
		}
		if k, ok := cfn.Detect(p); ok && k == "cdk" {
			found = append(found, source{path: p, root: p, named: true})
			continue
		}
		inside, err := search(p, o)
		if err != nil {
			errs = append(errs, err)
		}
		found = append(found, inside...)
	}
	return found, errs
}

// once leaves out the sources that are there before, whatever their paths are spelled like, and returns the folders that they were found in.
func once(found []source) (left []source, again map[string]bool) {
	seen, again := map[string]bool{}, map[string]bool{}
	left = slices.DeleteFunc(found, func(s source) bool {
		real := value.RealPath(s.path)
		if s.stdin {
			real = Stdin
		}
		if seen[real] {
			again[s.root] = true
			return true
		}
		seen[real] = true
		return false
	})
	return left, again
}

func pathError(path string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return &policygen.InputError{What: "path", Value: path, Got: err.Error(), Want: "a file or directory"}
}

// A source is one file, or the directory of a cloud assembly.
type source struct {
	path  string
	root  string // the directory that the user named, in which the source was found
	given bool   // the user named the file
	named bool   // the user named the source alone, so it must be something to check
	stdin bool   // it is the standard input
}
