package cfn

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
		n, err := readJSON("f", data)
		if err != nil {
			t.Fatalf("%.40q: %v", s, err)
		}
		if got := n.get("k"); got.text != s {
			t.Errorf("got %.40q, want %.40q", got.text, s)
		}
		if n.get("after").text != "true" {
			t.Errorf("%.40q: what follows is lost", s)
		}
	}
	n, err := readJSON("f", []byte(`"\ud83d\ude42 \u00e9 \/"`))
	if err != nil || n.text != "🙂 é /" {
		t.Errorf("got %q, %v", n.text, err)
	}
}

// Places count characters, in JSON as in YAML.
func TestPlaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, reason, data, key, want string }{
		{"json", "from 1", "{\"a\": 1,\n \"b\": 2}", "b", "line 2, column 7"},
		{"json characters", "ä is one character and two bytes", "{\"ä\": \"öü\", \"b\": 2}", "b", "line 1, column 18"},
		{"json escapes", "an escape counts as it is written", "{\"a\\n\": \"ö\\u00e4\", \"b\": 2}", "b", "line 1, column 25"},
		{"json byte order mark", "it is no character", "\ufeff{\"b\": 2}", "b", "line 1, column 7"},
		{"yaml", "from 1", "a: 1\nb: 2\n", "b", "line 2, column 4"},
		{"yaml characters", "ä is one character and two bytes", "{ä: öü, b: 2}\n", "b", "line 1, column 12"},
	}
	for _, tt := range tests {
		read := readYAML
		if strings.HasPrefix(tt.name, "json") {
			read = readJSON
		}
		n, err := read("f", []byte(tt.data))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := n.get(tt.key).at.String(); got != tt.want {
			t.Errorf("%s: %s, want %s: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

// The same template in JSON and in YAML with long and short forms gives the same values.
func TestJSONAndYAML(t *testing.T) {
	t.Parallel()
	forms := []string{
		`{"Version": "2012-10-17", "Number": 12, "A": {"Fn::GetAtt": "Queue.Arn"}, "B": {"Condition": "C"}, "C": {"Fn::Sub": ["${x}", {"x": {"Ref": "y"}}]}, "D": [true, null, "yes"]}`,
		"Version: 2012-10-17\nNumber: 12\nA: !GetAtt Queue.Arn\nB: !Condition C\nC: !Sub ['${x}', {x: !Ref y}]\nD: [true, ~, yes]\n",
		"Version: 2012-10-17\nNumber: 12\nA: {'Fn::GetAtt': Queue.Arn}\nB: {Condition: C}\nC:\n  Fn::Sub:\n  - ${x}\n  - x: {Ref: y}\nD:\n- true\n- null\n- 'yes'\n",
		"x: &v {Fn::GetAtt: Queue.Arn}\nbase: &b {Number: 12, Version: wrong}\nVersion: 2012-10-17\n<<: *b\nA: *v\nB: !Condition C\nC: !Sub ['${x}', {x: !Ref y}]\nD: [true, null, 'yes']\n",
	}
	keys := []string{"Version", "Number", "A", "B", "C", "D"}
	for i, form := range forms {
		read := readYAML
		if i == 0 {
			read = readJSON
		}
		n, err := read("f", []byte(form))
		if err != nil {
			t.Fatalf("form %d: %v", i, err)
		}
		want := map[string]string{"Version": `"2012-10-17"`, "Number": "12", "A": `{"Fn::GetAtt":"Queue.Arn"}`, "B": `{"Condition":"C"}`,
			"C": `{"Fn::Sub":["${x}",{"x":{"Ref":"y"}}]}`, "D": `[true,null,"yes"]`}
		for _, k := range keys {
			if got := jsonText(n.get(k)); got != want[k] {
				t.Errorf("form %d, %s: %s, want %s", i, k, got, want[k])
			}
		}
	}
}
