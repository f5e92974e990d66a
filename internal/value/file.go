package value

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ReadFile reads a regular file of at most so many bytes; shown is its name in errors. The error is an [*Error].
func ReadFile(path, shown string, most int64) ([]byte, error) {
	bad := func(err error) error {
		cause := err
		var p *fs.PathError
		if errors.As(err, &p) {
			cause = p.Err
		}
		return &Error{File: shown, What: "file", Got: cause.Error(), Cause: err}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bad(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, bad(err)
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{File: shown, What: "file", Got: "it is no regular file", Cause: ErrShape}
	}
	if err := CheckSize(shown, info.Size(), most); err != nil {
		return nil, err
	}
	// With that much room the end is found without growing.
	data := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := data.ReadFrom(io.LimitReader(f, most+1)); err != nil {
		return nil, bad(err)
	}
	if err := CheckSize(shown, int64(data.Len()), most); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// CheckSize returns an error if a file of that size in bytes is too large.
func CheckSize(shown string, size, most int64) error {
	if size <= most {
		return nil
	}
	return &Error{File: shown, What: "file", Got: fmt.Sprintf("it has %d bytes", size), Want: fmt.Sprintf("at most %d", most), Cause: ErrTooLarge}
}
