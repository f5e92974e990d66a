package yaml

import (
	"errors"
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

// Places count characters, as in JSON.
func TestPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, data, key, want string }{
		{"lines", "from 1", "a: 1\nb: 2\n", "b", "line 2, column 4"},
		{"characters", "ä is one character and two bytes", "{ä: öü, b: 2}\n", "b", "line 1, column 12"},
		{"alias", "a value stands where it is used", "a: &a x\nb: *a\n", "b", "line 2, column 4"},
		{"UTF-16", "YAML may be written in it, JSON may not", "\xff\xfea\x00:\x00 \x00b\x00\n\x00", "a", "line 1, column 4"},
	}
	for _, tt := range tests {
		n, err := Parse("f", []byte(tt.data), nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := n.Get(tt.key).At.String(); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

// JSON and YAML give the same values.
func TestForms(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, file, data, want string }{
		{"kinds", "scalars of YAML's core schema", "f.yaml", "[a, 1, -0.5, true, null, ~, '1', 2012-10-17]", `["a",1,-0.5,true,null,null,"1","2012-10-17"]`},
		{"JSON", "JSON is YAML too", "f.yaml", `{"a": ["b", 1, {}]}`, `{"a":["b",1,{}]}`},
		{"flow", "what begins with a brace need not be JSON", "f.yaml", `{a: [b, 1, {}]}`, `{"a":["b",1,{}]}`},
		{"merge", "own keys come first", "f.yaml", "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", `{"a":{"x":1,"y":2},"b":{"y":3,"x":1}}`},
		{"nothing", "an empty document is null", "f.yaml", "# only a comment\n", `null`},
		{"tag", "what it stands for is for the reader to say", "f.yaml", "a: !Ref b\n", `{"a":{"!Ref":"b"}}`},
	}
	tag := func(tag string, v value.Value) value.Value { return value.NewObject(v.At, value.Pair(tag, v)) }
	for _, tt := range tests {
		v, err := Parse(tt.file, []byte(tt.data), tag)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := v.JSON(1000); got != tt.want {
			t.Errorf("%s: %s, want %s (%s)", tt.name, got, tt.want, tt.reason)
		}
	}
}

// Numbers that JSON does not have are text, but for hexadecimal ones, which are numbers in YAML 1.1 too.
func TestNumbers(t *testing.T) {
	v, err := Parse("f.yaml", []byte("[5, -1.5e3, 0x1F, 012345678901, .5, +1, .inf, True, ~]"), nil)
	if want := `[5,-1.5e3,31,"012345678901",".5","+1",".inf",true,null]`; err != nil || v.JSON(100) != want {
		t.Errorf("got %s and %v, want %s", v.JSON(100), err, want)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason, file, data, want string
		is                             error
	}{
		{"duplicate key", "one of the two would be lost", "f.yaml", "a: 1\nb: 2\na: 3\n", `f.yaml:3:1: key "a": it is already at line 1, column 1, want each key once`, value.ErrDuplicate},
		{"second document", "it would be ignored", "f.yaml", "a: 1\n---\nb: 2\n", "f.yaml:2:1: file: it holds a second document, want one document in one file", value.ErrShape},
		{"list as a key", "JSON has no such objects", "f.yaml", "? [a]\n: 1\n", "f.yaml:1:3: key: it is a list or an object, want a string", value.ErrShape},
		{"alias of what it is in", "it would never end", "f.yaml", "a: &a [*a]\n", `f.yaml:1:8: alias "a": it stands within what it refers to`, value.ErrCycle},
		{"unknown alias", "it stands for nothing", "f.yaml", "a: *b\n", "f.yaml:1:4: yaml: unknown anchor 'b' referenced", value.ErrSyntax},
		{"tab", "YAML does not indent with tabs", "f.yaml", "a:\n\tb: 1\n", "f.yaml:2:1: yaml: while scanning for the next token: found character that cannot start any token", value.ErrSyntax},
		{"not UTF-8", "the byte is named", "f.yaml", "a: b\nc: \xff\n", `f.yaml:2:4: byte "0xff": it is not valid UTF-8, want UTF-8 text`, value.ErrSyntax},
		{"broken JSON", "a file called .json is no YAML", "f.JSON", "{a: 1}", `f.JSON:1:2: character "a": no key begins with it, want a key in double quotes; write keys in double quotes`, value.ErrSyntax},
		{"neither", "the JSON reader says it better", "f.template", "{\"a\": 1,\n\"b\" 2}", `f.template:2:5: character "2": it follows a key, want ":"`, value.ErrSyntax},
	}
	for _, tt := range tests {
		_, err := Parse(tt.file, []byte(tt.data), nil)
		if err == nil || err.Error() != tt.want || !errors.Is(err, tt.is) {
			t.Errorf("%s: got %v, want %s (%s)", tt.name, err, tt.want, tt.reason)
		}
	}
}
