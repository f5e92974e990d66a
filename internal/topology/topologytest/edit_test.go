package topologytest

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

func TestEdited(t *testing.T) {
	tree, err := value.ParseJSON("", []byte(`{"a": [1, {"b": "c"}], "d": true}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		reason string
		edits  []byte
		want   string
	}{
		{"no edit changes nothing", nil, `{"a":[1,{"b":"c"}],"d":true}`},
		{"half an edit is none", []byte{0, 1, 0}, `{"a":[1,{"b":"c"}],"d":true}`},
		{"another value", []byte{0, 2, 0, 0}, `{"a":[null,{"b":"c"}],"d":true}`},
		{"taken out of a list", []byte{0, 2, 2, 0}, `{"a":[{"b":"c"}],"d":true}`},
		{"taken out of an object", []byte{0, 1, 2, 0}, `{"d":true}`},
		{"wrapped", []byte{0, 4, 6, 0}, `{"a":[1,{"b":{"Ref":"c"}}],"d":true}`},
		{"renamed", []byte{0, 3, 7, 0}, `{"a":[1,{"Ref":"c"}],"d":true}`},
		{"a part of itself", []byte{0, 5, 3, 0}, `{"a":[1,{"b":"c"}],"d":{"a":[1,{"b":"c"}],"d":true}}`},
		{"two edits", []byte{0, 2, 2, 0, 0, 1, 4, 0}, `{"a":[[{"b":"c"}],[{"b":"c"}]],"d":true}`},
	} {
		if got := Edited(tree, tt.edits).JSON(1 << 20); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.reason, got, tt.want)
		}
	}
}
