package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxRequest is the size in bytes of the largest request. Policies are far smaller.
const maxRequest = 16 << 20

// A requestReader reads requests from the lines of its input, or from the elements of one JSON array.
type requestReader struct {
	in      *bufio.Reader
	line    int // of the last byte read, from 1
	started bool
	array   *json.Decoder // if the input is an array
	counter *lineCounter
	done    bool
}

// brokenInput is an error in one request.
type brokenInput struct{ error }

func newRequestReader(r io.Reader) *requestReader {
	return &requestReader{in: bufio.NewReaderSize(r, 1<<16), line: 1}
}

// idle reports whether reading the next request would wait for input.
func (r *requestReader) idle() bool { return r.in.Buffered() == 0 }

// next returns the JSON of the next request and its line. Its error is a [*brokenInput] if reading can continue, and io.EOF at
// the end.
func (r *requestReader) next() (raw []byte, line int, err error) {
	if r.done {
		return nil, r.line, io.EOF
	}
	if !r.started {
		if err := r.start(); err != nil {
			return nil, r.line, err
		}
	}
	if r.array != nil {
		return r.nextElement()
	}
	return r.nextLine()
}

// start skips white space and a byte order mark, and finds out whether the input is an array.
func (r *requestReader) start() error {
	r.started = true
	if bom, err := r.in.Peek(3); err == nil && string(bom) == "\ufeff" {
		_, _ = r.in.Discard(3)
	}
	for {
		b, err := r.in.ReadByte()
		if err != nil {
			return err
		}
		switch b {
		case '\n':
			r.line++
		case ' ', '\t', '\r':
		default:
			if err := r.in.UnreadByte(); err != nil {
				return err
			}
			if b == '[' {
				r.counter = &lineCounter{r: r.in, starts: []int64{0}, line: r.line}
				r.array = json.NewDecoder(r.counter)
				_, err := r.array.Token()
				return err
			}
			return nil
		}
	}
}

func (r *requestReader) nextLine() ([]byte, int, error) {
	for {
		line := r.line
		text, err := r.readLine()
		if errors.Is(err, io.EOF) {
			r.done = true
			err = nil
			if len(bytes.TrimSpace(text)) == 0 {
				return nil, line, io.EOF
			}
		}
		if err != nil {
			return nil, line, err
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if !utf8.Valid(text) {
			return nil, line, &brokenInput{errors.New("request: it is not valid UTF-8")}
		}
		return text, line, nil
	}
}

// readLine returns the next line, which is valid until the next call.
func (r *requestReader) readLine() ([]byte, error) {
	text, err := r.in.ReadSlice('\n')
	if err == nil {
		r.line++
		return text, nil
	}
	long := bytes.Clone(text)
	tooLong := false
	for errors.Is(err, bufio.ErrBufferFull) {
		text, err = r.in.ReadSlice('\n')
		if tooLong = tooLong || len(long)+len(text) > maxRequest; !tooLong {
			long = append(long, text...)
		}
	}
	if err == nil {
		r.line++
	}
	if tooLong && (err == nil || errors.Is(err, io.EOF)) {
		return nil, &brokenInput{fmt.Errorf("request: it is larger than %d MB, want a smaller one", maxRequest>>20)}
	}
	return long, err
}

func (r *requestReader) nextElement() ([]byte, int, error) {
	if !r.array.More() {
		r.done = true
		return nil, r.line, r.endArray()
	}
	var raw json.RawMessage
	err := r.array.Decode(&raw)
	if err != nil {
		r.done = true
		r.line = r.counter.at(r.array.InputOffset() + r.skipped())
		return nil, r.line, jsonError(err)
	}
	r.line = r.counter.at(r.array.InputOffset() - int64(len(raw)))
	switch {
	case !utf8.Valid(raw):
		return nil, r.line, &brokenInput{errors.New("request: it is not valid UTF-8")}
	case len(raw) > maxRequest:
		return nil, r.line, &brokenInput{fmt.Errorf("request: it is larger than %d MB, want a smaller one", maxRequest>>20)}
	}
	return raw, r.line, nil
}

// skipped returns the number of bytes of white space before the element that could not be read.
func (r *requestReader) skipped() int64 {
	in := bufio.NewReader(r.array.Buffered())
	for n := int64(0); ; n++ {
		if b, err := in.ReadByte(); err != nil || bytes.IndexByte([]byte(" \t\r\n,"), b) < 0 {
			return n
		}
	}
}

// endArray checks that the array is closed, and that nothing follows it.
func (r *requestReader) endArray() error {
	if _, err := r.array.Token(); err != nil {
		r.line = r.counter.at(r.array.InputOffset())
		return jsonError(err)
	}
	if _, err := r.array.Token(); !errors.Is(err, io.EOF) {
		r.line = r.counter.at(r.array.InputOffset())
		return &brokenInput{errors.New("input: there is something after the array, want nothing")}
	}
	return io.EOF
}

// jsonError returns an error of the JSON decoder as a [*brokenInput], and errors of reading as they are.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return &brokenInput{fmt.Errorf("request: it is not JSON: %w", err)}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &brokenInput{errors.New("request: the input ends within it")}
	}
	return err
}

// A lineCounter is a reader that remembers where lines start.
type lineCounter struct {
	r      io.Reader
	offset int64
	line   int     // of starts[0]
	starts []int64 // offsets of the starts of lines
}

// Read implements [io.Reader].
func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			c.starts = append(c.starts, c.offset+int64(i)+1)
		}
	}
	c.offset += int64(n)
	return n, err
}

// at returns the line of an offset, which must not be smaller than in an earlier call.
func (c *lineCounter) at(offset int64) int {
	for len(c.starts) > 1 && c.starts[1] <= offset {
		c.starts = c.starts[1:]
		c.line++
	}
	return c.line
}
