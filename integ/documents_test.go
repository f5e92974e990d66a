//go:build integ

package integ

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
)

// The ARNs in the documents below.
const (
	docQueue   = "arn:aws:sqs:us-east-1:123456789012:orders"
	docDead    = "arn:aws:sqs:us-east-1:123456789012:orders-dead"
	docTopic   = "arn:aws:sns:us-east-1:123456789012:sales"
	docKey     = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	docRole    = "arn:aws:iam::123456789012:role/app"
	docForeign = "arn:aws:iam::444455556666:role/app"
)

// policyCommands are commands that print every kind of document, indexed by the folder for their output.
var policyCommands = map[string][]string{
	"producer":        {"producer", "--queue", docQueue, "--key", docKey, "--principal", docRole},
	"producer-other":  {"producer", "--queue", docQueue, "--key", docKey, "--principal", docForeign, "--tls-only"},
	"publisher":       {"publisher", "--topic", docTopic, "--key", docKey, "--principal", docRole},
	"publisher-other": {"publisher", "--topic", docTopic, "--key", docKey, "--principal", docForeign, "--tls-only"},
	"publisher-s3":    {"publisher", "--topic", docTopic, "--key", docKey, "--principal", "s3.amazonaws.com", "--source", "arn:aws:s3:::uploads", "--source-account", "123456789012"},
	"consumer":        {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--extend-visibility"},
	"consumer-lambda": {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--client", "lambda"},
	"consumer-by-key": {"consumer", "--queue", docQueue, "--key", docKey, "--principal", docRole, "--key-access", "key-policy"},
	"sns":             {"sns", "--topic", docTopic, "--queue", docQueue, "--key", docKey},
	"redrive":         {"redrive", "--dead-letter-queue", docDead, "--destination", docQueue, "--destination-key", docKey, "--principal", docRole},
	"account-wide":    {"account-wide", "--account", "123456789012", "--region", "us-east-1", "--topic", docTopic, "--key", docKey},
}

// policyDocuments writes the documents of all policy commands as JSON and returns their directory.
func policyDocuments(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, args := range policyCommands {
		runPolicy(t, append(args, "--output-dir", filepath.Join(dir, name))...)
	}
	return dir
}

// runPolicy runs `hopgrant policy` and returns what it prints.
func runPolicy(t *testing.T, args ...string) string {
	t.Helper()
	return output(t, exec.CommandContext(t.Context(), hopgrantProgram(t), append([]string{"policy"}, args...)...))
}

// output returns what a command prints. It fails the test if the command fails.
func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	return string(out)
}

// terraformPolicies returns the policy documents of a Terraform configuration: the attribute policy of each resource that
// has one, evaluated with HashiCorp's own jsonencode.
func terraformPolicies(text string) ([]string, error) {
	file, diags := hclsyntax.ParseConfig([]byte(text), "policies.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	ctx := &hcl.EvalContext{Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc}}
	var docs []string
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		attribute, ok := b.Body.Attributes["policy"]
		if !ok || b.Type != "resource" {
			continue
		}
		v, diags := attribute.Expr.Value(ctx)
		if diags.HasErrors() {
			return nil, diags
		}
		if v.Type() != cty.String {
			return nil, fmt.Errorf("policy of %v: got %s, want a string", b.Labels, v.Type().FriendlyName())
		}
		docs = append(docs, v.AsString())
	}
	return docs, nil
}

// evaluatedPolicies returns the policy documents of a Terraform configuration as the terraform program evaluates them: the value of each
// policy of a resource becomes an output of a configuration without providers.
func evaluatedPolicies(t *testing.T, terraform, text string) []string {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(text), "policies.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var outputs strings.Builder
	n := 0
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if attribute, ok := b.Body.Attributes["policy"]; ok && b.Type == "resource" {
			fmt.Fprintf(&outputs, "output \"policy%d\" {\n  value = %s\n}\n", n, attribute.Expr.Range().SliceBytes([]byte(text)))
			n++
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(outputs.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), terraform, append([]string{"-chdir=" + dir}, args...)...)
		cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
		return output(t, cmd)
	}
	run("apply", "-auto-approve", "-input=false", "-no-color")
	var values map[string]struct{ Value string }
	if err := json.Unmarshal([]byte(run("output", "-json")), &values); err != nil {
		t.Fatal(err)
	}
	docs := make([]string, n)
	for i := range docs {
		docs[i] = values[fmt.Sprintf("policy%d", i)].Value
	}
	return docs
}

// templatePolicies returns the policy documents of all templates in a cloud assembly.
func templatePolicies(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		return nil, err
	}
	var docs []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		template, err := emulator.ParseTemplate(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		for id := range template.Resources() {
			for _, name := range []string{"PolicyDocument", "KeyPolicy"} {
				doc, ok := template.Properties(id)[name]
				if !ok {
					continue
				}
				text, err := json.Marshal(doc)
				if err != nil {
					return nil, err
				}
				docs = append(docs, string(text))
			}
		}
	}
	return docs, nil
}
