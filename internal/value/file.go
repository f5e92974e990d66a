package value

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf16"
)

// ReadFile reads a regular file of at most so many bytes; shown is its name in errors. The error is an [*Error].
func ReadFile(path, shown string, most int64) ([]byte, error) {
	f, err := open(path)
	return read(f, err, shown, most)
}

// ReadFileIn reads as [ReadFile] does a file in a folder or below it, also after all links are followed; path begins with that
// of the folder.
func ReadFileIn(folder, path, shown string, most int64) ([]byte, error) {
	f, err := openIn(folder, path)
	return read(f, err, shown, most)
}

// Beginning returns the first 64 KiB of a regular file, and its size.
func Beginning(path string) ([]byte, int64) {
	f, err := open(path)
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0
	}
	head, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil, 0
	}
	return head, info.Size()
}

// UTF8 returns text without a byte order mark. Text in UTF-16, as PowerShell writes it, is converted by its mark.
//
// [about_Character_Encoding]
//
// [about_Character_Encoding]: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
func UTF8(data []byte) []byte {
	order := binary.ByteOrder(binary.LittleEndian)
	switch {
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	case !bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	units := make([]uint16, (len(data)-2)/2)
	for i := range units {
		units[i] = order.Uint16(data[2+2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// CheckOpen returns an error if a file cannot be opened for reading; shown is its name in the error, an [*Error].
func CheckOpen(path, shown string) error {
	f, err := open(path)
	if err != nil {
		return fileError(shown, err)
	}
	return f.Close()
}

func open(path string) (*os.File, error) { return os.OpenFile(path, readOnly, 0) }

func openIn(folder, path string) (*os.File, error) {
	within, err := filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(within) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("it is outside of the folder that was given")}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.OpenFile(within, readOnly, 0)
}

func read(f *os.File, err error, shown string, most int64) ([]byte, error) {
	if err != nil {
		return nil, fileError(shown, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(shown, err)
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{File: shown, What: "file", Got: "it is no regular file", Cause: ErrNotRegular}
	}
	if err := CheckSize(shown, info.Size(), most); err != nil {
		return nil, err
	}
	// With that much room the end is found without growing.
	data := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := data.ReadFrom(io.LimitReader(f, most+1)); err != nil {
		return nil, fileError(shown, err)
	}
	if err := CheckSize(shown, int64(data.Len()), most); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

func fileError(shown string, err error) error {
	cause := err
	var p *fs.PathError
	if errors.As(err, &p) {
		cause = p.Err
	}
	return &Error{File: shown, What: "file", Got: cause.Error(), Cause: err}
}

// CheckSize returns an error if a file of that size in bytes is too large.
func CheckSize(shown string, size, most int64) error {
	if size <= most {
		return nil
	}
	return &Error{File: shown, What: "file", Got: fmt.Sprintf("it has %d bytes", size), Want: fmt.Sprintf("at most %d", most), Cause: ErrTooLarge}
}

// RealPath returns what a path is from the root, after all links of a file that exists.
func RealPath(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return path
}
