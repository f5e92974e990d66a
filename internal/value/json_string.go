package value

import (
	"unicode/utf16"
	"unicode/utf8"
)

// plain tells the characters of ASCII that a string holds as they are.
var plain = func() (all [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		all[c] = c != '"' && c != '\\'
	}
	return all
}()

// string reads from quote to quote.
func (r *jsonReader) string() string {
	at := r.here()
	start := r.off + 1
	for i := start; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case plain[c]:
		case c == '"':
			r.off = i + 1
			return r.s[start:i]
		case c == '\\':
			return r.escaped(at, start, i)
		case c < 0x20:
			r.control(at, i)
		case c >= utf8.RuneSelf && !utf8.RuneStart(c):
			r.following++
		}
	}
	r.unclosed(at)
	return ""
}

// unclosed fails at the end of the text, within the string that begins at a place.
func (r *jsonReader) unclosed(at Place) {
	r.off = len(r.s)
	r.fail(&Error{What: r.what, Got: "it ends within the string that begins at " + at.String(), Want: `"\""`})
}

// control fails at a control character in the string that begins at a place.
func (r *jsonReader) control(at Place, i int) {
	r.off = i
	fix := ""
	if r.s[i] == '\n' || r.s[i] == '\r' {
		fix = "close the string that begins at " + at.String()
	}
	r.unexpected("a string cannot hold it as it is", `an escape such as \n`, fix)
}

// escapes are the characters that may follow a backslash, apart from u.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads the rest of a string that begins at start and has its first escape at i.
func (r *jsonReader) escaped(at Place, start, i int) string {
	b := append(make([]byte, 0, 2*(i-start)+32), r.s[start:i]...)
	for i < len(r.s) {
		switch c := r.s[i]; {
		case c == '"':
			r.off = i + 1
			return string(b)
		case c < 0x20:
			r.control(at, i)
		case c == '\\':
			u, size := r.escape(i)
			b = utf8.AppendRune(b, u)
			i += size
		default:
			if c >= utf8.RuneSelf && !utf8.RuneStart(c) {
				r.following++
			}
			b = append(b, c)
			i++
		}
	}
	r.unclosed(at)
	return ""
}

// escape returns what the escape at i stands for, and its length: that of both halves of a surrogate pair.
func (r *jsonReader) escape(i int) (c rune, size int) {
	if i+1 < len(r.s) {
		if e, ok := escapes[r.s[i+1]]; ok {
			return rune(e), 2
		}
	}
	u, ok := hex4(r.s, i)
	if !ok {
		r.off = i
		_, after := utf8.DecodeRuneInString(r.s[i+1:])
		r.fail(&Error{What: "escape", Value: r.s[i : i+1+after], Got: "JSON has no such escape",
			Want: `one of \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits`})
	}
	if !utf16.IsSurrogate(u) {
		return u, 6
	}
	low, _ := hex4(r.s, i+6)
	pair := utf16.DecodeRune(u, low)
	if pair == utf8.RuneError {
		r.off = i
		r.fail(&Error{What: "escape", Value: r.s[i : i+6], Got: "it is half of a surrogate pair", Want: "both halves"})
	}
	return pair, 12
}

// hex4 returns the code of the \u escape at i.
func hex4(s string, i int) (rune, bool) {
	if i+6 > len(s) || s[i] != '\\' || s[i+1] != 'u' {
		return 0, false
	}
	var v rune
	for _, c := range []byte(s[i+2 : i+6]) {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
