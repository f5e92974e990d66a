//go:build integ

package integ

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/linter"
)

// TestLinters checks that linters by others have no findings on what we generate, apart from the exceptions.
func TestLinters(t *testing.T) {
	templates, err := tools.Goldens()
	if err != nil {
		t.Fatal(err)
	}
	documents := policyDocuments(t)
	for _, tt := range []struct {
		tool string
		find func() ([]linter.Finding, error)
	}{
		{"cfn-lint", func() ([]linter.Finding, error) { return linter.CfnLint(t.Context(), tools, templates...) }},
		{"cdk-nag", func() ([]linter.Finding, error) { return linter.CDKNag(t.Context(), tools, templates...) }},
		{"parliament", func() ([]linter.Finding, error) { return linter.Parliament(t.Context(), tools, documents) }},
	} {
		t.Run(tt.tool, func(t *testing.T) {
			findings, err := tt.find()
			if err != nil {
				t.Fatal(err)
			}
			problems, err := linter.Problems(tools, tt.tool, findings)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

// TestLintersSpeak checks that the same linters do find mistakes in a template and a policy, so that their silence
// means something.
func TestLintersSpeak(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.template.json")
	template := faultTemplate(t, func(t emulator.Template) {
		delete(t.Properties("Audit"), "RedrivePolicy")
		t.Properties("AuditSubscription")["Endpoint"] = map[string]any{"Fn::GetAtt": []any{"Audit", "ARN"}}
	})
	if err := os.WriteFile(bad, template.JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "no-redrive.template.json")
	if err := os.WriteFile(good, faultTemplate(t, func(t emulator.Template) { delete(t.Properties("Audit"), "RedrivePolicy") }).JSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	policies := t.TempDir()
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessages","Resource":"arn:aws:sqs:us-east-1:111122223333:q"}]}`
	if err := os.WriteFile(filepath.Join(policies, "bad.json"), []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, rule, reason string
		find               func() ([]linter.Finding, error)
	}{
		{"cfn-lint", "E1010", "GetAtt of an attribute that queues don't have",
			func() ([]linter.Finding, error) { return linter.CfnLint(t.Context(), tools, bad) }},
		{"cdk-nag", "AwsSolutions-SQS3", "a queue without a dead-letter queue",
			func() ([]linter.Finding, error) { return linter.CDKNag(t.Context(), tools, good) }},
		{"parliament", "UNKNOWN_ACTION", "an action that SQS doesn't have",
			func() ([]linter.Finding, error) { return linter.Parliament(t.Context(), tools, policies) }},
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
