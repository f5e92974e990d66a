package cli

import (
	"fmt"
	"io"
	"os"
)

// maxInput is the most that is read of one file, in bytes. Everything larger is no document of ours.
const maxInput = 64 << 20

// readInput returns the content of a file, or of stdin for "-". A file that is not there, cannot be read or is larger than
// [maxInput] is bad input; an error while reading is a failure.
func (c *Command) readInput(path string) ([]byte, error) {
	if path == "-" {
		return readAll("stdin", c.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("file %q: it is a directory, want a file", path)
	}
	return readAll(path, f)
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

// fileError says what is wrong with a file, without the name of the system call.
func fileError(path string, err error) error { return fmt.Errorf("file %q: %w", path, cause(err)) }
