package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/internal/config"
	"github.com/hopgrant/hopgrant/internal/value"
)

func readDocs(t *testing.T) (markdown, example string, schema map[string]any) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../../docs/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```yaml\n")
	example, _, _ = strings.Cut(rest, "```")
	return string(doc), example, schema
}

func TestDocumentedExample(t *testing.T) {
	_, text, _ := readDocs(t)
	f, err := config.Parse("x/.hopgrant.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	set := func(line, column int32, v string) config.Setting {
		return config.Setting{Value: v, At: value.Place{Line: line, Column: column}}
	}
	want := &config.File{Path: "x/.hopgrant.yaml",
		FailOn: set(1, 10, "warning"), Severity: set(2, 11, "info"), Account: set(19, 10, "111122223333"), Region: set(20, 9, "eu-central-1"),
		Baseline: set(21, 11, "known.json"), Exclude: []config.Setting{set(11, 5, "legacy/"), set(12, 5, "**/*.example.yaml")},
		VarFiles:   []config.Setting{set(18, 13, "infra/prod.tfvars")},
		Parameters: []config.Named{{Name: "Stage", Setting: set(14, 3, "prod")}},
		Variables:  []config.Named{{Name: "stage", Setting: set(16, 3, "prod")}, {Name: "zones", Setting: set(17, 3, `["eu-central-1a","eu-central-1b"]`)}},
		Rules: []config.Rule{
			{ID: "no-dead-letter-queue", Off: true, Reason: "what is lost here can be computed again", At: value.Place{Line: 4, Column: 3}},
			{ID: "open-queue", Severity: "error", Reason: "our policy forbids queues that everybody may send to", At: value.Place{Line: 7, Column: 3}},
		}}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	if got := f.From("known.json"); got != filepath.Join("x", "known.json") {
		t.Errorf("paths count from %s, want the file's folder", got)
	}
}

// mistakes are files that are refused, by the schema too.
var mistakes = []struct{ reason, yaml, want string }{
	{"a list is no file", "- a\n", "it is a list, want a mapping with fail-on, severity,"},
	{"an unknown key names the nearest", "excludes: []\n", `f.yaml:1:1: field "excludes": file has no such field, want exclude`},
	{"a key of another form too", "failOn: error\n", `f.yaml:1:1: field "failOn": file has no such field, want fail-on`},
	{"a key that is like none names all", "x: 1\n", `field "x": file has no such field, want fail-on, severity, rules,`},
	{"a severity of a check is not off", "severity: off\n", `f.yaml:1:11: severity "off": unknown, want error, warning or info`},
	{"a rule has a reason", "rules: {open-queue: {severity: off}}\n", `f.yaml:1:21: rule open-queue: it has no reason, want reason`},
	{"also in full", "rules: {open-queue: {severity: off, reason: ''}}\n", `f.yaml:1:45: reason: the value is empty, want a value, or no reason`},
	{"a rule is no severity alone", "rules: {open-queue: off}\n", `rule open-queue "off": it is a string, want a mapping with severity or reason`},
	{"a rule has a severity", "rules: {open-queue: {severity: fatal, reason: x}}\n", `severity "fatal": unknown, want error, warning, info or off`},
	{"an empty value is a mistake", "region:\n", "f.yaml:1:8: region: it is empty, want a string"},
	{"patterns are a list", "exclude: legacy\n", `f.yaml:1:10: exclude "legacy": it is a string, want a list`},
	{"values are a mapping", "parameters: [Stage=prod]\n", "f.yaml:1:13: parameters: it is a list, want a mapping of names to values"},
	{"null is no value", "variables: {stage: }\n", `variables "stage": it is empty, want a value; an empty one is ''`},
}

func TestMistakes(t *testing.T) {
	for _, tt := range mistakes {
		if _, err := config.Parse("f.yaml", []byte(tt.yaml)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.reason, err, tt.want)
		}
	}
	// The schema cannot know all rules, nor what YAML forbids.
	for text, want := range map[string]string{
		"rules: {open-queues: {severity: off, reason: x}}\n": `f.yaml:1:9: rule "open-queues": there is no such rule, want open-queue`,
		"region: a\nregion: b\n":                             `f.yaml:2:1: key "region": it is already at line 1, column 1`,
	} {
		if _, err := config.Parse("f.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	if _, err := config.Parse("f.yaml", []byte("# nothing yet\n")); err != nil {
		t.Errorf("a file that says nothing: %v", err)
	}
}

func TestSchema(t *testing.T) {
	doc, example, schema := readDocs(t)
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text string) error {
		var v any
		if err := yaml.Load([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(instance)
	}
	if err := validate(example); err != nil {
		t.Errorf("the documented example: %v", err)
	}
	for _, tt := range mistakes {
		if validate(tt.yaml) == nil {
			t.Errorf("%s: the schema finds nothing in %q", tt.reason, tt.yaml)
		}
	}
	// Reader, schema and documentation have the same keys.
	var want []string
	for key := range schema["properties"].(map[string]any) {
		want = append(want, key)
		if !strings.Contains(doc, "`"+key+"`") {
			t.Errorf("%s is not documented", key)
		}
	}
	_, err = config.Parse("f.yaml", []byte("x: 1\n"))
	m := regexp.MustCompile(`no such field, want (.*)`).FindStringSubmatch(err.Error())
	got := strings.Split(strings.ReplaceAll(m[1], " or ", ", "), ", ")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the reader has %v, the schema %v", got, want)
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	for _, path := range []string{"outer/.hopgrant.yaml", "outer/repository/.git/HEAD", "outer/repository/infra/prod/a.yaml", "outer/repository/own/.hopgrant.yaml",
		"outer/repository/own/deep/a.yaml", "outer/loose/a.yaml"} {
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, path), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(root, "outer", "repository", "own", "deep"))
	for _, tt := range []struct{ reason, path, want string }{
		{"in the folders above that of a file", filepath.Join(root, "outer/repository/own/deep/a.yaml"), filepath.Join(root, "outer/repository/own/.hopgrant.yaml")},
		{"above the working directory, as it is reached from there", "a.yaml", "../.hopgrant.yaml"},
		{"for a folder too", "..", "../.hopgrant.yaml"},
		{"not above the repository", "../../infra/prod", ""},
		{"where there is no repository, anywhere above", "../../../loose", "../../../.hopgrant.yaml"},
		{"for a file that is not there, as the name of stdin may be", "b.yaml", "../.hopgrant.yaml"},
	} {
		got, err := config.Find(tt.path)
		if err != nil || got != filepath.FromSlash(tt.want) {
			t.Errorf("%s: %s is found for %s, want %s (%v)", tt.reason, got, tt.path, tt.want, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	doc, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		f.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	f.Add(example)
	for _, tt := range mistakes {
		f.Add(tt.yaml)
	}
	f.Fuzz(func(t *testing.T, s string) {
		file, err := config.Parse("f.yaml", []byte(s))
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f.yaml:") {
					t.Errorf("error without the file: %q", line)
				}
			}
			return
		}
		for _, r := range file.Rules {
			if r.Reason == "" || r.Off == (r.Severity != "") {
				t.Errorf("a rule without a reason, or that is both off and has a severity: %+v", r)
			}
		}
	})
}
