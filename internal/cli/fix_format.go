package cli

import (
	"bytes"
	"encoding/json"
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
func fixWriter(format snippet.Format) func(*check.Finding, *check.Fix) (string, bool, error) {
	languages, documents := map[string]snippet.Format{}, map[string]bool{} // by file
	return func(f *check.Finding, fix *check.Fix) (text string, whole bool, err error) {
		language := format
		if format == asInput {
			known := false
			if language, known = languages[f.At.File]; !known {
				language = languageOf(f)
				languages[f.At.File] = language
			}
		}
		if language == snippet.AWSCLI {
			if command, ok := mendCommand(fix); ok {
				return command, true, nil
			}
			language = snippet.JSON
		}
		write := snippet.Statements
		if language == snippet.Terraform && f.In == "terraform" && usesDocuments(f.At.File, documents) {
			write = func(statements []policygen.Statement, _ snippet.Format) ([]byte, error) {
				return snippet.StatementBlocks(statements)
			}
		}
		written, err := write(fix.Document.Statements, language)
		if errors.Is(err, snippet.ErrReference) {
			written, err = snippet.Statements(fix.Document.Statements, snippet.JSON)
		}
		return string(written), false, err
	}
}

// mendCommand returns the command that sets the policy that is there with the statements of a fix. It reports false if that policy is not
// known, or AWS would refuse the whole.
func mendCommand(fix *check.Fix) (string, bool) {
	if fix.There == nil {
		return "", false
	}
	whole, err := policygen.Merge(*fix.There, fix.Attachment)
	if err != nil {
		return "", false
	}
	a := fix.Attachment
	a.Document, a.Partial = whole, false
	command, err := snippet.Command(a)
	return command, err == nil
}

// changeCommand returns the command that changes the attributes of a queue in an account as a finding says; "" if it says nothing, or
// something else. Another encryption takes more steps than one.
func changeCommand(f *check.Finding) string {
	if f.In != "account" || len(f.Changes) == 0 {
		return ""
	}
	attributes := map[string]string{}
	for _, c := range f.Changes {
		if c.Element != f.Changes[0].Element || !queueAttributes[c.Property] {
			return ""
		}
		text, err := json.Marshal(c.Value)
		if err != nil {
			return ""
		}
		attributes[c.Property] = string(text)
	}
	return snippet.SetQueueAttributes(policygen.ARN(f.Changes[0].Element.ID), attributes)
}

// queueAttributes are the properties of queues that are attributes too.
var queueAttributes = map[string]bool{"SqsManagedSseEnabled": true, "VisibilityTimeout": true, "MessageRetentionPeriod": true, "RedriveAllowPolicy": true}

// languageOf returns the language of a finding's file: that of an app for what the CDK makes, since nobody edits that.
func languageOf(f *check.Finding) snippet.Format {
	switch f.In {
	case "terraform":
		return snippet.Terraform
	case "cdk":
		return snippet.CDKGo
	case "fanout":
		return snippet.JSON
	case "account":
		return snippet.AWSCLI
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
