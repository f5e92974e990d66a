package cfn

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/internal/topology/topologytest"
)

var update = flag.Bool("update", false, "write what is read into the testdata; look at the difference before committing it")

// Every case is a txtar file: a comment that says what is shown and why it is right, lines "account:", "region:" and
// "parameter: K=V" for the options, the files, and the topology as "want".
func TestRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txtar"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			got := readCase(t, a)
			if *update {
				writeWant(t, file, a, got)
				return
			}
			if diff := cmp.Diff(string(want(a)), got); diff != "" {
				t.Errorf("topology (-want +got):\n%s", diff)
			}
		})
	}
}

// readCase reads the case's files, which are laid out in a directory, from the first one.
func readCase(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	var first string
	for _, f := range a.Files {
		if f.Name == "want" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = path
		}
	}
	o, reason := options(t, string(a.Comment))
	if len(strings.Fields(reason)) < 5 {
		t.Fatal("the comment does not say what the case shows and why")
	}
	all, err := Read(first, o)
	if err != nil {
		return "error " + strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "") + "\n"
	}
	var b strings.Builder
	for i, top := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(topologytest.Describe(top))
	}
	return strings.ReplaceAll(b.String(), dir+string(filepath.Separator), "")
}

func options(t *testing.T, comment string) (o Options, reason string) {
	t.Helper()
	var rest []string
	for _, line := range strings.Split(comment, "\n") {
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "account":
			o.Account = value
		case "region":
			o.Region = value
		case "parameter":
			name, v, _ := strings.Cut(value, "=")
			if o.Parameters == nil {
				o.Parameters = map[string]string{}
			}
			o.Parameters[name] = v
		default:
			rest = append(rest, line)
		}
	}
	return o, strings.Join(rest, " ")
}

func want(a *txtar.Archive) []byte {
	for _, f := range a.Files {
		if f.Name == "want" {
			return f.Data
		}
	}
	return nil
}

func writeWant(t *testing.T, file string, a *txtar.Archive, got string) {
	t.Helper()
	if bytes.Equal(want(a), []byte(got)) {
		return
	}
	done := false
	for i := range a.Files {
		if a.Files[i].Name == "want" {
			a.Files[i].Data, done = []byte(got), true
		}
	}
	if !done {
		a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
	}
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// More unknown conditions than can be tried stay unknown, and that is said.
func TestReadTooManyConditions(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Parameters:\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  P%d: {Type: String}\n", i)
	}
	b.WriteString("Conditions:\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  C%d: !Equals [!Ref P%d, x]\n", i, i)
	}
	b.WriteString("Resources:\n")
	for i := range 10 {
		fmt.Fprintf(&b, "  Q%d: {Type: AWS::SQS::Queue, Condition: C%d}\n", i, i)
	}
	all, err := ReadBytes("t.yaml", []byte(b.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 64 {
		t.Errorf("%d scenarios, want %d", len(all), 64)
	}
	for _, top := range all {
		if len(top.Unknowns) != 4 {
			t.Fatalf("%d unknowns, want the 4 conditions beyond the six that make 64 scenarios: %v", len(top.Unknowns), top.Unknowns)
		}
	}
}
