package fanoutfile

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// example returns the first YAML example of the documentation.
func example(doc string) string {
	_, rest, _ := strings.Cut(doc, "```yaml\n")
	text, _, _ := strings.Cut(rest, "```")
	return text
}

func readDocs(t *testing.T) (markdown string, schema map[string]any) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/fanout-yaml.md")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../../docs/fanout.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	return string(doc), schema
}

// TestDocumentedExample checks that the documented example can be read, generates policies, and is valid under the
// schema.
func TestDocumentedExample(t *testing.T) {
	doc, schema := readDocs(t)
	text := example(doc)
	f, err := Parse("fanout.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Policies()
	if err != nil {
		t.Fatal(err)
	}
	if len(p) != 7 {
		t.Errorf("%d policies, want those of 4 principals, of the 2 queues that SNS delivers to, and of 1 key", len(p))
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("fanout.schema.json", schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("fanout.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, valid := range map[string]bool{text: true, minimal: true, minimal + "    consumer: []\n": false, "topics: []\n": false} {
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
		if err := s.Validate(instance); (err == nil) != valid {
			t.Errorf("the schema finds %v in\n%s", err, text)
		}
		if _, err := Parse("f.yaml", []byte(text)); (err == nil) != valid {
			t.Errorf("Parse finds %v in\n%s", err, text)
		}
	}
}

// TestFieldsAgree checks that reader, schema and documentation have the same fields. An unknown field makes the reader
// list its own.
func TestFieldsAgree(t *testing.T) {
	doc, schema := readDocs(t)
	defs := schema["$defs"].(map[string]any)
	unknown := map[string]string{ // for each definition of the schema, a file with the unknown field x in such a mapping
		"":             "x: 1\n",
		"topic":        "topics: [{x: 1}]\n",
		"publisher":    "publishers: [{x: 1}]\n",
		"subscription": "queues: [{x: 1}]\n",
		"producer":     "queues: [{producers: [{x: 1}]}]\n",
		"consumer":     "queues: [{consumers: [{x: 1}]}]\n",
		"redriver":     "queues: [{redrivers: [{x: 1}]}]\n",
		"queue":        "queues: [{deadLetterQueue: {x: 1}}]\n",
	}
	for name := range defs {
		if unknown[name] == "" {
			t.Errorf("no file for %s", name)
		}
	}
	listed := regexp.MustCompile(`field "x": \w+ has no such field, want (.*)`)
	for name, text := range unknown {
		definition := schema
		if name != "" {
			definition = defs[name].(map[string]any)
		}
		var want []string
		for field := range definition["properties"].(map[string]any) {
			want = append(want, field)
			if !strings.Contains(doc, "`"+field+"`") {
				t.Errorf("%s of %q is not documented", field, name)
			}
		}
		_, err := Parse("f.yaml", []byte(text))
		m := listed.FindStringSubmatch(err.Error())
		if m == nil {
			t.Fatalf("%q: %v", name, err)
		}
		got := strings.Split(strings.ReplaceAll(m[1], " or ", ", "), ", ")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: the reader has %v, the schema %v", name, got, want)
		}
	}
}
