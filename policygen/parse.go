package policygen

import (
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/value"
)

// maxDocumentSize is the size in bytes up to which [Parse] reads a document: 1 MiB, white space included. The largest
// document that AWS stores for a queue, topic, key or identity is the key policy, with 32 KB.
//
// [KMS resource quotas]
//
// [KMS resource quotas]: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
const maxDocumentSize = 1 << 20

// Parse reads a policy document of any kind: identity, queue, topic, key or any other policy in AWS's JSON policy language.
//
// Where the language takes one value or a list, both are read. Values of conditions may be strings, booleans or numbers;
// the last two are kept as their JSON text. An empty list or object stays one, and is not nil. Names of elements, and the
// values of Effect and Version, are literal in AWS's grammar and therefore case-sensitive. A statement needs Effect and
// either Action or NotAction; Principal and Resource may be missing, since it depends on what the document is attached to
// whether a statement has them. A UTF-8 byte order mark is skipped.
//
// The error joins everything that is wrong, each an [*InputError] with its position; where the JSON itself is broken, the
// first such place is the last one reported. After 100 problems the rest are only counted. Duplicate keys, condition keys
// that differ in case only, unknown elements, invalid UTF-8, data after the document and nesting below 100 levels are
// errors. A document of more than 1 MiB is not read at all. Together with an error, the document is empty.
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

// UnmarshalJSON reads the document as [Parse] does. Positions in errors count from the document's beginning.
func (d *Document) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// UnmarshalJSON reads one statement as [Parse] does. Positions in errors count from the statement's beginning.
func (s *Statement) UnmarshalJSON(data []byte) error {
	var parsed Statement
	if err := parse(data, func(r *documentReader, v value.Value) { parsed = r.statement(v) }); err != nil {
		return err
	}
	*s = parsed
	return nil
}

// parse reads JSON, of which read makes a document or a part of one.
func parse(data []byte, read func(*documentReader, value.Value)) error {
	if len(data) > maxDocumentSize {
		return inputError("document", "", fmt.Sprintf("it has %d bytes", len(data)), fmt.Sprintf("at most %d", maxDocumentSize), "")
	}
	v, problems := value.ReadJSON("", data)
	if v.Kind != value.Absent {
		read(&documentReader{problem: func(_ int, _ string, e *value.Error) { problems = append(problems, e) }}, v)
	}
	var errs []error
	for _, e := range problems.Sorted() {
		errs = append(errs, &InputError{Line: e.Line, Column: e.Column, What: e.What, Value: value.Excerpt(e.Value), Got: e.Got, Want: e.Want,
			Fix: e.Fix, Cause: e.Cause})
	}
	return errors.Join(errs...)
}
