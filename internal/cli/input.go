package cli

import (
	"fmt"
	"io"
	"os"
)

// maxInput is the size in bytes of the largest file that is read. Documents are far smaller.
const maxInput = 64 << 20

// readInput returns the content of a file, or of stdin for "-". A file that does not exist, cannot be opened or is larger than
// [maxInput] is bad input; an error while reading is a failure.
func (c *Command) readInput(path string) ([]byte, error) {
	r, err := c.openInput(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readAll(inputName(path), r)
}

func readAll(name string, r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		return nil, failed(fileError(name, err))
	case len(b) > maxInput:
		return nil, fmt.Errorf("file %q: it is larger than %d MB, want a smaller one", name, maxInput>>20)
	}
	return b, nil
}

// openInput opens a file, or stdin for "-".
func (c *Command) openInput(path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(c.Stdin), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("file %q: it is a directory, want a file", path)
	}
	return f, nil
}

// inputName returns how errors name an input.
func inputName(path string) string {
	if path == "-" {
		return "stdin"
	}
	return path
}

// fileError returns an error about a file, without the name of the system call.
func fileError(path string, err error) error { return fmt.Errorf("file %q: %w", path, cause(err)) }
