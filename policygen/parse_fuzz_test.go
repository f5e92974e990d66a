package policygen

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// FuzzParse compares Parse with encoding/json, which is less strict: it must accept whatever Parse accepts. What Parse
// returns must be stable.
func FuzzParse(f *testing.F) {
	for _, c := range parseCases {
		f.Add([]byte(c.in))
	}
	for _, c := range parseErrorCases {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := Parse(in)
		if err != nil {
			var input *InputError
			if !errors.As(err, &input) {
				t.Errorf("error is %T", err)
			} else if len(in) <= maxDocumentSize && (input.Line < 1 || input.Column < 1 || input.Line > bytes.Count(in, []byte("\n"))+1) {
				t.Errorf("line %d, column %d is not in the document", input.Line, input.Column)
			}
			if bytes.ContainsAny([]byte(err.Error()), "\r\x1b\x00") {
				t.Errorf("error holds control characters: %q", err)
			}
			return
		}
		if !json.Valid(bytes.TrimPrefix(in, []byte("\ufeff"))) {
			t.Error("encoding/json does not take it")
		}
		text, err := d.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%v in what was written:\n%s", err, text)
		}
		if !reflect.DeepEqual(again, d) {
			t.Errorf("written and read again: %#v\nbefore: %#v", again, d)
		}
	})
}
