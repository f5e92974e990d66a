//go:build integ

// Package publictemplates tests hopgrant check --fix on templates that others have published.
package publictemplates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/linter"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
	"github.com/hopgrant/hopgrant/internal/cfn"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A template is a line of testdata/templates.txt: a template with errors, or one that the test breaks.
type template struct {
	line                     int
	repository, commit, path string
	// breaks is how the template is broken: "without Resource", which has a policy, or "key Queue", which gets the AWS managed key.
	breaks string
	// left is the reason, as --fix says it, why errors are left to a person; empty if none is.
	left string
}

// least is how many templates become clean at least.
const least = 30

// read returns the list of templates.
func read(t *testing.T) []template {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "templates.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var all []template
	for i, line := range strings.Split(string(text), "\n") {
		line, left, _ := strings.Cut(line, " # left: ")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case len(fields) != 3 && len(fields) != 5:
			t.Fatalf("templates.txt:%d: %q: got %d fields, want repository, commit and path, and how it is broken if it has no error", i+1, line, len(fields))
		default:
			all = append(all, template{i + 1, fields[0], fields[1], fields[2], strings.Join(fields[3:], " "), left})
		}
	}
	return all
}

// text returns the template as it is in the clone of its repository, broken if the list says so.
func (x *template) text(clones string) ([]byte, error) {
	cmd := exec.Command("git", "-C", filepath.Join(clones, x.repository), "cat-file", "blob", x.commit+":"+x.path)
	text, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = errors.New(strings.TrimSpace(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("templates.txt:%d: commit %s of %s: %w", x.line, x.commit, x.repository, err)
	}
	how, id, _ := strings.Cut(x.breaks, " ")
	if how == "" {
		return text, nil
	}
	f, err := edit.Open(x.path, text, cfn.Tag)
	if err != nil {
		return nil, err
	}
	switch how {
	case "without":
		err = f.Remove([]string{"Resources"}, id)
	case "key":
		resource, key := []string{"Resources", id}, value.NewText(value.Place{}, "alias/aws/sqs")
		if f.At(append(resource, "Properties")...).Kind == value.Object {
			err = f.Set(append(resource, "Properties"), "KmsMasterKeyId", key)
		} else {
			err = f.Add(resource, "Properties", value.NewObject(value.Place{}, value.Pair("KmsMasterKeyId", key)))
		}
	default:
		err = fmt.Errorf("templates.txt:%d: %q: unknown, want without or key", x.line, how)
	}
	return f.Bytes(), err
}

// TestMend mends public templates with errors. Afterwards they have no error apart from those that the list leaves to a person, and
// cfn-lint finds nothing in them that it did not find before.
//
// The variable HOPGRANT_CLONES names a folder that has a git clone of each repository as OWNER/NAME.
func TestMend(t *testing.T) {
	clones := os.Getenv("HOPGRANT_CLONES")
	if clones == "" {
		t.Fatal("HOPGRANT_CLONES is not set: want a folder that has a git clone of each repository of templates.txt as OWNER/NAME")
	}
	tools, err := programs.Find()
	if err != nil {
		t.Fatal(err)
	}
	program, err := tools.Build(t.TempDir(), "./cmd/hopgrant")
	if err != nil {
		t.Fatal(err)
	}
	before, after := t.TempDir(), t.TempDir()
	var was, is []string
	clean := 0
	for i, x := range read(t) {
		name := fmt.Sprintf("%03d-%s", i, filepath.Base(x.path))
		t.Run(fmt.Sprintf("%s/%s/%s", x.repository, x.path, x.breaks), func(t *testing.T) {
			text, err := x.text(clones)
			if err != nil {
				t.Fatal(err)
			}
			for _, dir := range []string{before, after} {
				if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(after, name)
			if n := count(t, program, file); n == 0 {
				t.Fatal("it has no error, so there is nothing to mend")
			}
			said := run(t, program, file, "--fix")
			switch n := count(t, program, file); {
			case x.left != "" && (n == 0 || !strings.Contains(said, x.left)):
				t.Errorf("%d errors are left, want one because %s\n%s", n, x.left, said)
			case x.left == "" && n > 0:
				t.Errorf("%d errors are left, want none\n%s", n, said)
			case n == 0:
				clean++
			}
			mended, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if run(t, program, file, "--fix"); !bytes.Equal(mended, must(t, file)) {
				t.Error("mending once more changes it again")
			}
			was, is = append(was, filepath.Join(before, name)), append(is, file)
		})
	}
	t.Logf("%d templates are clean", clean)
	if clean < least {
		t.Errorf("%d templates are clean, want %d", clean, least)
	}
	compare(t, tools, was, is)
}

func must(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// run runs hopgrant check on a file and returns what it prints, findings first.
func run(t *testing.T, program, file string, flags ...string) string {
	t.Helper()
	cmd := exec.Command(program, append([]string{"check", file, "--account", "111122223333", "--region", "eu-west-1", "--format", "json"}, flags...)...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v\n%s", err, &said)
	}
	if len(flags) > 0 {
		return said.String()
	}
	return out.String()
}

// count returns how many errors a file has.
func count(t *testing.T, program, file string) int {
	t.Helper()
	var report struct{ Summary struct{ Errors int } }
	if err := json.Unmarshal([]byte(run(t, program, file)), &report); err != nil {
		t.Fatal(err)
	}
	return report.Summary.Errors
}

// compare lets cfn-lint look at the templates before and after: nothing may be new, wherever in the file it is.
func compare(t *testing.T, tools programs.Set, before, after []string) {
	t.Helper()
	said := func(files []string) map[string]int {
		findings, err := linter.CfnLint(t.Context(), tools, files...)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]int{}
		for _, f := range findings {
			_, message, _ := strings.Cut(f.Text, ": ") // without the line
			all[f.Where+": "+f.Rule+": "+message]++
		}
		return all
	}
	known := said(before)
	var fresh []string
	for what, n := range said(after) {
		if n > known[what] {
			fresh = append(fresh, what)
		}
	}
	slices.Sort(fresh)
	for _, what := range fresh {
		t.Errorf("cfn-lint finds what was not there before: %s", what)
	}
}
