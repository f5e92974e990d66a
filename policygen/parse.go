package policygen

import (
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/value"
)

// maxDocumentSize is the size in bytes, white space included, of the largest document that [Parse] reads: 1 MiB. The
// largest document that AWS stores for a queue, topic, key or identity is a key policy of 32 KB.
//
// [KMS resource quotas]
//
// [KMS resource quotas]: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
const maxDocumentSize = 1 << 20

// Parse reads a policy document of any kind: identity, queue, topic, key or any other policy in AWS's JSON policy
// language.
//
// Parse accepts one value and a list wherever the language does. Values of conditions may be strings, booleans or
// numbers; booleans and numbers are kept as their JSON text. An empty list or object stays empty and does not become
// nil. Names of elements, and the values of Effect and Version, are literal in AWS's grammar and therefore
// case-sensitive. A statement needs Effect and either Action or NotAction. Principal and Resource may be missing,
// because what the document is attached to decides whether a statement has them. A UTF-8 byte order mark is skipped.
//
// The error joins all problems, each an [*InputError] with its position. If the JSON itself is broken, the first such
// problem is the last one reported. After 100 problems, the rest are only counted. Duplicate keys, condition keys that
// differ only in case, unknown elements, invalid UTF-8, data after the document and nesting deeper than 100 levels are
// errors. A document larger than 1 MiB is not read at all. If there is an error, the document is empty.
//
// [Grammar of the IAM JSON policy language], [IAM policy validation check reference]
//
// [Grammar of the IAM JSON policy language]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// [IAM policy validation check reference]: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
func Parse(data []byte) (Document, error) {
	var d Document
	if err := parse(data, func(r *documentReader, v value.Value) { d = r.document(v) }); err != nil {
		return Document{}, err
	}
	return d, nil
}

// UnmarshalJSON reads the document as [Parse] does. Positions in errors count from the beginning of the document.
func (d *Document) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// UnmarshalJSON reads one statement as [Parse] does. Positions in errors count from the beginning of the statement.
func (s *Statement) UnmarshalJSON(data []byte) error {
	var parsed Statement
	if err := parse(data, func(r *documentReader, v value.Value) { r.statement(v, &parsed) }); err != nil {
		return err
	}
	*s = parsed
	return nil
}

// parse reads JSON and hands its value to read, which makes a document or a part of one of it.
func parse(data []byte, read func(*documentReader, value.Value)) error {
	if len(data) > maxDocumentSize {
		return inputError("document", "", fmt.Sprintf("it has %d bytes", len(data)), fmt.Sprintf("at most %d", maxDocumentSize), "")
	}
	v, problems := value.ReadJSON("", data)
	if v.Kind != value.Absent {
		read(&documentReader{memory: &documentMemory{}, problem: func(_ int, _ string, e *value.Error) { problems = append(problems, e) }}, v)
	}
	var errs []error
	for _, e := range problems.Sorted() {
		errs = append(errs, &InputError{Line: e.Line, Column: e.Column, What: e.What, Value: value.Excerpt(e.Value), Got: e.Got, Want: e.Want,
			Fix: e.Fix, Cause: e.Cause})
	}
	return errors.Join(errs...)
}
