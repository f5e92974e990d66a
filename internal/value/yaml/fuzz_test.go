package yaml

import (
	"errors"
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

// FuzzParse reads YAML. What is read is bounded and, written as JSON, read again to the same; each error names the file.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: [1, 0x1F, 0o17, 1e3, .inf, ~, yes, 'it''s', \"\\u0041\\x1b\"]", "a: &x {b: 1}\nc: *x\nd: [*x, *x]", "a: !Sub \"${b}\"\nc: !GetAtt [d, e]",
		"a: |\n  one\n  two\nb: >-\n  three\n\n  four\n", "? a\n: - b\n  - c: d\n", "a: 1\na: 2\n", "<<: {a: 1}\nb: 2", "%YAML 1.2\n---\na: b\n...\n", "a: &a [*a]",
		"--- a\n--- b\n", "{a: b, \"c\": [d, {e: f}]} # g", "2012-10-17: 2012-10-17", "\ufeffa: b", "a: !!binary aGk=", "a:\tb", "- - - - - a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse("f.yaml", data, func(tag string, v value.Value) value.Value {
			return value.NewObject(v.At, value.Pair(tag, v))
		})
		var bad *value.Error
		if err != nil {
			if !errors.As(err, &bad) || bad.File != "f.yaml" {
				t.Fatalf("error without a file: %v", err)
			}
			return
		}
		text := v.JSON(1 << 20)
		again, err := value.ParseJSON("f.json", []byte(text))
		if errors.As(err, &bad) && len(text) >= 1<<20 {
			return // cut
		}
		if err != nil || again.JSON(1<<20) != text {
			t.Fatalf("%v: written %s\nread %s", err, text, again.JSON(1<<20))
		}
	})
}
