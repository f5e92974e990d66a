package eval

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// A corpusCase is one request of the corpus with the outcome that AWS documents for it.
type corpusCase struct {
	name           string // file/case
	source, reason string
	want           Outcome
	request        Request
	policies       Policies
}

// TestCorpus holds the evaluator against AWS's documents.
func TestCorpus(t *testing.T) {
	for _, c := range loadCorpus(t) {
		t.Run(c.name, func(t *testing.T) {
			compiled := Compile(c.policies)
			d := compiled.Evaluate(c.request)
			if d.Outcome != c.want {
				t.Errorf("it is %v, want %v: %s (%s)\n%s\n%s", d.Outcome, c.want, c.reason, c.source, d.Explain(), reasonLines(d))
			}
			if got := compiled.Decide(c.request); got != d.Outcome {
				t.Errorf("Decide says %v, Evaluate %v", got, d.Outcome)
			}
		})
	}
}

func reasonLines(d Decision) string {
	var b strings.Builder
	for _, r := range d.Reasons {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}

func loadCorpus(tb testing.TB) []corpusCase {
	files, err := filepath.Glob("testdata/corpus/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	var all []corpusCase
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			tb.Fatal(err)
		}
		cases, problems := readCorpus(strings.TrimSuffix(filepath.Base(f), ".txtar"), data)
		for _, p := range problems {
			tb.Errorf("%s: %s", f, p)
		}
		all = append(all, cases...)
	}
	if len(all) == 0 {
		tb.Fatal("the corpus has no cases")
	}
	return all
}

// readCorpus returns the cases of a file and everything that is wrong with it.
func readCorpus(file string, data []byte) (cases []corpusCase, problems []string) {
	sections := readTxtar(data)
	docs, used, seen := map[string]policygen.Document{}, map[string]bool{}, map[string]bool{}
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, s := range sections {
		if seen[s.name] {
			add("%s: there are two sections of this name", s.name)
		}
		seen[s.name] = true
		if name, ok := strings.CutSuffix(s.name, ".json"); ok {
			d, err := policygen.Parse([]byte(s.text))
			if err != nil {
				add("%s: %v", s.name, err)
			}
			docs[name] = d
		}
	}
	for _, s := range sections {
		if strings.HasSuffix(s.name, ".json") {
			continue
		}
		r := caseReader{docs: docs, used: used, headers: map[string]bool{}}
		r.c.name = file + "/" + s.name
		r.read(s.text)
		for _, p := range r.problems {
			add("%s: %s", s.name, p)
		}
		cases = append(cases, r.c)
	}
	if len(cases) == 0 {
		add("there is no case")
	}
	for name := range docs {
		if !used[name] {
			add("%s.json: no case uses it", name)
		}
	}
	return cases, problems
}

type caseReader struct {
	c        corpusCase
	docs     map[string]policygen.Document
	used     map[string]bool
	headers  map[string]bool
	problems []string
}

func (r *caseReader) add(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func (r *caseReader) read(text string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
			r.add("line %q has no header", line)
		case value == "":
			r.add("header %q has no value", name)
		case r.headers[name] && name != "context":
			r.add("header %q is there twice", name)
		default:
			r.header(name, value)
		}
		r.headers[name] = true
	}
	for _, required := range []string{"source", "reason", "want", "principal", "action", "resource"} {
		if !r.headers[required] {
			r.add("header %q is missing", required)
		}
	}
}

func (r *caseReader) header(name, value string) {
	c := &r.c
	var err error
	switch name {
	case "source":
		c.source = value
		if !strings.HasPrefix(value, "https://") {
			r.add("source %q is no URL", value)
		}
	case "reason":
		c.reason = value
	case "want":
		c.want, err = ParseOutcome(value)
	case "principal":
		c.request.Principal, err = policygen.ParsePrincipal(value)
	case "action":
		c.request.Action = value
	case "resource":
		c.request.Resource = policygen.ARN(value)
	case "resource-account":
		c.request.ResourceAccount = value
	case "context":
		key, values, ok := strings.Cut(value, " = ")
		if !ok {
			r.add("context %q has no \" = \"", value)
		}
		r.context(key, strings.Split(values, ", "))
	case "context-complete":
		if c.request.ContextComplete = value == "yes"; value != "yes" {
			r.add("context-complete is %q, want yes or nothing", value)
		}
	case "absent":
		for key := range strings.SplitSeq(value, ",") {
			r.context(strings.TrimSpace(key), nil)
		}
	case "identity":
		c.policies.Identity = r.documents(value)
	case "boundary":
		c.policies.Boundary = r.document(value)
	case "session":
		c.policies.Session = r.documents(value)
	case "resource-policy":
		c.policies.Resource = r.document(value)
	case "scp":
		c.policies.ServiceControl = r.levels(value)
	case "rcp":
		c.policies.ResourceControl = r.levels(value)
	default:
		r.add("header %q is unknown", name)
	}
	if err != nil {
		r.add("%v", err)
	}
}

func (r *caseReader) context(key string, values []string) {
	if r.c.request.Context == nil {
		r.c.request.Context = map[string][]string{}
	}
	if _, ok := r.c.request.Context[key]; ok {
		r.add("context key %q is there twice", key)
	}
	for i := range values {
		if values[i] == `""` {
			values[i] = ""
		}
	}
	r.c.request.Context[key] = values
}

func (r *caseReader) document(name string) *policygen.Document {
	d, ok := r.docs[name]
	if !ok {
		r.add("there is no document %q", name)
	}
	r.used[name] = true
	return &d
}

func (r *caseReader) documents(names string) []policygen.Document {
	var all []policygen.Document
	for name := range strings.SplitSeq(names, ",") {
		all = append(all, *r.document(strings.TrimSpace(name)))
	}
	return all
}

func (r *caseReader) levels(value string) [][]policygen.Document {
	var all [][]policygen.Document
	for level := range strings.SplitSeq(value, "/") {
		all = append(all, r.documents(strings.TrimSpace(level)))
	}
	return all
}

type txtarSection struct{ name, text string }

// readTxtar returns the sections of a txtar archive.
func readTxtar(data []byte) []txtarSection {
	var sections []txtarSection
	for line := range bytes.Lines(data) {
		s := strings.TrimRight(string(line), "\r\n")
		if name, ok := strings.CutPrefix(s, "-- "); ok && strings.HasSuffix(name, " --") {
			sections = append(sections, txtarSection{name: strings.TrimSpace(strings.TrimSuffix(name, " --"))})
		} else if n := len(sections); n > 0 {
			sections[n-1].text += string(line)
		}
	}
	return sections
}

func TestCorpusReaderRefuses(t *testing.T) {
	const good = "-- one --\nsource: https://docs.aws.amazon.com/\nreason: r\nwant: allowed\nprincipal: *\naction: sqs:SendMessage\nresource: *\n"
	const document = "-- d.json --\n" + `{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}` + "\n"
	tests := []struct{ name, archive, want, reason string }{
		{"no case", "only a comment\n", "there is no case", "a file that tests nothing is a mistake"},
		{"unknown header", good + "colour: red\n", `header "colour" is unknown`, "a misspelt header would be a case that tests something else"},
		{"repeated header", good + "action: sqs:ReceiveMessage\n", `header "action" is there twice`, "one of the two would be ignored"},
		{"missing source", strings.Replace(good, "source: https://docs.aws.amazon.com/\n", "", 1), `header "source" is missing`, "expectations come from outside"},
		{"missing reason", strings.Replace(good, "reason: r\n", "", 1), `header "reason" is missing`, "a case must say why"},
		{"two of one name", good + good, "two sections of this name", "one would hide the other in reports"},
		{"unused document", good + document, "d.json: no case uses it", "it was meant for some case"},
		{"missing document", good + "identity: d\n", `there is no document "d"`, "the case would test another thing"},
		{"broken document", good + "identity: d\n-- d.json --\n{\n", "d.json: ", "it cannot be evaluated"},
		{"bad want", strings.Replace(good, "allowed", "maybe", 1), `decision "maybe"`, "there are four outcomes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := readCorpus("f", []byte(tt.archive))
			if !strings.Contains(strings.Join(problems, "\n"), tt.want) {
				t.Errorf("problems are %q, want one with %q: %s", problems, tt.want, tt.reason)
			}
		})
	}
	if _, problems := readCorpus("f", []byte(good)); problems != nil {
		t.Errorf("a good file has problems: %q", problems)
	}
}
