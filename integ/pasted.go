package integ

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

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
		template, err := ParseTemplate(data)
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
