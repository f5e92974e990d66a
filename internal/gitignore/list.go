package gitignore

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// FileName is the name of the files that Git reads.
const FileName = ".gitignore"

// MaxSize is the size in bytes of the largest file that is read.
const MaxSize = 1 << 20

// A List is the patterns of one file, or others that count from one folder.
type List struct {
	folder   string // as it is from the root
	patterns []*pattern
}

// New returns the list of patterns that count from a folder. Errors join one for each that no path matches.
func New(folder string, lines ...string) (*List, error) {
	l := &List{folder: value.RealPath(folder)}
	var errs []error
	for _, line := range lines {
		p, err := parse(line)
		switch {
		case err != nil:
			errs = append(errs, &value.Error{What: "pattern", Value: line, Got: "it matches nothing", Want: "a pattern as in " + FileName, Cause: err})
		case p != nil:
			l.patterns = append(l.patterns, p)
		}
	}
	return l, errors.Join(errs...)
}

// Read reads the .gitignore of a folder. It returns nil if there is none. As in Git, a pattern that matches nothing is no error.
func Read(folder string) (*List, error) {
	path := filepath.Join(folder, FileName)
	data, err := value.ReadFile(path, path, MaxSize)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, value.ErrNotRegular) {
		return nil, nil // Git passes over a folder of that name too
	} else if err != nil {
		return nil, err
	}
	l, _ := New(folder, strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")...)
	return l, nil
}

// Names reports whether the list says of a file or folder that it is ignored, or that it is not; said is false if it says nothing.
// The path is as it is from the root. The last pattern that matches decides. Names notes that it did, so that it is not for several
// goroutines at once.
func (l *List) Names(path string, folder bool) (ignored, said bool) {
	if l == nil {
		return false, false
	}
	inside, err := filepath.Rel(l.folder, path)
	if err != nil || inside == "." || !filepath.IsLocal(inside) {
		return false, false
	}
	inside = filepath.ToSlash(inside)
	for i := len(l.patterns) - 1; i >= 0; i-- {
		if p := l.patterns[i]; (folder || !p.folders) && p.path.MatchString(inside) {
			p.used = true
			return !p.not, true
		}
	}
	return false, false
}

// Excludes reports whether the list ignores a file or folder, or a folder that it is in.
func (l *List) Excludes(path string, folder bool) bool {
	if l == nil || len(l.patterns) == 0 {
		return false
	}
	for p := filepath.Dir(path); len(p) > len(l.folder); p = filepath.Dir(p) {
		if ignored, _ := l.Names(p, true); ignored {
			return true
		}
	}
	ignored, _ := l.Names(path, folder)
	return ignored
}

// Unused returns the patterns that have named nothing so far.
func (l *List) Unused() []string {
	var all []string
	for _, p := range l.patterns {
		if !p.used {
			all = append(all, p.line)
		}
	}
	return all
}

// IsRepository reports whether a folder is that of a repository: it has .git.
func IsRepository(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, ".git"))
	return err == nil
}

// A Tree is the lists that count in a folder: its own and those of the folders above, up to that of the repository.
type Tree struct {
	own   *List
	above *Tree
}

// Above returns the lists that count in a folder before its own: those of the folders above within its repository. There are none if
// the folder is in no repository, or if they ignore the folder itself.
func Above(folder string) (*Tree, error) {
	folder = value.RealPath(folder)
	var folders []string // from the folder's parent to the repository
	for at := folder; ; at = filepath.Dir(at) {
		if IsRepository(at) {
			break
		}
		if at == filepath.Dir(at) {
			return nil, nil
		}
		folders = append(folders, filepath.Dir(at))
	}
	var t *Tree
	for i := len(folders) - 1; i >= 0; i-- {
		below := folder
		if i > 0 {
			below = folders[i-1]
		}
		var err error
		if t, err = t.With(folders[i]); err != nil {
			return nil, err
		}
		if t.Ignores(below, true) {
			return nil, nil
		}
	}
	return t, nil
}

// With returns the lists that count in a folder whose parent has t.
func (t *Tree) With(folder string) (*Tree, error) {
	own, err := Read(folder)
	if own == nil {
		return t, err
	}
	return &Tree{own, t}, nil
}

// Ignores reports whether a file or folder is ignored, if the folder that it is in is not. The path is as it is from the root.
func (t *Tree) Ignores(path string, folder bool) bool {
	for ; t != nil; t = t.above {
		if ignored, said := t.own.Names(path, folder); said {
			return ignored
		}
	}
	return false
}
