package value

import (
	"io/fs"
	"os"
	"path/filepath"
)

// ReplaceFile writes a file as a whole: whatever happens, it holds what it held before, or data.
func ReplaceFile(path string, data []byte, mode fs.FileMode) error {
	temporary, err := WriteTemporary(filepath.Dir(path), data, mode)
	if err != nil {
		return err
	}
	defer os.Remove(temporary) // in vain once it is renamed
	return os.Rename(temporary, path)
}

// WriteTemporary writes data under a temporary name in a folder, and returns the path, which may then be renamed. If it fails, nothing is
// left.
func WriteTemporary(folder string, data []byte, mode fs.FileMode) (path string, err error) {
	t, err := os.CreateTemp(folder, ".hopgrant-*")
	if err != nil {
		return "", err
	}
	if err := fill(t, data, mode); err != nil {
		os.Remove(t.Name())
		return "", err
	}
	return t.Name(), nil
}

// fill writes a temporary file to the disk.
func fill(t *os.File, text []byte, mode fs.FileMode) error {
	_, err := t.Write(text)
	if err == nil {
		err = t.Chmod(mode.Perm())
	}
	if err == nil {
		err = t.Sync()
	}
	if closed := t.Close(); err == nil {
		err = closed
	}
	return err
}
