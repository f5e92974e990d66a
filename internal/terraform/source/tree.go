package source

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// A Tree is a configuration that is not in a folder: its files by their path, with slashes, relative to the root module's folder.
type Tree struct {
	Name    string // of what holds the files, in messages
	Files   map[string][]byte
	Modules map[string]string // the folders of modules, by the path of their call, such as "a.b"
}

// names returns the names of the files in a folder.
func (rd *reader) names(dir string) ([]string, error) {
	var all []string
	if rd.tree != nil {
		for file := range rd.tree.Files {
			if path.Dir(file) == rd.inTree(dir) {
				all = append(all, path.Base(file))
			}
		}
		if all == nil {
			return nil, &fs.PathError{Op: "open", Path: dir, Err: fs.ErrNotExist}
		}
		return all, nil
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all, err
}

// content returns the content of a file.
func (rd *reader) content(file string) ([]byte, error) {
	if data, ok := rd.changed[file]; ok {
		return data, value.CheckSize(file, int64(len(data)), MaxFileSize)
	}
	if rd.tree == nil {
		return value.ReadFile(file, file, MaxFileSize)
	}
	data, ok := rd.tree.Files[rd.inTree(file)]
	if !ok {
		return nil, &value.Error{File: file, What: "file", Got: "it is not in " + rd.tree.Name, Cause: fs.ErrNotExist}
	}
	return data, value.CheckSize(file, int64(len(data)), MaxFileSize)
}

// hasFolder reports whether there is a folder.
func (rd *reader) hasFolder(dir string) bool {
	if rd.tree == nil {
		info, err := os.Stat(dir)
		return err == nil && info.IsDir()
	}
	_, err := rd.names(dir)
	return err == nil
}

// inTree returns a path as the tree has it.
func (rd *reader) inTree(p string) string {
	return strings.TrimPrefix(filepath.ToSlash(filepath.Clean(p)), "./")
}
