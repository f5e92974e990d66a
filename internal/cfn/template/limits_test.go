package template

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	bomb := "Resources:\n  Q: {Type: AWS::SQS::Queue}\nMetadata:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 9; i++ {
		bomb += fmt.Sprintf("  a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	var doubling strings.Builder
	doubling.WriteString("Resources:\n  Q0: {Type: AWS::SQS::Queue, Properties: {QueueName: abcdefgh}}\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&doubling, "  Q%d: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${Q%d.QueueName}${Q%d.QueueName}'}}\n", i, i-1, i-1)
	}
	loop := `["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q","r","s","t"]`
	loops := `{"Q${V0}${V1}${V2}${V3}${V4}${V5}": {"Type": "AWS::SQS::Queue"}}`
	for i := range 6 {
		loops = fmt.Sprintf(`{"Fn::ForEach::L%d": ["V%d", %s, %s]}`, i, i, loop, loops)
	}
	tests := []struct {
		name, reason string
		data         string
		want         error
	}{
		{"alias bomb", "nine levels of ten aliases stand for a billion values", bomb, value.ErrAliases},
		{"deep json", "no template is nested a thousand levels deep", `{"Resources":` + strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1001), value.ErrTooDeep},
		{"deep yaml", "the same in YAML", "Resources: " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000), value.ErrTooDeep},
		{"deep yaml blocks", "and in YAML's block style", "Resources:\n" + blocks(300), value.ErrTooDeep},
		{"doubling names", "forty lines make a name of four terabytes", doubling.String(), value.ErrTooLarge},
		{"loops in loops", "six loops over twenty values make 64 million resources", `{"Resources":` + loops + `}`, value.ErrTooLarge},
		{"too large", "more than CloudFormation takes by an order of magnitude", "Resources: {}\n#" + strings.Repeat(" ", MaxFileSize), value.ErrTooLarge},
		{"invalid UTF-8", "one meaning here, another elsewhere", "Resources:\n  Q\xff: {Type: AWS::SQS::Queue}", value.ErrSyntax},
		{"empty", "nothing is no template", "", value.ErrShape},
		{"only a comment", "nothing is no template", "# hello\n", value.ErrShape},
		{"a list", "a template is an object", "[1, 2]", value.ErrShape},
		{"key is a list", "YAML allows what JSON cannot say", "Resources:\n  ? [a]\n  : {Type: x}", value.ErrShape},
		{"unclosed string", "the file ends within a string", `{"Resources": {"Q`, value.ErrSyntax},
		{"half an escape", "JSON has no such escape", `{"Resources": {"\u12": 1}}`, value.ErrSyntax},
		{"tab", "YAML does not indent with tabs", "Resources:\n\tQ: {Type: x}", value.ErrSyntax},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.name] {
			t.Fatalf("case %q: no reason, or there twice", tt.name)
		}
		seen[tt.name] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := each(ReadBytes("template", []byte(tt.data), Options{}))
			var bad *value.Error
			if !errors.As(err, &bad) || !errors.Is(err, tt.want) {
				t.Fatalf("error %v, want a *value.Error that is %q: %s", err, tt.want, tt.reason)
			}
			if bad.Line == 0 && tt.want != value.ErrTooLarge && len(tt.data) > 0 {
				t.Errorf("error %v has no line", err)
			}
			if len(err.Error()) > 500 {
				t.Errorf("error of %d bytes", len(err.Error()))
			}
		})
	}
}

// each reads every World of an app to the end.
func each(app *App, err error) error {
	if err != nil {
		return err
	}
	return app.Each(testTypes, func(w *World) {
		for _, s := range w.Stacks {
			for _, r := range s.Resources {
				s.Resolve(r.Properties)
			}
		}
	})
}

func blocks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// A file of 100 MB is refused without being read.
func TestReadRefusesLargeFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "large.json")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100_000_000); err != nil { // a sparse file
		t.Fatal(err)
	}
	f.Close()
	_, err = Read(path, Options{})
	if !errors.Is(err, value.ErrTooLarge) {
		t.Errorf("error %v, want %v", err, value.ErrTooLarge)
	}
	if _, ok := Detect(path); ok {
		t.Error("detected as a template")
	}
}

func TestReadOfWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, path := range map[string]string{"missing": filepath.Join(dir, "missing.json"), "directory": dir} {
		_, err := Read(path, Options{})
		var bad *value.Error
		if !errors.As(err, &bad) {
			t.Errorf("%s: error %v, want a *value.Error", name, err)
		}
	}
	if _, err := Read(filepath.Join(dir, "missing.json"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that is os.ErrNotExist", err)
	}
}
