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
	mapped := `"k0": ["x", "x"]`
	for i := 1; i < 60; i++ {
		mapped += fmt.Sprintf(`, "k%d": [{"Fn::FindInMap": ["M", "a", "k%d"]}, {"Fn::FindInMap": ["M", "a", "k%d"]}]`, i, i-1, i-1)
	}
	substituted := `"x"`
	for range 30 {
		substituted = `{"Fn::Sub": ["${a}${a}", {"a": ` + substituted + `}]}`
	}
	long := `{"Ref": "L"}`
	lists := `{"Parameters": {"L": {"Type": "CommaDelimitedList", "Default": "` + strings.Repeat("x,", 20_000) + `"}}, "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [` +
		long + strings.Repeat(","+long, 20_000) + `]}}}}`
	tests := []struct {
		name, reason string
		data         string
		want         error
	}{
		{"functions in mappings", "a mapping holds strings and lists of strings; this one would stand for 2^60", `{"Mappings": {"M": {"a": {` + mapped + `}}}, "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"Tags": {"Fn::FindInMap": ["M", "a", "k59"]}}}}}`, value.ErrShape},
		{"substitutions in substitutions", "thirty that each double another stand for 2^30 characters", `{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": ` + substituted + `}}}}`, value.ErrTooLarge},
		{"a long list many times", "20,000 references to 20,000 items stand for 400 million", lists, value.ErrTooLarge},
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

// Eighteen small templates, each of which nests the next six times, stand for 6^18 stacks.
func TestNestedStacksAreCounted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 18 {
		var b strings.Builder
		b.WriteString("Resources:\n")
		for j := range 6 {
			fmt.Fprintf(&b, "  N%d: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t%d.yaml}}\n", j, i+1)
		}
		write(t, filepath.Join(dir, fmt.Sprintf("t%d.yaml", i)), b.String())
	}
	write(t, filepath.Join(dir, "t18.yaml"), "Resources:\n  T: {Type: AWS::SNS::Topic}\n")
	err := each(Read(filepath.Join(dir, "t0.yaml"), Options{}))
	if !errors.Is(err, value.ErrTooLarge) || !strings.Contains(err.Error(), "at most 500") {
		t.Errorf("error %v, want one with the limit", err)
	}
	app, err := Read(filepath.Join(dir, "t16.yaml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	stacks := 0
	if err := app.Each(testTypes, func(w *World) { stacks += len(w.Stacks) }); err != nil || stacks != 1+6+36 {
		t.Errorf("%d stacks, error %v; want a stack for each reference", stacks, err)
	}
}

// A stage's assembly that is reached in several ways is one assembly.
func TestAssemblyIsReadOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := dir
	for i := range 18 {
		stages := ""
		for j := 0; j < 6 && i < 17; j++ {
			stages += fmt.Sprintf(`, "A%d": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "n"}}`, j)
		}
		if err := os.MkdirAll(at, 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(at, "manifest.json"), `{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}`+stages+`}}`)
		write(t, filepath.Join(at, "t.json"), `{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}`)
		at = filepath.Join(at, "n")
	}
	app, err := Read(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(app.stacks) != 18 {
		t.Errorf("%d stacks, want 18", len(app.stacks))
	}
}

// Nor does a link make another one of it, and none that leads outside is followed.
func TestAssemblyByLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "cdk.out")
	for _, at := range []string{filepath.Join(out, "assembly-A"), filepath.Join(dir, "elsewhere")} {
		if err := os.MkdirAll(at, 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(at, "manifest.json"), `{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}}}`)
		write(t, filepath.Join(at, "t.json"), `{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}`)
	}
	stages := ""
	for name, to := range map[string]string{"assembly-A": "", "assembly-B": "assembly-A", "assembly-C": "../elsewhere"} {
		stages += fmt.Sprintf(`, %q: {"type": "cdk:cloud-assembly", "properties": {"directoryName": %q}}`, name, name)
		if to != "" {
			if err := os.Symlink(to, filepath.Join(out, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(t, filepath.Join(out, "manifest.json"), `{"artifacts": {`+strings.TrimPrefix(stages, ", ")+`}}`)
	app, err := Read(out, Options{})
	if app == nil || len(app.stacks) != 1 || err == nil || !strings.Contains(err.Error(), "assembly-C") || strings.Contains(err.Error(), "assembly-B") {
		t.Errorf("got %+v and error %v, want one stack, and the link outside named", app, err)
	}
}

// Nothing outside of the folder is opened, by a path or by a link, and the stack says why it is not known.
func TestNothingOutsideIsOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inside := filepath.Join(dir, "inside")
	if err := os.Mkdir(inside, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "secret.yaml"), "Resources:\n  T: {Type: AWS::SNS::Topic}\n")
	if err := os.Symlink("../secret.yaml", filepath.Join(inside, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"../secret.yaml": "outside of the folder",
		"link.yaml":      "escapes",
		"missing.yaml":   "not among the files",
		".":              "no regular file",
	} {
		write(t, filepath.Join(inside, "t.yaml"), "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "+url+"}}\n")
		app, err := Read(filepath.Join(inside, "t.yaml"), Options{})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		err = app.Each(testTypes, func(w *World) {
			if why := w.Stacks[0].NestedUnread("N"); len(w.Stacks) != 1 || !strings.Contains(why, want) {
				t.Errorf("%s: %d stacks, %q; want one, and %q", url, len(w.Stacks), why, want)
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
	// The folder that the user gave may be a larger one.
	write(t, filepath.Join(inside, "t.yaml"), "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ../secret.yaml}}\n")
	app, err := Read(filepath.Join(inside, "t.yaml"), Options{Root: dir})
	if err != nil || len(app.stacks[0].children) != 1 {
		t.Errorf("error %v, want the nested stack, which is in the folder", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
