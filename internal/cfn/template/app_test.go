package template

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/value"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason string
		file, data   string
		kind         string // "" if it is none of ours
	}{
		{"yaml", "resources of AWS", "a.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n", "cloudformation"},
		{"indented yaml", "the root mapping may be indented", "a.yaml", "# comment\n---\n  Description: x\n  Resources:\n    Q: {Type: AWS::SQS::Queue}\n", "cloudformation"},
		{"flow yaml", "and may be a flow mapping", "a.yaml", "{Resources: {Q: {Type: AWS::SQS::Queue}}}\n", "cloudformation"},
		{"resources within", "serverless.yml has resources one level down, and is none of ours", "a.yaml", "service: x\nresources:\n  Resources:\n    Q: {Type: AWS::SQS::Queue}\n", ""},
		{"yaml after comments", "Resources need not come first", "a.yml", "# x\nAWSTemplateFormatVersion: 2010-09-09\nResources:\n  Q:\n    Type: AWS::SQS::Queue\n", "cloudformation"},
		{"json", "the same in JSON", "a.template", `{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}`, "cloudformation"},
		{"sam", "the transform is named", "t.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function}\n", "sam"},
		{"assembly", "what cdk synth writes", "manifest.json", `{"version": "48.0.0", "artifacts": {}}`, "cdk"},
		{"plan", "a Terraform plan has no Resources of AWS::", "plan.json", `{"format_version": "1.2", "planned_values": {}}`, ""},
		{"policy", "a policy is no template", "p.json", `{"Statement": [{"Resource": "*"}]}`, ""},
		{"appspec", "CodeDeploy has resources of AWS in a list, and no template (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html)", "appspec.yaml", "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n", ""},
		{"versioned names", "a version elsewhere is none of the file", "a.yaml", "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Metadata:\n      version: 0.0\n", "cloudformation"},
		{"deployment", "other YAML", "d.yaml", "kind: Deployment\nspec: {}\n", ""},
		{"text about templates", "the wrong kind of file", "README.md", "Resources: AWS::SQS::Queue", ""},
		{"other manifest", "a manifest.json of a web app", "manifest.json", `{"name": "app", "icons": []}`, ""},
		{"too large", "begins like a template, so that Read refuses it and it is not passed over", "big.yaml", "Resources:\n  Q: {Type: AWS::SQS::Queue}\n" + strings.Repeat("# filler\n", MaxFileSize/8), "cloudformation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(path, []byte(tt.data), 0o644); err != nil {
				t.Fatal(err)
			}
			kind, ok := Detect(path)
			if want := tt.kind != ""; ok != want || ok && kind != tt.kind {
				t.Errorf("Detect = %q, %t, want %q: %s", kind, ok, tt.kind, tt.reason)
			}
			if tt.name == "too large" {
				if _, err := Read(path, Options{}); !errors.Is(err, value.ErrTooLarge) {
					t.Errorf("error %v, want %v", err, value.ErrTooLarge)
				}
			}
		})
	}
}
