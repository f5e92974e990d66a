package policygen

import (
	"fmt"
	"strings"
)

// MaxDocumentSize is the size in bytes up to which [Parse] reads a document: 1 MiB, white space included. The largest
// document that AWS stores for a queue, topic, key or identity is the key policy, with 32 KB.
//
// [KMS resource quotas]
//
// [KMS resource quotas]: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
const MaxDocumentSize = 1 << 20

// Parse reads a policy document of any kind: identity, queue, topic, key or any other policy in AWS's JSON policy language.
//
// Where the language takes one value or a list, both are read; values of conditions may be strings, booleans or numbers,
// of which the last two are kept as their JSON text. An empty list or object stays one, and is not nil. Names of
// elements, and the values of Effect and Version, are literal in AWS's grammar and therefore case-sensitive. A statement
// needs Effect and either Action or NotAction; Principal and Resource may be missing, since whether they belong into a
// statement depends on what the document is attached to. A UTF-8 byte order mark is skipped.
//
// The error joins everything that is wrong, each a [*ParseError] with its position; where the JSON itself is broken, the
// first such place is the last one reported. After 100 problems the rest are only counted. Duplicate keys, condition keys that differ in case only, unknown elements,
// invalid UTF-8, data after the document and nesting below 32 levels are errors. A document larger than
// [MaxDocumentSize] is an [*InputError] and not read at all. Together with an error, the document is empty.
//
// [Grammar of the IAM JSON policy language], [IAM policy validation check reference]
//
// [Grammar of the IAM JSON policy language]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// [IAM policy validation check reference]: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
func Parse(data []byte) (Document, error) {
	n, probs, err := read(data)
	if err != nil {
		return Document{}, err
	}
	d := probs.document(n)
	if err := probs.err(); err != nil {
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
	n, probs, err := read(data)
	if err != nil {
		return err
	}
	parsed := probs.statement(n)
	if err := probs.err(); err != nil {
		return err
	}
	*s = parsed
	return nil
}

// read returns the JSON of data, and duplicate keys as problems; the error is for what cannot be read further.
func read(data []byte) (node, problems, error) {
	if len(data) > MaxDocumentSize {
		return node{}, nil, inputError("document", "", fmt.Sprintf("it has %d bytes", len(data)),
			fmt.Sprintf("at most %d", MaxDocumentSize), "")
	}
	return scan(data)
}

func (p *problems) document(n node) Document {
	var d Document
	if n.kind != object {
		p.wrongKind(n, "document", "an object")
		return d
	}
	if _, ok := n.member("Statement"); !ok {
		p.add(n.at, "document", "", "it has no Statement", "at least one statement", "")
	}
	for _, m := range n.members {
		switch v := m.value; m.key {
		case "Version":
			d.Version = p.literal(v, "Version", "2012-10-17", "2008-10-17")
		case "Id":
			d.ID = p.string(v, "Id")
		case "Statement":
			d.Statements = p.statements(v)
		default:
			p.unknown(m, "element", "Version", "Id", "Statement")
		}
	}
	return d
}

func (p *problems) statements(n node) []Statement {
	switch n.kind {
	case object:
		return []Statement{p.statement(n)}
	case list:
		all := make([]Statement, len(n.items))
		for i, item := range n.items {
			all[i] = p.statement(item)
		}
		return all
	}
	p.wrongKind(n, "Statement", "an object or a list of objects")
	return nil
}

// literal returns the string that n is, which must be one of want.
func (p *problems) literal(n node, what string, want ...string) string {
	if n.kind != text {
		p.wrongKind(n, what, quotedOr(want))
		return ""
	}
	for _, w := range want {
		if n.text == w {
			return w
		}
	}
	p.add(n.at, what, n.text, "unknown", quotedOr(want), "")
	return ""
}

func (p *problems) string(n node, what string) string {
	if n.kind != text {
		p.wrongKind(n, what, "a string")
	}
	return n.text
}

// unknown notes a key that is not among the known ones.
func (p *problems) unknown(m member, what string, known ...string) {
	for _, k := range known {
		if strings.EqualFold(k, m.key) {
			p.add(m.at, what, m.key, "unknown", `"`+k+`"`, "names are case-sensitive")
			return
		}
	}
	p.add(m.at, what, m.key, "unknown", quotedOr(known), "")
}

// wrongKind notes that n is not of the JSON type that its place asks for.
func (p *problems) wrongKind(n node, what, want string) {
	value, fix := "", ""
	switch n.kind {
	case number, boolean:
		value = n.text
		if strings.HasPrefix(want, "a string") {
			fix = "write it in double quotes"
		}
	case text:
		value = n.text
	case object:
		if len(n.members) == 1 && (n.members[0].key == "Ref" || strings.HasPrefix(n.members[0].key, "Fn::")) {
			fix = "resolve " + excerpt(n.members[0].key) + " first"
		}
	}
	p.add(n.at, what, value, "it is "+string(n.kind), want, fix)
}

func quotedOr(values []string) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i > 0 && i == len(values)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(`"` + v + `"`)
	}
	return b.String()
}
