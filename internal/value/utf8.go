package value

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// byteOrderMark may stand before a text in UTF-8; it is no part of the text.
const byteOrderMark = "\ufeff"

// UTF16 reports whether data begins with a byte order mark of UTF-16.
func UTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})
}

// CheckUTF8 returns an error for the first byte of data that is not UTF-8, which means one thing here and another elsewhere.
func CheckUTF8(file string, data []byte) *Error {
	if utf8.Valid(data) {
		return nil
	}
	e := &Error{File: file, What: "byte", Got: "it is not valid UTF-8", Want: "UTF-8 text", Cause: ErrSyntax}
	if UTF16(data) {
		e.Fix = fmt.Sprintf("the %s looks like UTF-16, save it as UTF-8", whole(file))
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	at := Place{1, 1}
	for {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size <= 1 {
			e.Value = fmt.Sprintf("0x%02x", data[0])
			return e.In(at)
		}
		at.Column++
		if r == '\n' {
			at = Place{at.Line + 1, 1}
		}
		data = data[size:]
	}
}

// LooksLikeJSON reports whether data begins like a JSON object or list rather than YAML.
func LooksLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte(byteOrderMark)), " \t\r\n")
	return len(data) > 0 && data[0] == '{'
}
