package cfn

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// plainSeeds returns the YAML templates of the tests, and text close to what is and is not plain.
func plainSeeds(tb testing.TB) [][]byte {
	tb.Helper()
	seeds := [][]byte{
		[]byte("---\n# c\nA: b # c\nB:\n- !Ref X\n- c: 'd''e'\n  f: [1, !Sub '${A}', {a: b, \"c\": [] }]\n  g:\n    - h: true\n\n    -   i: 2012-10-17\n        j: {}\nC: !If\n  - x\n  - Fn::Join: ['', [a, b]]\n  - !Join\n    - ','\n    - y: z\n"),
		[]byte("A: b\n c\n"), []byte("A:\n  'b':\n  - c\n  -\n    d: e\n"), []byte("A: b: c\n"), []byte("A: [a: b]\n"), []byte("A: {a, b: c}\n"),
		[]byte("A: a#b\nB: 'a'#b\nC: a:b\nD: http://x/y?z=1,2\n"), []byte("A: 012\nB: 1_0\nC: 0x1\nD: 1e3\nE: 1.5\nF: 10:20\n"),
		[]byte("A: yes\nB: Null\nC: ~\nD: <<\nE: -\n"), []byte("A: !Ref\nB: !!str x\nC: ! x\nD: !x!y z\n"), []byte("A: - b\n- c\n"),
		[]byte("- A: b\n  C: d\n- - e\n"), []byte("A:\n- b\n  C: d\n"), []byte("A: \"b\\n\"\n"), []byte("A: b\n...\n"), []byte("A: b\n---\nC: d\n"),
		[]byte("A: [b,\n c]\n"), []byte("A: {b: c }  # d\nA: e"), []byte("A: | # b\n  c\nD: >\n  e\n"), []byte("A: &a b\nC: *a\n"), []byte("? a\n: b\n"),
	}
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no seeds: %v", err)
	}
	rules, _ := filepath.Glob("../check/rules/*.txtar")
	for _, file := range append(files, rules...) {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if part.Name != "want" {
				seeds = append(seeds, part.Data)
			}
		}
	}
	return seeds
}

// samePlain checks that what is read as plain YAML is what the YAML library reads, and reports whether it is plain.
func samePlain(t *testing.T, data []byte) bool {
	t.Helper()
	got, ok := readPlainYAML(data)
	if !ok {
		return false
	}
	want, err := readAnyYAML("template", data)
	if err != nil {
		t.Fatalf("read as plain, but the library says %v:\n%s", err, data)
	}
	sameNode(t, data, got, want)
	return true
}

func sameNode(t *testing.T, data []byte, got, want node) {
	t.Helper()
	if got.kind != want.kind || got.at != want.at || got.text != want.text || len(got.items) != len(want.items) || len(got.members) != len(want.members) {
		t.Fatalf("got %s %q at %v, want %s %q at %v:\n%s", got.kind, got.text, got.at, want.kind, want.text, want.at, data)
	}
	for i := range got.items {
		sameNode(t, data, got.items[i], want.items[i])
	}
	for i := range got.members {
		if g, w := got.members[i], want.members[i]; g.key != w.key || g.at != w.at {
			t.Fatalf("got key %q at %v, want %q at %v:\n%s", g.key, g.at, w.key, w.at, data)
		}
		sameNode(t, data, got.members[i].value, want.members[i].value)
	}
}

// The plain reader gives what the YAML library gives, and reads most templates at all.
func TestPlainYAML(t *testing.T) {
	t.Parallel()
	plain, all := 0, 0
	for _, data := range plainSeeds(t) {
		if looksLikeJSON(data) || !strings.Contains(string(data), "Resources:") {
			samePlain(t, data)
			continue
		}
		all++
		if samePlain(t, data) {
			plain++
		}
	}
	if plain < all/2 {
		t.Errorf("%d of %d templates are plain", plain, all)
	}
	t.Logf("%d of %d templates are plain", plain, all)
}

// Whatever is put together of what templates consist of: where the plain reader reads it, it gives what the YAML library gives.
func TestPlainYAMLOfPieces(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	some := func(pieces []string) string { return pieces[random.IntN(len(pieces))] }
	odd := append(strings.Split("-1|1.5|~|'|\"|[|]|{|}|, |,|!Ref |!Sub|! |!!str |# c|#|:|: |::|?|*|&|%|@|\\|>|<<: |=|.|/|$|(|...|---|\t|\r", "|"), "|", " |\n")
	indents := strings.Split("||||  |  |  |    |    | |   |# c\n|\n", "|")
	dashes := strings.Split("|||||- |- |- - |-|-   |  - ", "|")
	keys := strings.Split("||A: |B: |C: |D: |A:|B:|C:|'d': |\"e\": |f:  |!If |!Sub ", "|")
	values := strings.Split("|||x|y z|1|01|2012-10-17|true|No|null|''|'f''g'|\"h\"|[]|{}|[a, 'b', 1]|{a: b, c: [d]}|!Ref x|!GetAtt x.y|[!Ref x, !Sub 'y']|x # c|'x' # c|x:y|http://z/#a", "|")
	plain := 0
	for range 30_000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(some(indents) + some(dashes) + some(keys) + some(values))
			if random.IntN(10) == 0 {
				b.WriteString(some(odd))
			}
			b.WriteByte('\n')
		}
		if samePlain(t, []byte(b.String())) {
			plain++
		}
	}
	if plain < 500 {
		t.Errorf("only %d texts are plain", plain)
	}
}

func FuzzPlainYAML(f *testing.F) {
	for _, data := range plainSeeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { samePlain(t, data) })
}
