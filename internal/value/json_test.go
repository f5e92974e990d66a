package value

import (
	"encoding/json"
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
