package edit

import (
	"bytes"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/value"
)

// FuzzChange changes a file in a place. A change that is refused leaves the text as it is; one that is made adds lines in the file's own
// style, keeps what is around it byte for byte, and is there when the file is read again. What is added is found in no other place.
func FuzzChange(f *testing.F) {
	archives, err := filepath.Glob("../check/rules/*.txtar")
	if err != nil || len(archives) < 20 {
		f.Fatalf("%d archives: %v", len(archives), err)
	}
	for i, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, byte(i), uint16(i*7))
	}
	for _, text := range []string{
		"a: &x {b: 1}\nc: *x\n<<: {d: [1, 2]}\n", "? a\n: - b\n  - c: d\n", "\ufeffa:\r\n- b: c # d\r\n- e\r\n", "--- \na: {b: c,\n  # d\n  e: f # }\n}\n...\n--- \ng: h\n",
		"{\n\t\"a\": [\n\t\t1\n\t],\n\t\"b\": {}\n}\n", "a: |\n  b: c\nd: 'e''f'\ng: >-\n  h\n\n  i\n", "a: !If [b, {c: d}, !Ref e]\nf:\n  Fn::If: [b, c, d]\n", "- - a\n  - b: c\n    d: e\n- f", "{a: b}",
		"a:\n    b:\n        - c:\n              d\n", "a: [\n  b # c\n  , d\n]\n", "\"a\": \"\\u0062\"\n", "a:\n# b\n  - c\n# d\n",
	} {
		for i := range byte(6) {
			f.Add([]byte(text), i, uint16(i))
		}
	}
	added := value.NewObject(value.Place{}, value.Pair("Sid", value.NewText(value.Place{}, "yes")),
		value.Pair("Resource", value.NewList(value.Place{}, value.NewObject(value.Place{}, value.Pair("Ref", value.NewText(value.Place{}, "AWS::Region"))))))
	f.Fuzz(func(t *testing.T, text []byte, how byte, where uint16) {
		if len(text) > 1<<14 {
			return
		}
		file, err := Open("f.yaml", text, cloudFormation)
		if err != nil {
			return
		}
		paths := places(file.Root(), nil, nil)
		path := paths[int(where)%len(paths)]
		before := bytes.Clone(text)
		inserts := false
		switch how % 6 {
		case 0:
			inserts, err = file.At(path...).Kind == value.List, file.Append(path, added)
		case 1:
			inserts, err = true, file.Add(path, "New", added)
		case 2:
			err = file.Set(path, "New", added)
		case 3:
			err = file.Replace(path, added)
		case 4:
			err = file.RemoveItem(path, int(where)%3)
		default:
			if len(path) == 0 {
				return
			}
			err = file.Remove(path[:len(path)-1], path[len(path)-1])
		}
		switch {
		case !bytes.Equal(text, before):
			t.Fatal("the text that was given is changed")
		case err != nil && !bytes.Equal(file.Bytes(), text):
			t.Fatalf("refused, and changed to %q", file.Bytes())
		case err != nil:
			return
		}
		again, err := Open("f.yaml", file.Bytes(), cloudFormation)
		if err != nil || !same(again.Root(), file.Root()) {
			t.Fatalf("%v: it does not say when it is read again what it says now:\n%s", err, file.Bytes())
		}
		if inserts && !inserted(text, file.Bytes()) {
			t.Fatalf("more than an insertion: %q became %q", text, file.Bytes())
		}
		if n := bytes.Count(text, []byte("\n")); n > 0 && n == bytes.Count(text, []byte("\r\n")) && bytes.Count(file.Bytes(), []byte("\n")) != bytes.Count(file.Bytes(), []byte("\r\n")) {
			t.Fatalf("a line does not end as the others do: %q", file.Bytes())
		}
	})
}

// places returns the path of every value.
func places(v value.Value, path []string, all [][]string) [][]string {
	all = append(all, path)
	for i, item := range v.Items {
		all = places(item, append(path[:len(path):len(path)], strconv.Itoa(i)), all)
	}
	for _, m := range v.Members {
		all = places(m.Value, append(path[:len(path):len(path)], m.Key), all)
	}
	return all
}

// inserted reports whether a text is an old one with something put in at one place, where white space may be gone.
func inserted(old, text []byte) bool {
	from := 0
	for from < len(old) && from < len(text) && old[from] == text[from] {
		from++
	}
	to := 0
	for to < len(old)-from && to < len(text)-from && old[len(old)-1-to] == text[len(text)-1-to] {
		to++
	}
	return len(bytes.TrimSpace(old[from:len(old)-to])) == 0
}
