package cli

import (
	"errors"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// asInput is the value of --fix-format for the language that the file with the finding is written in.
const asInput snippet.Format = "input"

// fixWriter returns what writes the statements that mend a finding in a format. Statements with a reference that the format cannot
// express are written as JSON.
func fixWriter(format snippet.Format) func(*check.Finding, []policygen.Statement) (string, error) {
	languages := map[string]snippet.Format{} // by file
	return func(f *check.Finding, statements []policygen.Statement) (string, error) {
		language := format
		if format == asInput {
			known := false
			if language, known = languages[f.At.File]; !known {
				language = languageOf(f)
				languages[f.At.File] = language
			}
		}
		text, err := snippet.Statements(statements, language)
		if errors.Is(err, snippet.ErrReference) {
			text, err = snippet.Statements(statements, snippet.JSON)
		}
		return string(text), err
	}
}

// languageOf returns the language of a finding's file: that of an app for what the CDK makes, since nobody edits that.
func languageOf(f *check.Finding) snippet.Format {
	switch f.In {
	case "terraform":
		return snippet.Terraform
	case "cdk":
		return snippet.CDKGo
	case "fanout":
		return snippet.JSON
	}
	switch head, _ := value.Beginning(f.At.File); {
	case value.LooksLikeJSON(head):
		return snippet.CloudFormationJSON
	case edit.FullNames(head):
		return snippet.CloudFormationFull
	}
	return snippet.CloudFormation
}
