// Package golden compares the templates of an app with golden templates in a testdata folder.
//
// Logical ids are a contract: if one changes, a deployment replaces the resource. A difference in them is therefore
// reported first and by itself. Hashes of assets are ignored, because they change with the tools that build the assets.
package golden

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the templates to testdata instead of comparing them")

// Main runs the tests of a package and ends the CDK's Node process.
func Main(m *testing.M) {
	flag.Parse()
	status := m.Run()
	jsii.Close()
	os.Exit(status)
}

// App returns an app that synthesizes into a folder of the test.
func App(t *testing.T, context map[string]any) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &context, AnalyticsReporting: jsii.Bool(false)})
}

// Check synthesizes the app and compares its templates as [Compare] does. It also fails the test unless every hop is
// allowed and every action that a policy allows is needed by a hop. Hops to the resources in unproven, whose policies
// are not part of the app, may be unknown.
func Check(t *testing.T, app awscdk.App, unproven ...string) {
	t.Helper()
	prove(t, Compare(t, app), unproven)
}

// Compare synthesizes the app and compares each of its templates with testdata/<stack>.template.json. It fails the test
// if resources depend on each other in a cycle. It returns the folder of the assembly.
func Compare(t *testing.T, app awscdk.App) string {
	t.Helper()
	got, dir := templates(t, app)
	if len(got) == 0 {
		t.Fatal("the app has no templates")
	}
	for _, name := range sorted(got) {
		NoCycle(t, name, got[name])
		file := filepath.Join("testdata", name+".template.json")
		if *update {
			write(t, file, got[name])
			continue
		}
		compare(t, file, got[name])
	}
	kept, err := filepath.Glob(filepath.Join("testdata", "*.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range kept {
		if _, ok := got[strings.TrimSuffix(filepath.Base(file), ".template.json")]; !ok {
			t.Errorf("%s: the app has no such stack", file)
		}
	}
	return dir
}

// templates synthesizes the app and returns its templates by stack, and their folder.
func templates(t *testing.T, app awscdk.App) (map[string]any, string) {
	t.Helper()
	dir := *app.Synth(nil).Directory()
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".template.json")] = parse(t, f, withoutHashes(text))
	}
	return all, dir
}

var assetHash = regexp.MustCompile(`[0-9a-f]{64}`)

func withoutHashes(text []byte) []byte { return assetHash.ReplaceAll(text, []byte("asset-hash")) }

func parse(t *testing.T, name string, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func write(t *testing.T, file string, template any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(template); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, file string, got any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%v; run the test with -update", err)
		return
	}
	want := parse(t, file, text)
	for id, kind := range Resources(want) {
		if now, ok := Resources(got)[id]; !ok {
			t.Errorf("%s: logical id %s (%s) is gone: the resource would be replaced or deleted", file, id, kind)
		} else if now != kind {
			t.Errorf("%s: logical id %s was %s and is %s", file, id, kind, now)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-kept +now); if this is meant, run the test with -update:\n%s", file, diff)
	}
}

// Resources returns the types of a template's resources by logical id.
func Resources(template any) map[string]string {
	all := map[string]string{}
	m, _ := template.(map[string]any)
	resources, _ := m["Resources"].(map[string]any)
	for id, r := range resources {
		if r, ok := r.(map[string]any); ok {
			all[id], _ = r["Type"].(string)
		}
	}
	return all
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
