package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/value"
)

// writeFiles writes the files into a directory, which it makes if necessary, and prints their paths. Without force it writes
// nothing at all if a file exists. A file appears whole or not at all: it is written under a temporary name and then renamed.
func (c *Command) writeFiles(dir string, files []snippet.File, force bool) error {
	if !force {
		if err := refuseOverwriting(dir, files); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("--output-dir %q: %w", dir, cause(err))
	}
	temporary := make([]string, 0, len(files))
	defer func() {
		for _, t := range temporary {
			os.Remove(t)
		}
	}()
	for _, f := range files {
		t, err := value.WriteTemporary(dir, f.Content, 0o644)
		if err != nil {
			return failed(fmt.Errorf("file %q: %w", filepath.Join(dir, f.Name), cause(err)))
		}
		temporary = append(temporary, t)
	}
	var names bytes.Buffer
	for i, f := range files {
		path := filepath.Join(dir, f.Name)
		if err := os.Rename(temporary[i], path); err != nil {
			return failed(fmt.Errorf("file %q: %w", path, cause(err)))
		}
		fmt.Fprintln(&names, path)
	}
	return c.write(names.Bytes())
}

func refuseOverwriting(dir string, files []snippet.File) error {
	var errs []error
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if _, err := os.Lstat(path); err == nil {
			errs = append(errs, fmt.Errorf("file %q: it exists, want another --output-dir, or --force", path))
		}
	}
	return errors.Join(errs...)
}

// cause returns the operating system's error without the path.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	var linkErr *os.LinkError
	if errors.As(err, &linkErr) {
		return linkErr.Err
	}
	return err
}
