package policygen

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep lists and objects may be nested. No valid document passes 7: document, Statement, statement,
// Condition, operator, and a key's list of values.
const maxDepth = 32

// errSyntax ends the scan; what is wrong stands in the scanner's problems.
var errSyntax = errors.New("syntax error")

// A scanner reads JSON strictly: what encoding/json lets pass (duplicate keys, invalid UTF-8, half surrogate pairs) is a
// problem, since such a document means one thing here and another elsewhere.
type scanner struct {
	problems
	data []byte
	off  int

	// The position of data[mark], moved on by here. It is asked for in ascending order, so the whole scan is linear.
	mark int
	pos  position
}

// scan returns data's only JSON value, without members whose key is a duplicate: those are the problems. If data is not
// JSON, the error holds the problems before the first syntax error, and that.
func scan(data []byte) (node, problems, error) {
	s := &scanner{data: bytes.TrimPrefix(data, []byte("\ufeff")), pos: position{1, 1}}
	n, err := s.document()
	if err != nil {
		return node{}, nil, s.problems.err()
	}
	return n, s.problems, nil
}

func (s *scanner) document() (node, error) {
	s.space()
	if s.off == len(s.data) {
		return node{}, s.fail("document", "", "it is empty", "a JSON object", "")
	}
	n, err := s.value(0)
	if err != nil {
		return node{}, err
	}
	if s.space(); s.off < len(s.data) {
		return node{}, s.unexpected("the document has ended before it", "nothing more", "")
	}
	return n, nil
}

// here returns the position of the next byte to be read.
func (s *scanner) here() position {
	for ; s.mark < s.off; s.mark++ {
		switch c := s.data[s.mark]; {
		case c == '\n':
			s.pos = position{s.pos.line + 1, 1}
		case utf8.RuneStart(c):
			s.pos.column++
		}
	}
	return s.pos
}

func (s *scanner) fail(what, value, got, want, fix string) error {
	s.add(s.here(), what, value, got, want, fix)
	return errSyntax
}

// unexpected fails at the next character, or at the end of the document.
func (s *scanner) unexpected(got, want, fix string) error {
	if s.off == len(s.data) {
		return s.fail("document", "", "it ends too early", want, "")
	}
	r, size := utf8.DecodeRune(s.data[s.off:])
	if r == utf8.RuneError && size == 1 {
		return s.invalidUTF8()
	}
	return s.fail("character", string(r), got, want, fix)
}

func (s *scanner) invalidUTF8() error {
	const hex = "0123456789abcdef"
	c := s.data[s.off]
	fix := ""
	if s.off == 0 && (c == 0xfe || c == 0xff) {
		fix = "the document looks like UTF-16, save it as UTF-8"
	}
	return s.fail("byte", "0x"+string([]byte{hex[c>>4], hex[c&15]}), "it is not valid UTF-8", "UTF-8 text", fix)
}

func (s *scanner) space() {
	for s.off < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.off]) >= 0 {
		s.off++
	}
}

// next reports whether c is the next character after white space, and if so reads it.
func (s *scanner) next(c byte) bool {
	if s.space(); s.off < len(s.data) && s.data[s.off] == c {
		s.off++
		return true
	}
	return false
}

func (s *scanner) value(depth int) (node, error) {
	if s.space(); s.off == len(s.data) {
		return node{}, s.unexpected("", "a value", "")
	}
	at, c := s.here(), s.data[s.off]
	switch {
	case (c == '{' || c == '[') && depth == maxDepth:
		return node{}, s.fail("document", "", "lists and objects are nested too deep", fmt.Sprintf("at most %d levels", maxDepth), "")
	case c == '{':
		return s.object(at, depth+1)
	case c == '[':
		return s.list(at, depth+1)
	case c == '"':
		v, err := s.string()
		return node{at: at, kind: text, text: v}, err
	case c == '-' || c >= '0' && c <= '9':
		return s.number(at)
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return s.word(at)
	}
	const want = "a value"
	switch c {
	case '\'':
		return node{}, s.unexpected("no value begins with it", want, "write strings in double quotes")
	case '/', '#':
		return node{}, s.unexpected("no value begins with it", want, "JSON has no comments")
	case '%':
		return node{}, s.unexpected("no value begins with it", want, "if the document is URL-encoded, decode it first")
	}
	return node{}, s.unexpected("no value begins with it", want, "")
}

func (s *scanner) object(at position, depth int) (node, error) {
	s.off++
	n := node{at: at, kind: object}
	if s.next('}') {
		return n, nil
	}
	seen := map[string]position{}
	for {
		s.space()
		if s.off == len(s.data) || s.data[s.off] != '"' {
			fix := "write keys in double quotes"
			if s.off < len(s.data) && s.data[s.off] == '}' {
				fix = "remove the comma before it"
			}
			return n, s.unexpected("no key begins with it", "a key in double quotes", fix)
		}
		m := member{at: s.here()}
		var err error
		if m.key, err = s.string(); err != nil {
			return n, err
		}
		if !s.next(':') {
			return n, s.unexpected("it follows a key", `":"`, "")
		}
		if m.value, err = s.value(depth); err != nil {
			return n, err
		}
		if first, ok := seen[m.key]; ok {
			s.add(m.at, "key", m.key, "it is already at "+first.String(), "each key once", "")
		} else {
			seen[m.key] = m.at
			n.members = append(n.members, m)
		}
		if s.next('}') {
			return n, nil
		}
		if !s.next(',') {
			return n, s.unexpected("it follows a value", `"," or "}"`, "")
		}
	}
}

func (s *scanner) list(at position, depth int) (node, error) {
	s.off++
	n := node{at: at, kind: list}
	if s.next(']') {
		return n, nil
	}
	for {
		if s.space(); s.off < len(s.data) && s.data[s.off] == ']' {
			return n, s.unexpected("no value begins with it", "a value", "remove the comma before it")
		}
		v, err := s.value(depth)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, v)
		if s.next(']') {
			return n, nil
		}
		if !s.next(',') {
			return n, s.unexpected("it follows a value", `"," or "]"`, "")
		}
	}
}

var (
	wordForm   = regexp.MustCompile(`^[A-Za-z0-9_.+-]+`)
	numberForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)
)

func (s *scanner) number(at position) (node, error) {
	v := string(wordForm.Find(s.data[s.off:]))
	if !numberForm.MatchString(v) {
		return node{}, s.fail("number", v, "it is not a JSON number", "a number such as 5 or -0.5", "")
	}
	s.off += len(v)
	return node{at: at, kind: number, text: v}, nil
}

func (s *scanner) word(at position) (node, error) {
	v := string(wordForm.Find(s.data[s.off:]))
	n := node{at: at, text: v}
	switch v {
	case "true", "false":
		n.kind = boolean
	case "null":
		n.kind = null
	default:
		return n, s.fail("word", v, "it stands outside of quotes", "a value", "write strings in double quotes")
	}
	s.off += len(v)
	return n, nil
}
