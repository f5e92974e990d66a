package load

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// mistaken returns the error of a file, which begins with head, that is taken for something to check and is not, but leads to it; nil if it is no such file.
func mistaken(path string, head []byte) error {
	base, head := strings.ToLower(filepath.Base(path)), value.UTF8(head)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	const show = " -out plan.out && terraform show -json plan.out > plan.json"
	switch {
	case base == "terragrunt.hcl" || strings.HasSuffix(base, ".hcl"):
		return &policygen.InputError{What: "file", Value: path, Got: "it is no configuration of Terraform itself",
			Want: "the plan: run terragrunt plan" + strings.ReplaceAll(show, "terraform", "terragrunt")}
	case strings.HasSuffix(base, ".tfvars") || strings.HasSuffix(base, ".tfvars.json"):
		return &policygen.InputError{What: "file", Value: path, Got: "it has only values of variables", Want: "the folder of the configuration, and --var-file " + path}
	case bytes.Contains(line, []byte(`"@level"`)) && bytes.Contains(line, []byte(`"@message"`)):
		return &policygen.InputError{What: "file", Value: path, Got: "it is the log of terraform plan -json", Want: "the plan: run terraform plan" + show}
	case bytes.HasPrefix(head, []byte("Terraform used the selected providers")) || bytes.Contains(head, []byte("Terraform will perform the following actions")):
		return &policygen.InputError{What: "file", Value: path, Got: "it is a plan as text", Want: "it as JSON: run terraform plan" + show}
	}
	return nil
}
