package mend

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Write writes the changed files. A file is replaced as a whole, by a file that is complete, so that whatever happens it is the old
// one or the new one. Its mode is kept. A file that has changed since it was read is left alone, and so is one behind a link that
// leaves its folder. The error says which file is not written; those before it, in the order of [Files.Paths], are.
func (fs *Files) Write() error {
	content := fs.Content()
	for _, path := range fs.Paths() {
		if err := replaceFile(path, fs.original[path], content[path]); err != nil {
			return fmt.Errorf("file %q: %w", path, err)
		}
	}
	return nil
}

func replaceFile(path string, old, new []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return err
	}
	if inside, err := filepath.Rel(folder, target); err != nil || !filepath.IsLocal(inside) {
		return fmt.Errorf("it is a link to %q, want that file itself", target)
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	temporary, err := value.WriteTemporary(filepath.Dir(target), new, info.Mode())
	if err != nil {
		return err
	}
	defer os.Remove(temporary) // in vain once it is renamed
	if now, err := os.ReadFile(target); err != nil || !bytes.Equal(now, old) {
		return fmt.Errorf("it has changed since it was read, want another try")
	}
	return os.Rename(temporary, target)
}
