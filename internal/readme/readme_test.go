// Package readme tests that the README and other pages show what the code prints, and that generated pages are up to date.
//
// A fenced block after <!-- output --> shows commands, each after "$ ", and what they print. A block after <!-- file:
// PATH --> shows a file, and one after <!-- file: PATH#Name --> shows a declaration in a Go file. "go test
// ./internal/readme -update" rewrites the blocks.
package readme

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/cli"
)

var update = flag.Bool("update", false, "rewrite the README's blocks and the generated pages")

var marker = regexp.MustCompile(`^<!-- (output|file: (\S+)) -->$`)

// pages are those whose blocks are compared.
var pages = []string{"README.md", "docs/migrating.md", "docs/diagnose.md", "docs/doctor.md", "docs/migrate.md"}

func TestPagesShowWhatTheCodePrints(t *testing.T) {
	t.Chdir("../..")
	for _, page := range pages {
		t.Run(page, func(t *testing.T) { comparePage(t, page) })
	}
}

// comparePage compares the blocks of a page.
func comparePage(t *testing.T, page string) {
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(old), "\n")
	var b strings.Builder
	blocks := 0
	for i := 0; i < len(lines); i++ {
		b.WriteString(lines[i])
		m := marker.FindStringSubmatch(strings.TrimSpace(lines[i]))
		if m == nil {
			if strings.HasPrefix(lines[i], "<!-- output") || strings.HasPrefix(lines[i], "<!-- file") {
				t.Errorf("%s:%d: marker %q: unknown form", page, i+1, strings.TrimSpace(lines[i]))
			}
			if page != "README.md" && strings.HasPrefix(lines[i], "```") {
				t.Errorf("%s:%d: a block without a marker, which nothing compares", page, i+1)
			}
			continue
		}
		blocks++
		if i+1 == len(lines) || !strings.HasPrefix(lines[i+1], "```") {
			t.Fatalf("%s:%d: no fenced block follows the marker", page, i+1)
		}
		b.WriteString(lines[i+1])
		start, end := i+2, i+2
		for end < len(lines) && strings.TrimRight(lines[end], "\n") != "```" {
			end++
		}
		got := strings.Join(lines[start:end], "")
		want, err := expected(m, lines[start:end])
		if err != nil {
			t.Errorf("%s:%d: %v", page, i+1, err)
			want = got
		}
		if diff := cmp.Diff(got, want); diff != "" && !*update {
			t.Errorf("%s:%d: the block differs from what the code prints (-page +code); go test ./internal/readme -update mends it:\n%s", page, i+1, diff)
		}
		if end == len(lines) {
			t.Fatalf("%s:%d: the block does not end", page, i+1)
		}
		b.WriteString(want)
		b.WriteString(lines[end])
		i = end
	}
	if blocks == 0 {
		t.Fatalf("%s has no marked block", page)
	}
	if *update && b.String() != string(old) {
		if err := os.WriteFile(page, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// expected returns the text that a block must have.
func expected(m, block []string) (string, error) {
	if m[1] == "output" {
		return session(block)
	}
	name, decl, _ := strings.Cut(m[2], "#")
	src, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	if decl == "" {
		return string(src), nil
	}
	return declaration(name, src, decl)
}

// session runs the commands of a block and returns the block with their output.
func session(block []string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(block); i++ {
		if !strings.HasPrefix(block[i], "$ ") {
			continue
		}
		command := block[i]
		for strings.HasSuffix(command, "\\\n") && i+1 < len(block) {
			i++
			command += block[i]
		}
		words := strings.Fields(strings.ReplaceAll(strings.TrimPrefix(command, "$ "), "\\\n", " "))
		if words[0] != "hopgrant" {
			return "", fmt.Errorf("command %q: only hopgrant is run", words[0])
		}
		var stdout, stderr bytes.Buffer
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Version: "(devel)"}
		// Status 1 means that the command has findings.
		if status := c.Main(words[1:]); status > 1 {
			return "", fmt.Errorf("%s: status %d: %s", strings.Join(words, " "), status, &stderr)
		}
		b.WriteString(command)
		b.Write(stdout.Bytes())
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("the block shows no command")
	}
	return b.String(), nil
}

// declaration returns the source of a top-level declaration, with its comment.
func declaration(file string, src []byte, name string) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments)
	if err != nil {
		return "", err
	}
	text := func(doc *ast.CommentGroup, n ast.Node) string {
		from := n.Pos()
		if doc != nil {
			from = doc.Pos()
		}
		return string(src[fset.Position(from).Offset:fset.Position(n.End()).Offset]) + "\n"
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				return text(d.Doc, d), nil
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.Name == name {
						return text(d.Doc, d), nil
					}
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						if id.Name == name {
							return text(d.Doc, d), nil
						}
					}
				}
			}
		}
	}
	return "", fmt.Errorf("%s declares no %s", file, name)
}

// TestReadmeListsEveryExample checks that the list of examples has the first sentence of each program's package
// comment.
func TestReadmeListsEveryExample(t *testing.T) {
	t.Chdir("../..")
	mains, err := filepath.Glob("examples/*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	want := "\n| | |\n|---|---|\n"
	for _, name := range mains {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		dir := path.Dir(filepath.ToSlash(name))
		synopsis := new(doc.Package).Synopsis(f.Doc.Text())
		if synopsis == "" {
			t.Errorf("%s: it does not say what it shows", name)
		}
		if first, rest, _ := strings.Cut(synopsis, " "); letters(first) == letters(path.Base(dir)) {
			synopsis = strings.TrimPrefix(rest, "is ")
		}
		want += fmt.Sprintf("| [%s](%s) | %s |\n", path.Base(dir), dir, strings.TrimSuffix(synopsis, "."))
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- examples -->\n", "\n<!-- end of examples -->"
	before, tail, ok1 := strings.Cut(string(readme), begin)
	got, after, ok2 := strings.Cut(tail, end)
	if !ok1 || !ok2 {
		t.Fatalf("README.md has no list between %q and %q", begin, end)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		if !*update {
			t.Errorf("the list of examples is stale (-README +code); go test ./internal/readme -update mends it:\n%s", diff)
		} else if err := os.WriteFile("README.md", []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// letters returns the letters of s in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

func TestLinksToFilesExist(t *testing.T) {
	t.Chdir("../..")
	links := regexp.MustCompile(`\]\(([a-zA-Z.][^):#]*)\)`)
	names := []string{"README.md", "CONTRIBUTING.md"}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		pages, err := filepath.Glob(pattern)
		if err != nil || len(pages) == 0 {
			t.Fatalf("%s: no page: %v", pattern, err)
		}
		names = append(names, pages...)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range links.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(path.Join(path.Dir(name), string(m[1]))); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
	}
}

func TestMakeTargetsExist(t *testing.T) {
	t.Chdir("../..")
	var rules []byte
	for _, name := range []string{"Makefile", "integ/integ.mk", "site/site.mk"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, b...)
	}
	named := regexp.MustCompile("(?:`|^\\s*|\\$ )make ([a-z-]+)")
	found := 0
	for _, name := range []string{"README.md", "CONTRIBUTING.md", ".ci/run"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllSubmatch(text, -1) {
			found++
			if !regexp.MustCompile(`(?m)^` + string(m[1]) + `:`).Match(rules) {
				t.Errorf("%s names make %s, which no makefile has", name, m[1])
			}
		}
	}
	if found == 0 {
		t.Fatal("no make target is named anywhere")
	}
}
