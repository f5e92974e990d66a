package value

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// invalidUTF8 returns an error for data that is no UTF-8 text; YAML files may also be UTF-16 with a byte order mark.
func CheckUTF8(name string, data []byte) error {
	if utf8.Valid(data) || bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil
	}
	line, start := 1, 0
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return &Error{File: name, Line: line, Column: utf8.RuneCount(data[start:i]) + 1, What: "byte", Value: fmt.Sprintf("0x%02x", data[i]),
				Got: "it is not valid UTF-8", Want: "UTF-8 text", Cause: ErrSyntax}
		}
		if data[i] == '\n' {
			line, start = line+1, i+1
		}
		i += size
	}
	return nil
}
