package value

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type jsonErrorCase struct {
	name, reason, in string
	want             []string // lines of the error
}

var jsonErrorCases = []jsonErrorCase{
	{"empty", "there is nothing to read", ``, []string{`line 1, column 1: document: it is empty, want a JSON object`}},
	{"white space only", "there is still nothing to read", "  \n ", []string{`line 2, column 2: document: it is empty, want a JSON object`}},
	{"duplicate key by an escape", "the same key, written otherwise",
		`{"Statement":[],"\u0053tatement":[]}`, []string{`line 1, column 17: key "Statement": it is already at line 1, column 2, want each key once`}},
	{"duplicate key, deep inside", "one set of keys would be lost",
		`{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a:b":"true"},"Bool":{"a:c":"true"}}}]}`,
		[]string{`line 1, column 81: key "Bool": it is already at line 1, column 59, want each key once`}},
	{"comma before the end", "JSON allows none",
		"{\"Statement\":[],\n}", []string{`line 2, column 1: character "}": no key begins with it, want a key in double quotes; remove the comma before it`}},
	{"comma before the end of a list", "JSON allows none",
		`{"Statement":[{"Effect":"Allow","Action":["a",]}]}`, []string{`line 1, column 47: character "]": no value begins with it, want a value; remove the comma before it`}},
	{"comment", "JSON has none", "{\n// why\n\"Statement\":[]}",
		[]string{`line 2, column 1: character "/": no key begins with it, want a key in double quotes; write keys in double quotes`}},
	{"comment before a value", "JSON has none", `{"Statement": # why`,
		[]string{`line 1, column 15: character "#": no value begins with it, want a value; JSON has no comments`}},
	{"single quotes", "JSON has double quotes only", `{"Statement":'x'}`,
		[]string{`line 1, column 14: character "'": no value begins with it, want a value; write strings in double quotes`}},
	{"url-encoded", "IAM's API returns documents URL-encoded", `%7B%22Statement%22`,
		[]string{`line 1, column 1: character "%": no value begins with it, want a value; if the document is URL-encoded, decode it first`}},
	{"yaml", "a bare word is no value", `Statement: []`,
		[]string{`line 1, column 1: word "Statement": it stands outside of quotes, want a value; write strings in double quotes`}},
	{"cut short", "the rest is missing", `{"Statement":[{"Effect":"Allow"`,
		[]string{`line 1, column 32: document: it ends too early, want "," or "}"`}},
	{"cut short in a string", "the rest is missing", `{"Statement":[{"Effect":"Al`,
		[]string{`line 1, column 28: document: it ends within the string that begins at line 1, column 25, want "\""`}},
	{"line break in a string", "the quote was forgotten", "{\"Statement\":[{\"Effect\":\"Allow,\n\"Action\":\"*\"}]}",
		[]string{`line 1, column 32: character "\n": a string cannot hold it as it is, want an escape such as \n; close the string that begins at line 1, column 25`}},
	{"no such escape", "JSON has nine", `{"Statement":[{"Effect":"\x41llow"}]}`,
		[]string{`line 1, column 26: escape "\x": JSON has no such escape, want one of \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits`}},
	{"half a surrogate pair", "other readers make U+FFFD of it", `{"Statement":[{"Sid":"\ud83d"}]}`,
		[]string{`line 1, column 23: escape "\ud83d": it is half of a surrogate pair, want both halves`}},
	{"leading zero", "JSON numbers have none", `{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"NumericEquals":{"a:b":010}}}]}`,
		[]string{`line 1, column 82: number "010": it is not a JSON number, want a number such as 5 or -0.5`}},
	{"invalid UTF-8", "other readers make U+FFFD of it, so that two different names become one", "{\"Statement\":[{\"Sid\":\"a\xffb\"}]}",
		[]string{`line 1, column 24: byte "0xff": it is not valid UTF-8, want UTF-8 text`}},
	{"overlong UTF-8", "an encoding of the slash that only careless readers take", "{\"Statement\":[{\"Sid\":\"\xc0\xaf\"}]}",
		[]string{`line 1, column 23: byte "0xc0": it is not valid UTF-8, want UTF-8 text`}},
	{"UTF-16", "PowerShell writes it by default", "\xff\xfe{\x00}\x00",
		[]string{`line 1, column 1: byte "0xff": it is not valid UTF-8, want UTF-8 text; the document looks like UTF-16, save it as UTF-8`}},
	{"UTF-16, big-endian", "the other byte order", "\xfe\xff\x00{\x00}",
		[]string{`line 1, column 1: byte "0xfe": it is not valid UTF-8, want UTF-8 text; the document looks like UTF-16, save it as UTF-8`}},
	{"second byte order mark", "only the first is one", "\ufeff\ufeff{}",
		[]string{"line 1, column 1: character \"\\ufeff\": no value begins with it, want a value"}},
	{"several problems", "all are reported, the syntax error last",
		"{\"a\":1,\n\"a\":2,\n\"b\":{\"c\":1,\"c\":2},\n\"d\" 1}", []string{
			`line 2, column 1: key "a": it is already at line 1, column 2, want each key once`,
			`line 3, column 12: key "c": it is already at line 3, column 6, want each key once`,
			`line 4, column 5: character "1": it follows a key, want ":"`}},
	{"duplicate among many", "large objects are searched with a map", `{` + many(40) + `"k7":0}`,
		[]string{`line 1, column 312: key "k7": it is already at line 1, column 51, want each key once`}},
	{"nested too deep", "no program should need so much", strings.Repeat("[", MaxDepth+1),
		[]string{`line 1, column 101: value: lists and objects are nested too deep, want at most 100 levels`}},
	{"word in capitals", "JSON's words are lower case", `[True]`,
		[]string{`line 1, column 2: word "True": it stands outside of quotes, want a value; write strings in double quotes`}},
	{"number with a word behind it", "a unit is no part of a number", `{"a": 5MB}`,
		[]string{`line 1, column 7: number "5MB": it is not a JSON number, want a number such as 5 or -0.5`}},
	{"backslash at the end", "the escape is not complete", `"\`,
		[]string{`line 1, column 2: escape "\": JSON has no such escape, want one of \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits`}},
}

// many returns the members k0 to k(n-1).
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"k%d":0,`, i)
	}
	return b.String()
}

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range jsonErrorCases {
		if c.reason == "" || seen[c.name] {
			t.Fatalf("%s: no reason, or there twice", c.name)
		}
		seen[c.name] = true
		_, err := ParseJSON("", []byte(c.in))
		if err == nil {
			t.Errorf("%s: no error (%s)", c.name, c.reason)
			continue
		}
		if got, want := err.Error(), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: got  %s\nwant %s\n(%s)", c.name, got, want, c.reason)
		}
	}
}

// The same errors name the file, if there is one.
func TestErrorsNameTheFile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason string
		err          *Error
		want         string
	}{
		{"line and column", "editors go there", (&Error{File: "t.json", What: "key", Value: "a", Got: "odd"}).In(Place{3, 7}), `t.json:3:7: key "a": odd`},
		{"line only", "a line that is not read has no column", &Error{File: "t.json", Line: 3, What: "request", Got: "too large", Want: "less"}, "t.json:3: request: too large, want less"},
		{"whole file", "it has no place", &Error{File: "t.json", What: "file", Got: "empty", Fix: "fill it"}, "t.json: file: empty; fill it"},
		{"another error", "it is placed as it is", (&Error{File: "t.json", Cause: ErrCycle}).In(Place{1, 2}), "t.json:1:2: cyclic reference"},
		{"several lines", "an error is one line", &Error{What: "key", Value: "a\nb\x1b", Got: "odd"}, `key "a\nb\x1b": odd`},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%s: got %s, want %s (%s)", tt.name, got, tt.want, tt.reason)
		}
	}
	if _, err := ParseJSON("t.json", []byte("{")); err == nil || err.Error() != "t.json:1:2: file: it ends too early, want a key in double quotes" {
		t.Errorf("got %v", err)
	}
}

func TestProblemsBeyondTheHundredthAreCounted(t *testing.T) {
	t.Parallel()
	var p Problems
	for i := range int32(150) {
		p.Add(Place{150 - i, 1}, &Error{What: "key", Got: "odd", Cause: ErrShape})
	}
	lines := strings.Split(p.Err().Error(), "\n")
	if len(lines) != 101 || lines[0] != "line 1, column 1: key: odd" || lines[100] != "line 101, column 1: document: it has 50 more problems from here on, want none" {
		t.Errorf("%d lines, from %q to %q", len(lines), lines[0], lines[len(lines)-1])
	}
	if !errors.Is(p.Err(), ErrShape) {
		t.Error("the cause is lost")
	}
	if err := Problems(nil).Err(); err != nil {
		t.Errorf("no problems are the error %v", err)
	}
}
