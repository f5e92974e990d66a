package tfplan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// A ReadError reports a file that is no plan, or one that cannot be read.
type ReadError struct {
	File string
	Line int // from 1; 0 if no line is to blame
	Got  string
	Want string // may be empty
}

// Error returns one line: plan "file" line n: got, want.
func (e *ReadError) Error() string {
	s := fmt.Sprintf("plan %q: ", e.File)
	if e.Line > 0 {
		s = fmt.Sprintf("plan %q line %d: ", e.File, e.Line)
	}
	s += e.Got
	if e.Want != "" {
		s += ", want " + e.Want
	}
	return s
}

// jsonError returns what is wrong with the JSON of a plan, with its line.
func jsonError(file string, data []byte, err error) error {
	e := &ReadError{File: file, Got: err.Error(), Want: "the output of terraform show -json"}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	if offset >= 0 && offset <= int64(len(data)) {
		e.Line = 1 + bytes.Count(data[:offset], []byte("\n"))
	}
	return e
}
