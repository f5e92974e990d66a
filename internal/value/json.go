package value

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep lists and objects may be nested. CDK output stays below 25.
const MaxDepth = 100

// A jsonReader reads JSON strictly into nodes whose strings share the file's memory. It is several times as fast as the
// YAML library, which could read JSON too.
type jsonReader struct {
	file string
	s    string
	off  int

	// For the column in characters: where the line begins, and how many bytes since are no first byte of a character.
	line      int32
	lineStart int
	following int
}

// readJSON returns data's only value; the error is a [*ReadError].
func ParseJSON(file string, data []byte) (n Value, err error) {
	r := &jsonReader{file: file, s: string(data), line: 1}
	defer func() {
		if e := recover(); e != nil {
			bad, ok := e.(*Error)
			if !ok {
				panic(e)
			}
			n, err = Value{}, bad
		}
	}()
	if strings.HasPrefix(r.s, "\ufeff") {
		r.off, r.lineStart = 3, 3
	}
	r.space()
	n = r.value(0)
	if r.space(); r.off < len(r.s) {
		r.unexpected("the file has ended before it", "nothing more")
	}
	return n, nil
}

func (r *jsonReader) here() Place {
	return Place{r.line, int32(r.off-r.lineStart-r.following) + 1}
}

// fail ends the reading; readJSON recovers it.
func (r *jsonReader) fail(at Place, cause error, what, value, got, want, fix string) {
	panic((&Error{File: r.file, What: what, Value: value, Got: got, Want: want, Fix: fix, Cause: cause}).In(at))
}

func (r *jsonReader) unexpected(got, want string) {
	if r.off >= len(r.s) {
		r.fail(r.here(), ErrSyntax, "file", "", "it ends too early", want, "")
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.off:])
	r.fail(r.here(), ErrSyntax, "character", string(c), got, want, "")
}

func (r *jsonReader) space() {
	for r.off < len(r.s) {
		switch r.s[r.off] {
		case '\n':
			r.line++
			r.lineStart, r.following = r.off+1, 0
		case ' ', '\t', '\r':
		default:
			return
		}
		r.off++
	}
}

func (r *jsonReader) value(depth int) Value {
	if r.off >= len(r.s) {
		r.unexpected("", "a value")
	}
	at := r.here()
	switch c := r.s[r.off]; {
	case c == '{' || c == '[':
		if depth == MaxDepth {
			r.fail(at, ErrTooDeep, "value", "", "lists and objects are nested too deep", fmt.Sprintf("at most %d levels", MaxDepth), "")
		}
		if c == '{' {
			return r.object(at, depth+1)
		}
		return r.list(at, depth+1)
	case c == '"':
		return Value{Kind: Text, At: at, Text: r.string()}
	case c == '-' || c >= '0' && c <= '9':
		return Value{Kind: Number, At: at, Text: r.number()}
	case c >= 'a' && c <= 'z':
		start := r.off
		for r.off < len(r.s) && r.s[r.off] >= 'a' && r.s[r.off] <= 'z' {
			r.off++
		}
		switch w := r.s[start:r.off]; w {
		case "true", "false":
			return Value{Kind: Boolean, At: at, Text: w}
		case "null":
			return Value{Kind: Null, At: at}
		}
		r.off = start
	}
	r.unexpected("no value begins with it", "a value")
	return Value{}
}

func (r *jsonReader) object(at Place, depth int) Value {
	n := Value{Kind: Object, At: at}
	r.off++
	if r.space(); r.off < len(r.s) && r.s[r.off] == '}' {
		r.off++
		return n
	}
	var keys KeySet
	for {
		if r.space(); r.off >= len(r.s) || r.s[r.off] != '"' {
			r.unexpected("no key begins with it", "a key in double quotes")
		}
		m := Member{At: r.here()}
		m.Key = r.string()
		if first, dup := keys.Add(m.Key, n.Members); dup {
			r.fail(m.At, ErrDuplicate, "key", m.Key, "it is already at "+first.String(), "each key once", "")
		}
		if r.space(); r.off >= len(r.s) || r.s[r.off] != ':' {
			r.unexpected("it follows a key", `":"`)
		}
		r.off++
		r.space()
		m.Value = r.value(depth)
		n.Members = append(n.Members, m)
		r.space()
		switch {
		case r.off < len(r.s) && r.s[r.off] == ',':
			r.off++
		case r.off < len(r.s) && r.s[r.off] == '}':
			r.off++
			return n
		default:
			r.unexpected("it follows a value", `"," or "}"`)
		}
	}
}

func (r *jsonReader) list(at Place, depth int) Value {
	n := Value{Kind: List, At: at}
	r.off++
	if r.space(); r.off < len(r.s) && r.s[r.off] == ']' {
		r.off++
		return n
	}
	for {
		r.space()
		n.Items = append(n.Items, r.value(depth))
		r.space()
		switch {
		case r.off < len(r.s) && r.s[r.off] == ',':
			r.off++
		case r.off < len(r.s) && r.s[r.off] == ']':
			r.off++
			return n
		default:
			r.unexpected("it follows a value", `"," or "]"`)
		}
	}
}

func (r *jsonReader) number() string {
	start := r.off
	for r.off < len(r.s) && strings.IndexByte("+-.0123456789eE", r.s[r.off]) >= 0 {
		r.off++
	}
	v := r.s[start:r.off]
	if digits := strings.TrimPrefix(v, "-"); digits == "" || digits[0] < '0' || digits[0] > '9' ||
		len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' || strings.Count(v, ".") > 1 || v[len(v)-1] < '0' || v[len(v)-1] > '9' {
		r.off = start
		r.fail(r.here(), ErrSyntax, "number", v, "it is not a JSON number", "a number such as 5 or -0.5", "")
	}
	return v
}

// string reads from quote to quote.
func (r *jsonReader) string() string {
	start := r.off + 1
	for i := start; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '"':
			r.off = i + 1
			return r.s[start:i]
		case c == '\\':
			return r.escaped(start, i)
		case c < 0x20:
			r.off = i
			r.unexpected("a string cannot hold it as it is", "an escape such as \\n")
		case c >= utf8.RuneSelf && !utf8.RuneStart(c):
			r.following++
		}
	}
	r.off = len(r.s)
	r.unexpected("", `"\""`)
	return ""
}

// escapes are the characters that may follow a backslash, apart from u.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads the rest of a string that begins at start and has its first escape at i.
func (r *jsonReader) escaped(start, i int) string {
	b := append(make([]byte, 0, 2*(i-start)+32), r.s[start:i]...)
	for i < len(r.s) {
		c := r.s[i]
		switch {
		case c == '"':
			r.off = i + 1
			return string(b)
		case c < 0x20:
			r.off = i
			r.unexpected("a string cannot hold it as it is", "an escape such as \\n")
		case c != '\\':
			if c >= utf8.RuneSelf && !utf8.RuneStart(c) {
				r.following++
			}
			b = append(b, c)
			i++
			continue
		}
		if i+1 < len(r.s) {
			if e, ok := escapes[r.s[i+1]]; ok {
				b = append(b, e)
				i += 2
				continue
			}
		}
		u, ok := hex4(r.s, i)
		if !ok {
			r.off = i
			r.fail(r.here(), ErrSyntax, "escape", r.s[i:min(i+2, len(r.s))], "JSON has no such escape", `\" \\ \/ \b \f \n \r \t or \u with four hexadecimal digits`, "")
		}
		i += 6
		if utf16.IsSurrogate(u) {
			if low, ok := hex4(r.s, i); ok && utf16.DecodeRune(u, low) != utf8.RuneError {
				u = utf16.DecodeRune(u, low)
				i += 6
			}
		}
		b = utf8.AppendRune(b, u)
	}
	r.off = len(r.s)
	r.unexpected("", `"\""`)
	return ""
}

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

// A keySet finds duplicate keys: small objects by comparing, large ones with a map.
type KeySet map[string]Place

// add notes the key that follows the members, and returns where it already is.
func (k *KeySet) Add(key string, members []Member) (Place, bool) {
	const small = 16
	if *k == nil {
		if len(members) < small {
			for i := range members {
				if members[i].Key == key {
					return members[i].At, true
				}
			}
			return Place{}, false
		}
		*k = make(KeySet, 2*small)
	}
	if len(*k) < len(members) {
		for _, m := range members[len(*k):] {
			(*k)[m.Key] = m.At
		}
	}
	at, dup := (*k)[key]
	return at, dup
}
