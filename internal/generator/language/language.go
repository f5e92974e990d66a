// Package language holds the languages of the generator's form, which are those of hopgrant policy beside JSON.
package language

import (
	"github.com/hopgrant/hopgrant/internal/generator"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/policygen"
)

// All returns the languages by the names of their formats.
func All() map[string]generator.Language {
	all := map[string]generator.Language{}
	for _, f := range snippet.Formats() {
		l := generator.Language{Files: func(p policygen.Policies) ([]string, error) { return files(p, f) }}
		switch f {
		case snippet.JSON:
			continue // the generator knows it
		case snippet.Terraform, snippet.TerraformJSON:
			l.Reference = snippet.BareReference
		case snippet.CloudFormation, snippet.CDKGo:
			l.Account = "${AWS::AccountId}"
		}
		all[string(f)] = l
	}
	return all
}

func files(p policygen.Policies, f snippet.Format) ([]string, error) {
	list, err := snippet.Files(p, f)
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = string(list[i].Content)
	}
	return texts, err
}
