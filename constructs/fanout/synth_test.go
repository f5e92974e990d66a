package fanout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

func TestMain(m *testing.M) {
	status := 0
	if !synthesize() {
		status = m.Run()
	}
	jsii.Close()
	os.Exit(status)
}

// newApp returns an app of its own for each test, in the one Node process.
func newApp(t testing.TB, context map[string]any) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &context, AnalyticsReporting: jsii.Bool(false)})
}

func newStack(app awscdk.App, id string) awscdk.Stack {
	return awscdk.NewStack(app, jsii.String(id), nil)
}

// inEnv returns a stack of a known account and Region.
func inEnv(app awscdk.App, id, account, region string) awscdk.Stack {
	return awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String(account), Region: jsii.String(region)}})
}

// A template is a synthesized one.
type template struct {
	t         testing.TB
	Resources map[string]resource
}

type resource struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
	DependsOn  any

	DeletionPolicy, UpdateReplacePolicy string
}

// synth returns the templates of an app by stack.
func synth(t testing.TB, app awscdk.App) map[string]template {
	t.Helper()
	return read(t, *app.Synth(&awscdk.StageSynthesisOptions{Force: jsii.Bool(true)}).Directory())
}

func read(t testing.TB, dir string) map[string]template {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]template{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		one := template{t: t}
		if err := json.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".template.json")] = one
	}
	return all
}

// of returns the logical ids of a type's resources that begin with prefix, sorted.
func (tt template) of(kind, prefix string) []string {
	var ids []string
	for id, r := range tt.Resources {
		if r.Type == kind && strings.HasPrefix(id, prefix) {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	return ids
}

// one returns the only such resource.
func (tt template) one(kind, prefix string) resource {
	tt.t.Helper()
	ids := tt.of(kind, prefix)
	if len(ids) != 1 {
		tt.t.Fatalf("%s %s…: got %v, want one", kind, prefix, ids)
	}
	return tt.Resources[ids[0]]
}

// statements returns the statements of a policy resource, each as JSON with sorted keys; Deny statements are left out.
func (r resource) statements() []string {
	doc, ok := r.Properties["PolicyDocument"].(map[string]any)
	if !ok {
		doc, _ = r.Properties["KeyPolicy"].(map[string]any)
	}
	list, _ := doc["Statement"].([]any)
	var all []string
	for _, s := range list {
		if s.(map[string]any)["Effect"] == "Allow" {
			all = append(all, text(s))
		}
	}
	return all
}

func text(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// joined replaces Fn::Join, Ref and Fn::GetAtt by what Fn::Sub would write, so that tests can be read.
func joined(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, x := range v {
			all[i] = joined(x)
		}
		return all
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return "${" + ref + "}"
		}
		if att, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprintf("${%v.%v}", att[0], att[1])
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			var b strings.Builder
			for _, x := range join[1].([]any) {
				b.WriteString(joined(x).(string))
			}
			return b.String()
		}
		all := map[string]any{}
		for k, x := range v {
			all[k] = joined(x)
		}
		return all
	}
	return v
}

// allowed returns the Allow statements of a policy resource, readable.
func (r resource) allowed() []string {
	var all []string
	for _, s := range r.statements() {
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			panic(err)
		}
		all = append(all, idHash.ReplaceAllString(text(joined(v)), "$1$2"))
	}
	return all
}

// idHash is the hash at the end of a logical id.
var idHash = regexp.MustCompile(`([A-Za-z-])[0-9A-F]{8}([.}"-])`)

// refused runs f and returns the error that it panics with.
func refused(t testing.TB, f func()) (err error) {
	t.Helper()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = r
		default:
			err = fmt.Errorf("%v", r)
		}
	}()
	f()
	return nil
}

// misused is refused, and insists on our own error.
func misused(t testing.TB, f func()) error {
	t.Helper()
	err := refused(t, f)
	var m *fanout.Misuse
	if err == nil {
		t.Fatal("nothing was refused")
	}
	if !errors.As(err, &m) {
		t.Fatalf("got %T: %v, want *fanout.Misuse", err, err)
	}
	return err
}

// messages returns the annotations of an app's stacks that have a level, "error" or "warning". The CDK keeps them beside the
// templates, in one file a stack.
func messages(t testing.TB, app awscdk.App, level string) []string {
	t.Helper()
	dir := *app.Synth(&awscdk.StageSynthesisOptions{Force: jsii.Bool(true)}).Directory()
	files, err := filepath.Glob(filepath.Join(dir, "*.metadata.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no metadata of stacks in %s: %v", dir, err)
	}
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var constructs map[string][]struct {
			Type string
			Data any
		}
		if err := json.Unmarshal(text, &constructs); err != nil {
			t.Fatal(err)
		}
		for _, list := range constructs {
			for _, d := range list {
				if text := fmt.Sprint(d.Data); slices.Contains([]string{"aws:cdk:error", "aws:cdk:warning"}, d.Type) && (strings.Contains(text, "Token[") || strings.Contains(text, "${=")) {
					t.Errorf("a token in %s", text)
				}
				if d.Type == "aws:cdk:"+level {
					all = append(all, fmt.Sprint(d.Data))
				}
			}
		}
	}
	sort.Strings(all)
	return all
}

type stack = awscdk.Stack

func nestedStack(parent awscdk.Stack, id string) awscdk.Stack {
	return awscdk.NewNestedStack(parent, jsii.String(id), nil)
}

// sortedText returns JSON in which lists of strings are sorted, as minimizePolicies sorts actions.
func sortedText(v any) string {
	var sorted func(any) any
	sorted = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			all := map[string]any{}
			for k, x := range v {
				all[k] = sorted(x)
			}
			return all
		case []any:
			all := make([]any, len(v))
			for i, x := range v {
				all[i] = sorted(x)
			}
			sort.Slice(all, func(i, j int) bool { return text(all[i]) < text(all[j]) })
			return all
		}
		return v
	}
	return text(sorted(v))
}
