//go:build integ

package integ

import (
	"os"
	"path/filepath"
	"testing"
)

// Linters by others have nothing to say of what we generate, apart from the exceptions with their reasons.
func TestSecondOpinions(t *testing.T) {
	templates := goldenTemplates(t)
	documents := policyDocuments(t)
	for _, tt := range []struct {
		tool string
		find func() ([]Finding, error)
	}{
		{"cfn-lint", func() ([]Finding, error) { return tools.CfnLint(t.Context(), templates...) }},
		{"cdk-nag", func() ([]Finding, error) { return tools.CDKNag(t.Context(), templates...) }},
		{"parliament", func() ([]Finding, error) { return tools.Parliament(t.Context(), documents) }},
	} {
		t.Run(tt.tool, func(t *testing.T) {
			exceptions, err := tools.ReadExceptions()
			if err != nil {
				t.Fatal(err)
			}
			findings, err := tt.find()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range exceptions.Unexplained(findings) {
				t.Error(f)
			}
			for _, e := range exceptions.Unused(tt.tool) {
				t.Errorf("exceptions.json: %s %s of %s explains nothing any more, want it removed", e.Tool, e.Rule, e.Where)
			}
		})
	}
}

// The same linters do find what is wrong in a template and a policy, so that their silence means something.
func TestSecondOpinionsSpeak(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.template.json")
	template := faultTemplate(t, func(t Template) {
		delete(t.Properties("Audit"), "RedrivePolicy")
		t.Properties("AuditSubscription")["Endpoint"] = map[string]any{"Fn::GetAtt": []any{"Audit", "ARN"}}
	})
	if err := os.WriteFile(bad, template.JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "no-redrive.template.json")
	if err := os.WriteFile(good, faultTemplate(t, func(t Template) { delete(t.Properties("Audit"), "RedrivePolicy") }).JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	policies := t.TempDir()
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessages","Resource":"arn:aws:sqs:us-east-1:111122223333:q"}]}`
	if err := os.WriteFile(filepath.Join(policies, "bad.json"), []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, rule, reason string
		find               func() ([]Finding, error)
	}{
		{"cfn-lint", "E1010", "GetAtt of an attribute that queues don't have",
			func() ([]Finding, error) { return tools.CfnLint(t.Context(), bad) }},
		{"cdk-nag", "AwsSolutions-SQS3", "a queue without a dead-letter queue",
			func() ([]Finding, error) { return tools.CDKNag(t.Context(), good) }},
		{"parliament", "UNKNOWN_ACTION", "an action that SQS doesn't have",
			func() ([]Finding, error) { return tools.Parliament(t.Context(), policies) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			findings, err := tt.find()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Rule == tt.rule {
					return
				}
			}
			t.Errorf("got findings %v, want %s (%s)", findings, tt.rule, tt.reason)
		})
	}
}

// goldenTemplates returns the golden templates of the examples.
func goldenTemplates(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, f := range exampleFlows {
		for _, s := range f.Stacks {
			if filepath.Dir(filepath.FromSlash(s.Template)) != filepath.Join("integ", "testdata") {
				files = append(files, filepath.Join(tools.Root, filepath.FromSlash(s.Template)))
			}
		}
	}
	return files
}
