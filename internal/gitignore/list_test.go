package gitignore

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// patterns are the cases of gitignore(5), and what follows from them.
//
// [Pattern format]
//
// [Pattern format]: https://git-scm.com/docs/gitignore#_pattern_format
var patterns = []struct {
	reason  string
	lines   string
	ignored []string // folders end with a slash
	not     []string
}{
	{"a blank line matches no files", "\n\n", nil, []string{"a"}},
	{"a line starting with # is a comment", "#a", nil, []string{"a", "#a"}},
	{"a backslash in front of the first hash is for patterns that begin with a hash", `\#a`, []string{"#a"}, []string{"a"}},
	{"trailing spaces are ignored", "a  ", []string{"a"}, []string{"a "}},
	{"unless they are quoted with a backslash", `a\ `, []string{"a "}, []string{"a"}},
	{"lines of Windows end the same", "a\r\nb\r\n", []string{"a", "b"}, nil},
	{"! negates the pattern: a file excluded before becomes included again", "*.yaml\n!b.yaml", []string{"a.yaml"}, []string{"b.yaml"}},
	{"the last matching pattern decides", "!b.yaml\n*.yaml", []string{"b.yaml"}, nil},
	{"it is not possible to re-include a file if a parent directory of it is excluded", "x/\n!x/a", []string{"x/a", "x/"}, nil},
	{"unless the folder is included again", "/*\n!/x\n/x/*\n!/x/a", []string{"x/b", "b"}, []string{"x/a", "x/"}},
	{"a backslash in front of the first ! is for patterns that begin with !", `\!a`, []string{"!a"}, []string{"a"}},
	{"a slash at the beginning or middle makes the pattern relative to the folder", "doc/frotz", []string{"doc/frotz"}, []string{"a/doc/frotz"}},
	{"at the beginning", "/a", []string{"a"}, []string{"x/a"}},
	{"else it may match at any level below", "a", []string{"a", "x/a", "x/y/a"}, []string{"ab", "ba"}},
	{"a slash at the end matches folders only", "frotz/", []string{"frotz/", "a/frotz/", "frotz/b"}, []string{"x/frotz"}},
	{"doc/frotz/ matches doc/frotz directory, but not a/doc/frotz directory", "doc/frotz/", []string{"doc/frotz/"}, []string{"a/doc/frotz/"}},
	{"an asterisk matches anything except a slash", "foo/*", []string{"foo/test.json", "foo/bar/"}, []string{"foo/"}},
	{"also nothing", "a*b", []string{"ab", "axb"}, []string{"a/b", "axc"}},
	{"and a leading period", "*.yaml", []string{".yaml", "x/.a.yaml"}, nil},
	{"? matches any one character except /", "a?b", []string{"axb"}, []string{"ab", "a/b"}},
	{"the range notation", "[a-c]1", []string{"a1", "c1"}, []string{"d1", "-1"}},
	{"its negation", "[!a-c]1", []string{"d1"}, []string{"a1", "x/b1"}},
	{"or with a caret", "[^a-c]1", []string{"d1"}, []string{"a1"}},
	{"a bracket that comes first is itself", "[]a]1", []string{"]1", "a1"}, []string{"b1"}},
	{"a hyphen that comes last is itself", "[a-]1", []string{"-1", "a1"}, []string{"b1"}},
	{"a class of characters", "[[:digit:]x]1", []string{"51", "x1"}, []string{"a1"}},
	{"a backslash in brackets quotes", `[\]]1`, []string{"]1"}, []string{`\1`}},
	{"letters beyond ASCII", "ö?", []string{"öl"}, []string{"ol"}},
	{"an open bracket matches nothing", "[a", nil, []string{"a", "[a"}},
	{"a backslash quotes the next character", `a\*b`, []string{"a*b"}, []string{"axb"}},
	{"what regular expressions have is text", "a+(b).c|d", []string{"a+(b).c|d"}, []string{"aab.c", "d"}},
	{"a leading ** matches in all folders", "**/foo", []string{"foo", "a/foo", "a/b/foo"}, []string{"afoo"}},
	{"**/foo/bar matches bar anywhere that is directly under foo", "**/foo/bar", []string{"foo/bar", "a/foo/bar"}, []string{"foo/a/bar"}},
	{"a trailing /** matches everything inside", "abc/**", []string{"abc/a", "abc/x/b"}, []string{"abc/", "x/abc/a"}},
	{"a/**/b matches a/b, a/x/b, a/x/y/b", "a/**/b", []string{"a/b", "a/x/b", "a/x/y/b"}, []string{"a/xb", "c/a/b"}},
	{"other consecutive asterisks are regular asterisks", "a**b", []string{"ab", "axb"}, []string{"a/b"}},
	{"the template of a CDK app", "*.js\n!jest.config.js\ncdk.out\n.cdk.staging", []string{"a.js", "cdk.out/", "cdk.out/a.json"}, []string{"jest.config.js", "a.json"}},
}

func TestPatterns(t *testing.T) {
	for _, tt := range patterns {
		folder := t.TempDir()
		l, _ := New(folder, strings.Split(tt.lines, "\n")...)
		ask := func(path string) bool {
			return l.Excludes(filepath.Join(l.folder, filepath.FromSlash(path)), strings.HasSuffix(path, "/"))
		}
		for _, path := range tt.ignored {
			if !ask(path) {
				t.Errorf("%s: %q does not name %s", tt.reason, tt.lines, path)
			}
		}
		for _, path := range tt.not {
			if ask(path) {
				t.Errorf("%s: %q names %s", tt.reason, tt.lines, path)
			}
		}
	}
}

// TestPatternsAsGit asks Git about the same cases.
func TestPatternsAsGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git")
	}
	for _, tt := range patterns {
		folder := t.TempDir()
		run := func(stdin string, args ...string) string {
			cmd := exec.Command(git, append([]string{"-C", folder, "-c", "core.excludesFile=", "-c", "core.quotePath=false"}, args...)...)
			cmd.Stdin = strings.NewReader(stdin)
			out, err := cmd.Output()
			if exit := (*exec.ExitError)(nil); err != nil && (!isExit(err, &exit) || exit.ExitCode() != 1) {
				t.Fatal(err)
			}
			return string(out)
		}
		run("", "init", "-q")
		if err = os.WriteFile(filepath.Join(folder, FileName), []byte(tt.lines), 0o666); err != nil {
			t.Fatal(err)
		}
		all := slices.Concat(tt.ignored, tt.not)
		for i, path := range all {
			file := filepath.Join(folder, path)
			all[i] = strings.TrimSuffix(path, "/")
			if all[i] != path {
				err = os.MkdirAll(file, 0o777)
			} else if err = os.MkdirAll(filepath.Dir(file), 0o777); err == nil {
				err = os.WriteFile(file, nil, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		got := strings.Split(run(strings.Join(all, "\x00"), "check-ignore", "--no-index", "-z", "--stdin"), "\x00")
		for i, path := range all {
			if want := i < len(tt.ignored); slices.Contains(got, path) != want {
				t.Errorf("%s: Git says of %s under %q: %v, want %v", tt.reason, path, tt.lines, !want, want)
			}
		}
	}
}

func isExit(err error, exit **exec.ExitError) bool {
	e, ok := err.(*exec.ExitError)
	*exit = e
	return ok
}

func TestTree(t *testing.T) {
	folder := t.TempDir()
	write := func(path, text string) {
		path = filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("repository/.git/HEAD", "")
	write("repository/.gitignore", "*.json\n/infra/plans\nbuilt/\n")
	write("repository/infra/.gitignore", "!keep.json\n")
	write("repository/built/a.yaml", "")
	write(".gitignore", "*")
	at := func(path string) *Tree {
		tree, err := Above(filepath.Join(folder, path))
		if err == nil {
			tree, err = tree.With(filepath.Join(folder, path))
		}
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	for _, tt := range []struct {
		reason, folder, path string
		want                 bool
	}{
		{"the file of the repository counts below", "repository/infra", "repository/infra/a.json", true},
		{"the file of the folder has the last word", "repository/infra", "repository/infra/keep.json", false},
		{"a pattern with a slash counts from its file's folder", "repository/infra", "repository/infra/plans", true},
		{"no file above the repository counts", "repository", "repository/a.yaml", false},
		{"a folder that is ignored itself was named, so that what is ignored above is not asked", "repository/built", "repository/built/a.json", false},
		{"outside of a repository the files above do not count", ".", "a", true},
	} {
		if got := at(tt.folder).Ignores(filepath.Join(folder, tt.path), false); got != tt.want {
			t.Errorf("%s: %s is ignored: %v, want %v", tt.reason, tt.path, got, tt.want)
		}
	}
}

func TestNewNamesPatternsThatMatchNothing(t *testing.T) {
	_, err := New(".", "[a", "a", "b\\")
	want := `pattern "[a": it matches nothing, want a pattern as in .gitignore` + "\n" + `pattern "b\": it matches nothing, want a pattern as in .gitignore`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzPattern(f *testing.F) {
	for _, tt := range patterns {
		f.Add([]byte(tt.lines))
	}
	f.Fuzz(func(t *testing.T, lines []byte) {
		for _, line := range bytes.Split(lines, []byte("\n")) {
			if _, err := parse(string(line)); err != nil && err != errPattern {
				t.Error(err)
			}
		}
	})
}
