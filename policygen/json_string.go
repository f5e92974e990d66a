package policygen

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes are the characters that may follow a backslash, apart from u.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// string reads a JSON string, from quote to quote, and returns its value.
func (s *scanner) string() (string, error) {
	start := s.here()
	s.off++
	var b []byte
	for s.off < len(s.data) {
		switch c := s.data[s.off]; {
		case c == '"':
			s.off++
			return string(b), nil
		case c == '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		case c < 0x20:
			fix := ""
			if c == '\n' || c == '\r' {
				fix = "close the string that begins at " + start.String()
			}
			return "", s.unexpected("a string cannot hold it as it is", "an escape such as \\n", fix)
		default:
			r, size := utf8.DecodeRune(s.data[s.off:])
			if r == utf8.RuneError && size == 1 {
				return "", s.invalidUTF8()
			}
			b = append(b, s.data[s.off:s.off+size]...)
			s.off += size
		}
	}
	return "", s.fail("document", "", "it ends within the string that begins at "+start.String(), `"\""`, "")
}

// escape reads an escape sequence, or the two of a surrogate pair.
func (s *scanner) escape() (rune, error) {
	if s.off+1 < len(s.data) {
		if r, ok := escapes[s.data[s.off+1]]; ok {
			s.off += 2
			return rune(r), nil
		}
	}
	r, ok := s.hex(s.off)
	if !ok {
		end := min(s.off+2, len(s.data))
		for end < len(s.data) && !utf8.RuneStart(s.data[end]) {
			end++
		}
		return 0, s.fail("escape", string(s.data[s.off:end]), "JSON has no such escape", `one of \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits`, "")
	}
	if !utf16.IsSurrogate(r) {
		s.off += 6
		return r, nil
	}
	low, ok := s.hex(s.off + 6)
	pair := utf16.DecodeRune(r, low)
	if !ok || pair == utf8.RuneError {
		return 0, s.fail("escape", string(s.data[s.off:s.off+6]), "it is half of a surrogate pair", "both halves", "")
	}
	s.off += 12
	return pair, nil
}

// hex returns the code of the \u escape at off.
func (s *scanner) hex(off int) (rune, bool) {
	if off+6 > len(s.data) || s.data[off] != '\\' || s.data[off+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(s.data[off+2:off+6]), 16, 16)
	return rune(v), err == nil
}
