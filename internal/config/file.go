// Package config reads .hopgrant.yaml, which holds for a repository what would else be given as flags of hopgrant check and explain.
// docs/config.md describes it.
package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/gitignore"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Name is the name of the file.
const Name = ".hopgrant.yaml"

// A File is what one file says, with the places of its values. What it does not say is empty.
type File struct {
	Path string // as errors name it

	FailOn, Severity           Setting
	Account, Region, StackName Setting
	Baseline                   Setting   // a path, from the file's folder
	Exclude                    []Setting // patterns of gitignore(5), from the file's folder
	VarFiles                   []Setting // paths, from the file's folder
	Parameters, Variables      []Named
	Rules                      []Rule
}

// A Setting is one value.
type Setting struct {
	Value string
	At    value.Place
}

// A Named is the value of a parameter or variable.
type Named struct {
	Name string
	Setting
}

// A Rule is what the file says about one rule.
type Rule struct {
	ID       string
	Off      bool
	Severity check.Severity // empty if it is off
	Reason   string
	At       value.Place
}

// Folder returns the folder from which the file's paths and patterns count.
func (f *File) Folder() string { return filepath.Dir(f.Path) }

// From returns a path of the file as one from the working directory.
func (f *File) From(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.Folder(), path)
}

// Error returns an error about a setting of the file.
func (f *File) Error(at value.Place, err error) error {
	return (&value.Error{File: f.Path, Cause: err}).In(at)
}

// Find returns the path of the file that holds for a path: the nearest in its folder and the folders above, up to that of the
// repository; "" if there is none.
func Find(path string) (string, error) {
	folder, up := path, ""
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		folder = filepath.Dir(path)
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for {
		file := filepath.Join(folder, up, Name)
		switch _, err := os.Stat(file); {
		case err == nil:
			return file, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		if gitignore.IsRepository(absolute) {
			return "", nil
		}
		above := filepath.Dir(absolute)
		if above == absolute {
			return "", nil
		}
		absolute, up = above, filepath.Join(up, "..")
	}
}
