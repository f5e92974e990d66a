package snippet

import (
	"bytes"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// writeScriptStatements writes the statements as TypeScript, for apps that import the CDK as cdk and aws-iam as iam.
func writeScriptStatements(statements value.Value) ([]byte, error) {
	var s script
	for _, item := range statements.Items {
		s.text.WriteString("iam.PolicyStatement.fromJson(")
		s.value(item, "")
		s.text.WriteString("),\n")
	}
	return s.text.Bytes(), s.err()
}

// A script writes TypeScript.
type script struct {
	problems
	text bytes.Buffer
}

// value writes a part of a document as a literal, of which all lines but the first have the indentation.
func (s *script) value(v value.Value, indent string) {
	inner := indent + "  "
	switch v.Kind {
	case value.List:
		s.text.WriteString("[\n")
		for _, item := range v.Items {
			s.text.WriteString(inner)
			s.value(item, inner)
			s.text.WriteString(",\n")
		}
		s.text.WriteString(indent + "]")
	case value.Object:
		s.text.WriteString("{\n")
		for _, m := range v.Members {
			key := m.Key
			if words := words(key); len(words) != 1 || words[0] != key {
				key = literalOf(key)
			}
			s.text.WriteString(inner + key + ": ")
			s.value(m.Value, inner)
			s.text.WriteString(",\n")
		}
		s.text.WriteString(indent + "}")
	default:
		s.text.WriteString(scriptOf(s.expressionOf(v.Text)))
	}
}

// scriptOf returns an expression of type string.
func scriptOf(e expression) string {
	switch e.kind {
	case ref:
		return "cdk.Fn.ref(" + literalOf(e.text) + ")"
	case getAtt:
		return "cdk.Fn.getAtt(" + literalOf(e.text) + ", " + literalOf(e.attribute) + ").toString()"
	case sub:
		return "cdk.Fn.sub(" + literalOf(e.text) + ")"
	}
	return literalOf(e.text)
}

// literalOf returns a string literal: in single quotes, or as JSON has it if characters have to be escaped.
func literalOf(s string) string {
	text := string(value.AppendJSON(nil, s))
	if plain := text[1 : len(text)-1]; !strings.ContainsAny(plain, `'"\\`) {
		return "'" + plain + "'"
	}
	return text
}
