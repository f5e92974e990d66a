package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReadJSON holds the reader against encoding/json, which is less strict in four things: duplicate keys, UTF-8, surrogates
// and depth. What is read is the same, and stands where it says.
func FuzzReadJSON(f *testing.F) {
	for _, c := range jsonErrorCases {
		f.Add([]byte(c.in))
	}
	for _, s := range []string{`{"a": [1, -0.5e+7, true, null, "\u00e9\ud83d\ude42\/"], "ä": {}}`, "\ufeff[\r\n\t]", `"\u2028"`, `[[],{},""]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, problems := ReadJSON("", data)
		lines := strings.Split(strings.TrimPrefix(string(data), byteOrderMark), "\n")
		inside := func(at Place) bool {
			return at.Line >= 1 && int(at.Line) <= len(lines) && at.Column >= 1 && int(at.Column) <= utf8.RuneCountInString(lines[at.Line-1])+1
		}
		for _, e := range problems {
			if !inside(e.Place()) {
				t.Errorf("%v is outside of the text", e)
			}
			if strings.ContainsAny(e.Error(), "\r\n\x1b\x00") {
				t.Errorf("error holds control characters: %q", e)
			}
		}
		valid := json.Valid(bytes.TrimPrefix(data, []byte(byteOrderMark)))
		if len(problems) == 0 && !valid {
			t.Fatal("encoding/json does not take it")
		}
		for _, e := range problems {
			if valid && !errors.Is(e, ErrDuplicate) && !errors.Is(e, ErrTooDeep) && e.What != "byte" && !strings.HasPrefix(e.Got, "it is half of") {
				t.Errorf("encoding/json takes it: %v", e)
			}
		}
		if len(problems) > 0 {
			return
		}
		var want, got any
		if err := json.Unmarshal(bytes.TrimPrefix(data, []byte(byteOrderMark)), &want); err != nil {
			return // a number that no float64 holds
		}
		if err := json.Unmarshal([]byte(v.JSON(1<<30)), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("read and written %v (%v), want %v", got, err, want)
		}
		each(v, func(v Value) {
			begins := map[Kind]string{Text: `"`, List: "[", Object: "{", Boolean: "tf", Null: "n", Number: "-0123456789"}[v.Kind]
			if !inside(v.At) || !strings.ContainsRune(begins, []rune(lines[v.At.Line-1] + " ")[v.At.Column-1]) {
				t.Errorf("%s is not at %v", v.Kind, v.At)
			}
		})
	})
}

// each calls f with v and everything in it.
func each(v Value, f func(Value)) {
	f(v)
	for _, item := range v.Items {
		each(item, f)
	}
	for _, m := range v.Members {
		each(m.Value, f)
	}
}
