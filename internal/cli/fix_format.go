package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/edit"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/terraform"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// asInput is the value of --fix-format for the language that the file with the finding is written in.
const asInput snippet.Format = "input"

// fixWriter returns what writes the statements that mend a finding in a format. Statements with a reference that the format cannot
// express are written as JSON.
func fixWriter(format snippet.Format) func(*check.Finding, []policygen.Statement) (string, error) {
	languages, documents := map[string]snippet.Format{}, map[string]bool{} // by file
	return func(f *check.Finding, statements []policygen.Statement) (string, error) {
		language := format
		if format == asInput {
			known := false
			if language, known = languages[f.At.File]; !known {
				language = languageOf(f)
				languages[f.At.File] = language
			}
		}
		write := snippet.Statements
		if language == snippet.Terraform && f.In == "terraform" && usesDocuments(f.At.File, documents) {
			write = func(statements []policygen.Statement, _ snippet.Format) ([]byte, error) {
				return snippet.StatementBlocks(statements)
			}
		}
		text, err := write(statements, language)
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

// usesDocuments reports whether the configuration of a file writes policies as aws_iam_policy_document, and notes it.
func usesDocuments(path string, known map[string]bool) bool {
	uses, seen := known[path]
	if seen {
		return uses
	}
	files := []string{path}
	if terraform.IsSource(filepath.Base(path)) {
		entries, _ := os.ReadDir(filepath.Dir(path))
		for _, e := range entries {
			if terraform.IsSource(e.Name()) {
				files = append(files, filepath.Join(filepath.Dir(path), e.Name()))
			}
		}
	}
	for _, file := range files {
		data, err := value.ReadFile(file, file, terraform.MaxSize)
		uses = uses || err == nil && bytes.Contains(data, []byte("\"aws_iam_policy_document\""))
	}
	known[path] = uses
	return uses
}
