package value

import (
	"encoding/json"
	"maps"
	"testing"
)

func TestRawMembers(t *testing.T) {
	tests := []struct {
		in     string
		want   map[string]string // nil: not ok
		reason string
	}{
		{`{"a":1,"b":{"c":[1,{"d":"}"}]}}`, map[string]string{"a": "1", "b": `{"c":[1,{"d":"}"}]}`}, "a brace in a string ends nothing"},
		{" {\t\"a\" : \"x\\\"y\\\\\" ,\n\"b\":null}\r\n", map[string]string{"a": `"x\"y\\"`, "b": "null"}, "white space belongs to no value"},
		{`{"a":[1,2],"b":-1.5e3}`, map[string]string{"a": "[1,2]", "b": "-1.5e3"}, "a number ends at the brace"},
		{`{"a":1,"a":2}`, map[string]string{"a": "2"}, "both members are there"},
		{`{}`, nil, "no member"}, {``, nil, "nothing"}, {`[1]`, nil, "a list"}, {`{"a":1`, nil, "no end"}, {`{"a":"1}`, nil, "an open string"},
		{`{"a":1} x`, nil, "more text"}, {`{"a":1,}`, nil, "a comma before the end"}, {`{"a" 1}`, nil, "no colon"}, {`{"a":}`, nil, "no value"},
		{`{"\u0061":1}`, nil, "an escape in a key"}, {"{\"c\xa9\":1}", nil, "no UTF-8 in a key"}, {`{a:1}`, nil, "no quotes"}, {`{"a":[1}`, nil, "an open list"}, {`{"a":1 2}`, nil, "two values"},
	}
	for _, tt := range tests {
		members, ok := RawMembers(nil, []byte(tt.in))
		if ok != (tt.want != nil) {
			t.Errorf("%s: ok is %v (%s)", tt.in, ok, tt.reason)
			continue
		}
		got := map[string]string{}
		for _, m := range members {
			got[string(m.Key)] = string(m.Value)
		}
		if ok && !maps.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v (%s)", tt.in, got, tt.want, tt.reason)
		}
	}
}

// Of an object, RawMembers finds what encoding/json does, or is not ok.
func FuzzRawMembers(f *testing.F) {
	f.Add(`{"a":1,"b":{"c":[1,{"d":"}"}]}}`)
	f.Add(`{"a":"\\\"", "b":[[],{}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		members, ok := RawMembers(nil, []byte(in))
		var want map[string]json.RawMessage
		if json.Unmarshal([]byte(in), &want) != nil || !ok {
			return
		}
		got := map[string]string{}
		for _, m := range members {
			got[string(m.Key)] = string(m.Value)
		}
		for k, v := range want {
			if got[k] != string(v) {
				t.Fatalf("%q is %q, want %q", k, got[k], v)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d members, want %d", len(got), len(want))
		}
	})
}
