package snippet

import (
	"bytes"
	"encoding/json"
)

func writeJSON(all []subject) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range all {
		if len(all) > 1 {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("# " + s.heading() + "\n")
		}
		b.Write(s.Document.JSON())
	}
	return b.Bytes(), nil
}

// writeJSONStatements returns the statements as the items of a JSON array, without its brackets.
func writeJSONStatements(statements tree) ([]byte, error) {
	var b bytes.Buffer
	for i, s := range statements.items {
		if i > 0 {
			b.WriteString(",\n")
		}
		s.writeJSON(&b, "")
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (t tree) writeJSON(b *bytes.Buffer, indent string) {
	inner := indent + "  "
	switch t.kind {
	case text:
		b.WriteString(jsonString(t.text))
	case list:
		if len(t.items) == 0 {
			b.WriteString("[]")
			return
		}
		b.WriteString("[\n")
		for i, item := range t.items {
			b.WriteString(inner)
			item.writeJSON(b, inner)
			b.WriteString(comma(i, len(t.items)) + "\n")
		}
		b.WriteString(indent + "]")
	case object:
		b.WriteString("{\n")
		for i, m := range t.members {
			b.WriteString(inner + jsonString(m.key) + ": ")
			m.value.writeJSON(b, inner)
			b.WriteString(comma(i, len(t.members)) + "\n")
		}
		b.WriteString(indent + "}")
	}
}

func comma(i, n int) string {
	if i < n-1 {
		return ","
	}
	return ""
}

func jsonString(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("snippet: a string did not become JSON: " + err.Error())
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
