package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/hopgrant/hopgrant/internal/value"
)

// maxRequest is the size in bytes of the largest request on a line. Policies are far smaller.
const maxRequest = 16 << 20

// A requestReader reads requests from the lines of its input, or from the items of one JSON array.
type requestReader struct {
	name string // of the input in errors
	in   *bufio.Reader
}

func newRequestReader(name string, r io.Reader) *requestReader {
	return &requestReader{name: name, in: bufio.NewReaderSize(r, 1<<16)}
}

// idle reports whether reading the next request would wait for input.
func (r *requestReader) idle() bool { return r.in.Buffered() == 0 }

// each calls f with every request, and what is wrong with its JSON, until f returns false. It calls quick first, with the text,
// and f only if quick returns false. The error is for the input as a whole: an array whose JSON is broken, or what failed.
func (r *requestReader) each(quick func([]byte) bool, f func(value.Value, value.Problems) bool) error {
	before, array, err := r.start()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return r.failed(err)
	case array:
		data, err := readAll(r.name, r.in)
		if err != nil {
			return err
		}
		return value.EachItem(r.name, append(before, data...), quick, f)
	}
	line := 1 + bytes.Count(before, []byte("\n"))
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	for ; ; line++ {
		text, err := r.readLine()
		if before != nil {
			text, before = append(before, text...), nil
		}
		more := true
		switch {
		case errors.Is(err, value.ErrTooLarge):
			more = f(value.Value{}, value.Problems{{File: r.name, Line: line, What: "request", Got: fmt.Sprintf("it is larger than %d MB", maxRequest>>20), Want: "a smaller one"}})
		case err != nil && !errors.Is(err, io.EOF):
			return r.failed(err)
		case len(bytes.TrimSpace(text)) == 0:
		case !quick(text):
			more = f(value.ReadJSONLine(r.name, line, "request", bytes.TrimRight(text, "\r\n")))
		}
		if errors.Is(err, io.EOF) || !more {
			return nil
		}
	}
}

func (r *requestReader) failed(err error) error {
	return failed(fmt.Errorf("%s: reading failed: %w", r.name, err))
}

// start reads a byte order mark and white space, and returns them and whether an array follows.
func (r *requestReader) start() (before []byte, array bool, err error) {
	if bom, err := r.in.Peek(3); err == nil && string(bom) == "\ufeff" {
		before = append(before, bom...)
		_, _ = r.in.Discard(3)
	}
	for {
		b, err := r.in.ReadByte()
		if err != nil {
			return nil, false, err
		}
		if bytes.IndexByte([]byte(" \t\r\n"), b) < 0 {
			return before, b == '[', r.in.UnreadByte()
		}
		before = append(before, b)
	}
}

// readLine returns the next line, which is valid until the next call. The error is [value.ErrTooLarge] for one that is too
// long; at the end of the input, it is io.EOF together with the last line.
func (r *requestReader) readLine() ([]byte, error) {
	text, err := r.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return text, err
	}
	long := bytes.Clone(text)
	tooLong := false
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = r.in.ReadSlice('\n')
		if tooLong = tooLong || len(long)+len(text) > maxRequest; !tooLong {
			long = append(long, text...)
		}
	}
	if tooLong && err == nil {
		err = value.ErrTooLarge
	} else if tooLong && errors.Is(err, io.EOF) {
		err = errors.Join(value.ErrTooLarge, io.EOF)
	}
	return long, err
}
