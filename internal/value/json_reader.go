package value

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A jsonReader reads JSON into values whose strings share the text's memory. It is several times as fast as the YAML
// library, which could read JSON too.
type jsonReader struct {
	file     string
	what     string // the text as a whole is called
	s        string
	off      int
	problems Problems

	// For the column in characters: where the line begins, and how many bytes since then begin no character.
	line      int32
	lineStart int
	following int

	// Members and items of the objects and lists that are being read, and room for those that have been.
	members     []Member
	values      []Value
	readMembers []Member
	readValues  []Value
}

func newJSONReader(file, what string, data []byte) *jsonReader {
	r := &jsonReader{file: file, what: what, s: string(data), line: 1}
	if strings.HasPrefix(r.s, byteOrderMark) {
		r.off, r.lineStart = len(byteOrderMark), len(byteOrderMark)
	}
	return r
}

// brokenSyntax ends the reading.
type brokenSyntax struct{}

// syntax reports whether read came to its end.
func (r *jsonReader) syntax(read func()) (whole bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, ok := e.(brokenSyntax); !ok {
				panic(e)
			}
			whole = false
		}
	}()
	read()
	return true
}

// fail ends the reading at a syntax error.
func (r *jsonReader) fail(e *Error) {
	e.File = r.file
	if e.Cause == nil {
		e.Cause = ErrSyntax
	}
	r.problems.Add(r.here(), e)
	panic(brokenSyntax{})
}

// unexpected fails at the next character, or at the end of the text.
func (r *jsonReader) unexpected(got, want, fix string) {
	if r.off >= len(r.s) {
		r.fail(&Error{What: r.what, Got: "it ends too early", Want: want})
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.off:])
	r.fail(&Error{What: "character", Value: string(c), Got: got, Want: want, Fix: fix})
}

func (r *jsonReader) here() Place {
	return Place{r.line, int32(r.off-r.lineStart-r.following) + 1}
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

// next reports whether c is the next character after white space, and if so reads it.
func (r *jsonReader) next(c byte) bool {
	r.space()
	if r.off < len(r.s) && r.s[r.off] == c {
		r.off++
		return true
	}
	return false
}

// only reads a value with nothing behind it.
func (r *jsonReader) only() Value {
	if r.space(); r.off == len(r.s) {
		r.fail(&Error{What: r.what, Got: "it is empty", Want: "a JSON object"})
	}
	v := r.value(0)
	r.end()
	return v
}

func (r *jsonReader) end() {
	if r.space(); r.off < len(r.s) {
		r.unexpected("the "+r.what+" has ended before it", "nothing more", "")
	}
}

func (r *jsonReader) value(depth int) Value {
	if r.space(); r.off >= len(r.s) {
		r.unexpected("", "a value", "")
	}
	at, fix := r.here(), ""
	switch c := r.s[r.off]; {
	case (c == '{' || c == '[') && depth == MaxDepth:
		r.fail(&Error{What: "value", Got: "lists and objects are nested too deep", Want: fmt.Sprintf("at most %d levels", MaxDepth), Cause: ErrTooDeep})
	case c == '{':
		return r.object(at, depth+1)
	case c == '[':
		n, start := Value{Kind: List, At: at}, len(r.values)
		r.items(func() {
			item := r.value(depth + 1)
			r.values = append(r.values, item)
		})
		if len(r.values) > start {
			n.Items = take(&r.values, &r.readValues, start)
		}
		return n
	case c == '"':
		return Value{Kind: Text, At: at, Text: r.string()}
	case c == '-' || c >= '0' && c <= '9':
		return Value{Kind: Number, At: at, Text: r.number()}
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return r.word(at)
	case c == '\'':
		fix = "write strings in double quotes"
	case c == '/' || c == '#':
		fix = "JSON has no comments"
	case c == '%':
		fix = "if the " + r.what + " is URL-encoded, decode it first"
	}
	r.unexpected("no value begins with it", "a value", fix)
	return Value{}
}

func (r *jsonReader) object(at Place, depth int) Value {
	n := Value{Kind: Object, At: at}
	r.off++
	if r.next('}') {
		return n
	}
	var keys KeySet
	start := len(r.members)
	for {
		if r.space(); r.off >= len(r.s) || r.s[r.off] != '"' {
			fix := "write keys in double quotes"
			if r.off < len(r.s) && r.s[r.off] == '}' {
				fix = "remove the comma before it"
			}
			r.unexpected("no key begins with it", "a key in double quotes", fix)
		}
		m := Member{At: r.here()}
		m.Key = r.string()
		if !r.next(':') {
			r.unexpected("it follows a key", `":"`, "")
		}
		m.Value = r.value(depth)
		if first, dup := keys.Add(m.Key, r.members[start:]); dup {
			r.problems.Add(m.At, Duplicate(r.file, m.Key, first))
		} else {
			r.members = append(r.members, m)
		}
		if r.next('}') {
			n.Members = take(&r.members, &r.readMembers, start)
			return n
		}
		if !r.next(',') {
			r.unexpected("it follows a value", `"," or "}"`, "")
		}
	}
}

// items reads a list, with item for each of its values.
func (r *jsonReader) items(item func()) {
	r.off++
	if r.next(']') {
		return
	}
	for {
		if r.space(); r.off < len(r.s) && r.s[r.off] == ']' {
			r.unexpected("no value begins with it", "a value", "remove the comma before it")
		}
		item()
		if r.next(']') {
			return
		}
		if !r.next(',') {
			r.unexpected("it follows a value", `"," or "]"`, "")
		}
	}
}

// skip passes over the text before end.
func (r *jsonReader) skip(end int) {
	text := r.s[r.off:end]
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		r.line += int32(strings.Count(text, "\n"))
		r.lineStart, r.following = r.off+i+1, 0
		text = text[i+1:]
	}
	r.following += len(text) - utf8.RuneCountInString(text)
	r.off = end
}

// ahead returns the next characters that could be part of a word or number.
func (r *jsonReader) ahead() string {
	rest := r.s[r.off:]
	end := strings.IndexFunc(rest, func(c rune) bool {
		return c >= utf8.RuneSelf || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("_.+-", c)
	})
	if end < 0 {
		return rest
	}
	return rest[:end]
}

func (r *jsonReader) number() string {
	v := r.ahead()
	if !json.Valid([]byte(v)) {
		r.fail(&Error{What: "number", Value: v, Got: "it is not a JSON number", Want: "a number such as 5 or -0.5"})
	}
	r.off += len(v)
	return v
}

func (r *jsonReader) word(at Place) Value {
	v := Value{Kind: Boolean, At: at, Text: r.ahead()}
	r.off += len(v.Text)
	switch v.Text {
	case "true", "false":
		return v
	case "null":
		return Value{Kind: Null, At: at}
	}
	r.off -= len(v.Text)
	r.fail(&Error{What: "word", Value: v.Text, Got: "it stands outside of quotes", Want: "a value", Fix: "write strings in double quotes"})
	return v
}
