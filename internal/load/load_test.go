package load_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/topology"
)

const small = "Resources:\n  Orders: {Type: AWS::SNS::Topic}\n"

// tree writes files below a new directory and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestDirectory(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/template.yaml":                   small,
		"a/template.json":                   `{"Resources": {"Orders": {"Type": "AWS::SNS::Topic"}}}`,
		"fanout.yaml":                       "topics:\n  - arn: arn:aws:sns:eu-central-1:111122223333:orders\nqueues:\n  - arn: arn:aws:sqs:eu-central-1:111122223333:billing\n",
		"plan.json":                         `{"format_version":"1.2","terraform_version":"1.11.0","planned_values":{"root_module":{}},"configuration":{"root_module":{}}}`,
		"package.json":                      `{"name": "nothing of ours"}`,
		"values.yaml":                       "replicas: 3\n",
		"README.md":                         small,
		".git/template.yaml":                small,
		"node_modules/x/template.yaml":      small,
		"cdk.out/manifest.json":             `{"version":"48.0.0","artifacts":{"Shop":{"type":"aws:cloudformation:stack","environment":"aws://unknown-account/unknown-region","properties":{"templateFile":"Shop.template.json"}}}}`,
		"cdk.out/Shop.template.json":        `{"Resources": {"Orders": {"Type": "AWS::SNS::Topic"}}}`,
		"cdk.out/asset.1/inside.json":       `{"Resources": {"Orders": {"Type": "AWS::SNS::Topic"}}}`,
		"deeper/and/deeper/stack.template":  small,
		"deeper/and/deeper/nothing.unknown": small,
	})
	topologies, err := load.Paths([]string{dir}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range topologies {
		path, err := filepath.Rel(dir, x.Path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, x.Kind+" "+filepath.ToSlash(path))
	}
	slices.Sort(got)
	want := []string{"cdk cdk.out", "cloudformation a/template.json", "cloudformation a/template.yaml", "cloudformation deeper/and/deeper/stack.template",
		"fanout fanout.yaml", "terraform plan.json"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestProgress(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": small, "b.yaml": small, "c.yaml": small})
	last, calls := 0, 0
	_, err := load.Paths([]string{dir}, load.Options{Progress: func(done, total int) {
		calls++
		last = max(last, done)
		if total != 3 {
			t.Errorf("total %d, want 3", total)
		}
	}})
	if err != nil || last != 3 || calls != 3 {
		t.Errorf("%d calls, the last with %d done, %v", calls, last, err)
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		reason string
		files  map[string]string
		path   string // below the directory; empty: the directory
		want   string // in the error
	}{
		{"there is no such file", nil, "nowhere.yaml", "no such file"},
		{"a directory without anything of ours", map[string]string{"values.yaml": "a: 1\n"}, "", "there is nothing to check in it"},
		{"a file that is nothing of ours", map[string]string{"x.txt": "hello"}, "x.txt", "x.txt"},
		{"a template that does not parse, in a directory", map[string]string{"good.yaml": small, "bad.yaml": small + "  Broken: {Type: AWS::SQS::Queue\n"}, "", "bad.yaml:"},
		{"a template that is too large, in a directory", map[string]string{"big.yaml": small + strings.Repeat("# nothing\n", 1_100_000)}, "", "big.yaml"},
		{"a Terragrunt file", map[string]string{"terragrunt.hcl": "inputs = {}\n"}, "terragrunt.hcl", "run terragrunt plan -out plan.out && terragrunt show -json plan.out > plan.json"},
		{"the log of terraform plan -json", map[string]string{"plan.json": `{"@level":"info","@message":"Terraform 1.11.4","type":"version"}` + "\n{}\n"}, "plan.json",
			"run terraform plan -out plan.out && terraform show -json plan.out > plan.json"},
		{"values of variables", map[string]string{"prod.tfvars": "a = 1\n"}, "prod.tfvars", "--var-file"},
		{"a configuration that does not parse", map[string]string{"main.tf": "resource \"a\" {\n"}, "", "main.tf:"},
		{"values that do not parse", map[string]string{"main.tf": "", "terraform.tfvars": "a = [\n"}, "main.tf", "terraform.tfvars:"},
		{"a fanout.yaml that is none", map[string]string{"fanout.yaml": "topics: 3\n"}, "", "fanout.yaml:1"},
	}
	for _, tt := range tests {
		_, err := load.Paths([]string{filepath.Join(tree(t, tt.files), tt.path)}, load.Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.reason, err, tt.want)
		}
	}
}

// A panic of a worker comes out where the caller can recover it, and names the file.
func TestPanicOfAWorker(t *testing.T) {
	dir := tree(t, map[string]string{"a.yaml": small, "b.yaml": small})
	defer func() {
		p, ok := recover().(*load.Panic)
		if !ok || filepath.Base(p.Path) != "a.yaml" || p.Value != "oops" || !strings.Contains(string(p.Stack), "load_test.go") {
			t.Errorf("panic %v, want that of a.yaml with its stack", p)
		}
	}()
	_, err := load.Each([]string{dir}, load.Options{}, func([]*topology.Topology) int { panic("oops") })
	t.Errorf("no panic, error %v", err)
}

// What can be read is read, whatever else is in the directory, and what cannot is named.
func TestUnreadableNeighbours(t *testing.T) {
	dir := tree(t, map[string]string{
		"good.yaml": small, "indented.yaml": "  Resources:\n    Billing: {Type: AWS::SQS::Queue}\n",
		"bad.yaml": "Resources:\n  Q: {Type: AWS::SQS::Queue}\n  Q: {Type: AWS::SQS::Queue}\n"})
	for name, target := range map[string]string{"link.yaml": "good.yaml", "elsewhere": t.TempDir(), ".hidden": t.TempDir(), "notes.txt": "good.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	var left []string
	topologies, err := load.Paths([]string{dir}, load.Options{LeftOut: func(path, why string) { left = append(left, filepath.Base(path)+": "+why) }})
	if len(topologies) != 2 || err == nil || !strings.Contains(err.Error(), "bad.yaml:3:3") {
		t.Errorf("%d topologies, error %v; want 2, and bad.yaml named", len(topologies), err)
	}
	if len(left) != 2 || !strings.HasPrefix(left[0], "elsewhere: it is a link") || !strings.HasPrefix(left[1], "link.yaml: it is a link") {
		t.Errorf("left out: %q, want the links to a folder and a template", left)
	}
}
