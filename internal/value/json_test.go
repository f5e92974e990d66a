package value

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What encoding/json writes is read back to the same, with every escape.
func TestReadJSONStrings(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", `"quoted" \ and /`, "\b\f\n\r\t\x01", "ünïcödé — 你好", "🙂", "a\u2028b", "<&>", strings.Repeat("x", 100_000)} {
		data, err := json.Marshal(map[string]any{"k": s, "after": true})
		if err != nil {
			t.Fatal(err)
		}
		n, err := ParseJSON("f", data)
		if err != nil {
			t.Fatalf("%.40q: %v", s, err)
		}
		if got := n.Get("k"); got.Text != s {
			t.Errorf("got %.40q, want %.40q", got.Text, s)
		}
		if n.Get("after").Text != "true" {
			t.Errorf("%.40q: what follows is lost", s)
		}
	}
	n, err := ParseJSON("f", []byte(`"\ud83d\ude42 \u00e9 \/"`))
	if err != nil || n.Text != "🙂 é /" {
		t.Errorf("got %q, %v", n.Text, err)
	}
}

// Places count characters.
func TestPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, data, key, want string }{
		{"lines", "from 1", "{\"a\": 1,\n \"b\": 2}", "b", "line 2, column 7"},
		{"characters", "ä is one character and two bytes", "{\"ä\": \"öü\", \"b\": 2}", "b", "line 1, column 18"},
		{"escapes", "an escape counts as it is written", "{\"a\\n\": \"ö\\u00e4\", \"b\": 2}", "b", "line 1, column 25"},
		{"byte order mark", "it is no character", "\ufeff{\"b\": 2}", "b", "line 1, column 7"},
	}
	for _, tt := range tests {
		n, err := ParseJSON("f", []byte(tt.data))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := n.Get(tt.key).At.String(); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

// Items are read one by one, up to what is broken.
func TestEachItem(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, data, items, err string }{
		{"all", "in their order", "[1, \"a\", {}]", `1 "a" {}`, ""},
		{"none", "an empty list has no items", " [] ", "", ""},
		{"broken item", "what comes before can be used", "[1,\n 2,\n {\"a\":}]", "1 2", `f:3:7: character "}": no value begins with it, want a value`},
		{"after quick items", "their lines and characters count", "[2, \n{\"quick\":\n\"é\"}, {\"a\":}]", `2 {"quick":` + "\n\"é\"}", `f:3:12: character "}": no value begins with it, want a value`},
		{"between quick items", "something has to part them", `["quick" "quick"]`, `"quick"`, `f:1:10: character """: it follows a value, want "," or "]"`},
		{"duplicate key", "it is wrong with the item only", `[{"a":1,"a":2}, 3]`, `{"a":1}! 3`, ""},
		{"not closed", "the items are whole", "[1, 2", "1 2", `f:1:6: file: it ends too early, want "," or "]"`},
		{"more behind it", "it would be ignored", "[1] 2", "1", `f:1:5: character "2": the file has ended before it, want nothing more`},
		{"no list", "an object has no items", "{}", "", `f:1:1: character "{": the list does not begin with it, want a list`},
		{"not UTF-8", "what it means is not known", "[1, \"\xff\"]", "", `f:1:6: byte "0xff": it is not valid UTF-8, want UTF-8 text`},
	}
	for _, tt := range tests {
		var items []string
		quick := func(text []byte) bool {
			if string(text) == "2" || strings.Contains(string(text), "quick") {
				items = append(items, string(text))
				return true
			}
			return false
		}
		err := EachItem("f", []byte(tt.data), quick, func(v Value, problems Problems) bool {
			item := v.JSON(1000)
			if len(problems) > 0 {
				item += "!"
			}
			items = append(items, item)
			return true
		})
		if got := strings.Join(items, " "); got != tt.items {
			t.Errorf("%s: items %s, want %s (%s)", tt.name, got, tt.items, tt.reason)
		}
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.err {
			t.Errorf("%s: got %v, want %s (%s)", tt.name, err, tt.err, tt.reason)
		}
	}
}

// A line of a file is where the file has it.
func TestReadJSONLine(t *testing.T) {
	t.Parallel()
	v, problems := ReadJSONLine("f", 7, "request", []byte(`  {"a": 1, "a": 2}`))
	if v.At != (Place{7, 3}) || problems.Err() == nil || problems.Err().Error() != `f:7:12: key "a": it is already at line 7, column 4, want each key once` {
		t.Errorf("at %v, %v", v.At, problems.Err())
	}
	for data, want := range map[string]string{
		"{}{}":   `f:7:3: character "{": the request has ended before it, want nothing more`,
		"\"\xff": `f:7:2: byte "0xff": it is not valid UTF-8, want UTF-8 text`,
	} {
		if _, problems := ReadJSONLine("f", 7, "request", []byte(data)); problems.Err() == nil || problems.Err().Error() != want {
			t.Errorf("%q: got %v, want %s", data, problems.Err(), want)
		}
	}
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "f.json")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadFile(path, "f.json", 5); err != nil || string(data) != "12345" {
		t.Errorf("exactly the limit: %q, %v", data, err)
	}
	for _, tt := range []struct {
		reason, path, want string
		is                 error
	}{
		{"one byte more than is read", path, "f.json: file: it has 5 bytes, want at most 4", ErrTooLarge},
		{"a directory is no file", dir, "f.json: file: it is no regular file", ErrNotRegular},
		{"the system says why", filepath.Join(dir, "none"), "f.json: file: no such file or directory", fs.ErrNotExist},
	} {
		if _, err := ReadFile(tt.path, "f.json", 4); err == nil || err.Error() != tt.want || !errors.Is(err, tt.is) {
			t.Errorf("got %v, want %s (%s)", err, tt.want, tt.reason)
		}
	}
}

// A value is longer than its JSON less a byte, and not longer than its JSON.
func TestLonger(t *testing.T) {
	for _, in := range []string{`{}`, `[]`, `"a"`, `12`, `true`, `{"a":[1,"b",{"c":{}}],"d":false,"e":"x"}`} {
		v, err := ParseJSON("", []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if v.Longer(len(in)) || !v.Longer(len(in)-1) {
			t.Errorf("%s: longer than %d: %v, than %d: %v", in, len(in), v.Longer(len(in)), len(in)-1, v.Longer(len(in)-1))
		}
	}
}
