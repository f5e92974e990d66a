// Package snippet writes policies in the language of the tool that deploys them: JSON, a CloudFormation template,
// Terraform resources, or Go source of a CDK app.
//
// ARNs may hold references in that language: ${aws_sqs_queue.orders.arn} for Terraform, and Fn::Sub variables such as
// ${Orders.Arn} or ${AWS::AccountId} for CloudFormation and the CDK. They are written as references. JSON keeps both
// unchanged.
package snippet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/hopgrant/hopgrant/internal/snippet/heading"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Format is a language that policies can be written in.
type Format string

// The formats. There is no default: the empty Format is an error.
const (
	JSON           Format = "json"                 // the documents themselves
	CloudFormation Format = "cloudformation"       // a YAML template, one for each account and Region
	Terraform      Format = "terraform"            // resources of the AWS provider, and aws_iam_policy_document for their documents
	TerraformJSON  Format = "terraform-jsonencode" // resources of the AWS provider, with their documents in place
	CDKGo          Format = "cdk-go"               // a CDK app, one stack for each account and Region
	AWSCLI         Format = "aws-cli"              // commands that set the documents, for a POSIX shell

	// The rest are formats of statements alone.

	CloudFormationFull Format = "cloudformation-full" // YAML with the full names of functions, such as Fn::GetAtt
	CloudFormationJSON Format = "cloudformation-json"
	CDKTS              Format = "cdk-ts" // TypeScript
)

// Formats returns the formats of whole policies, JSON first.
func Formats() []Format {
	return []Format{JSON, CloudFormation, Terraform, TerraformJSON, CDKGo, AWSCLI}
}

// StatementFormats returns the formats of [Statements], JSON first. No command adds statements to a policy.
func StatementFormats() []Format {
	return []Format{JSON, CloudFormation, CloudFormationFull, CloudFormationJSON, Terraform, TerraformJSON, CDKGo, CDKTS}
}

// A File holds one rendered document, or several.
type File struct {
	Name    string // without a folder, consisting of letters, digits, '.', '-' and '_'
	Content []byte
}

// Render returns all policies as one text. Each stands under a heading that says what to attach it to, as a comment in
// the language of the format. A single JSON document has no heading, so that the text is the document and nothing else.
// Several JSON documents with headings are not valid JSON, because JSON has no comments; use [Files], or render one
// document at a time.
//
// The error joins a [*policygen.InputError] with cause [ErrReference] for each reference that is not in the format's
// language.
func Render(p policygen.Policies, f Format) ([]byte, error) {
	w, err := writerOf(f)
	if err != nil {
		return nil, err
	}
	return sound(w.all(subjects(p)))
}

// Files returns one file for each policy. For [CDKGo] it returns a single program. The errors are those of [Render].
func Files(p policygen.Policies, f Format) ([]File, error) {
	w, err := writerOf(f)
	if err != nil {
		return nil, err
	}
	if f == CDKGo {
		b, err := sound(w.all(subjects(p)))
		if err != nil {
			return nil, err
		}
		return []File{{"main.go", b}}, nil
	}
	var (
		files []File
		errs  []error
	)
	for _, s := range subjects(p) {
		b, err := w.all([]subject{s})
		errs = append(errs, err)
		files = append(files, File{s.file + w.extension, b})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// Statements returns the statements alone, as items of a list in the language of the format, to be pasted into an
// existing document. The format is one of [StatementFormats]. The errors are those of [Render].
func Statements(list []policygen.Statement, f Format) ([]byte, error) {
	write, known := map[Format]func(value.Value) ([]byte, error){
		JSON: writeJSONStatements, CloudFormation: writeTemplateStatements, CloudFormationFull: writeFullStatements, CloudFormationJSON: writeTemplateJSON,
		Terraform: writeTerraformStatements, TerraformJSON: writeTerraformStatements, CDKGo: writeAppStatements, CDKTS: writeScriptStatements,
	}[f]
	if !known {
		return nil, fmt.Errorf("format %q: it has no statements of their own, want one of %q", f, StatementFormats())
	}
	return sound(write(Tree(policygen.Document{Statements: list}).Get("Statement")))
}

// sound returns nothing if there is an error, because a text with a wrong reference must not be pasted.
func sound(b []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return b, nil
}

// A writer writes one format.
type writer struct {
	all       func([]subject) ([]byte, error)
	extension string
}

func writerOf(f Format) (writer, error) {
	switch f {
	case JSON:
		return writer{writeJSON, ".json"}, nil
	case CloudFormation:
		return writer{writeTemplates, ".yaml"}, nil
	case Terraform:
		return writer{writeTerraform, ".tf"}, nil
	case TerraformJSON:
		return writer{writeEncoded, ".tf"}, nil
	case CDKGo:
		return writer{writeApp, ".go"}, nil
	case AWSCLI:
		return writer{writeCommands, ".sh"}, nil
	}
	return writer{}, fmt.Errorf("format %q: unknown, want json, cloudformation, terraform, terraform-jsonencode, cdk-go or aws-cli", f)
}

func writeJSON(all []subject) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range all {
		if len(all) > 1 {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("# " + heading.Of(s.Attachment) + "\n")
		}
		b.Write([]byte(s.Document.String()))
	}
	return b.Bytes(), nil
}

// writeJSONStatements returns the statements as the items of a JSON array, without its brackets.
func writeJSONStatements(statements value.Value) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range statements.Items {
		if i > 0 {
			b.WriteString(",\n")
		}
		if err := json.Indent(&b, []byte(s.JSON(math.MaxInt)), "", "  "); err != nil {
			return nil, err
		}
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// Tree returns a document as a value, from which the formats are written.
func Tree(d policygen.Document) value.Value {
	v, _ := value.ReadJSON("", []byte(d.String())) // there are no problems, because policygen wrote it
	return v
}
