package cfn

import (
	"encoding/json"
	"strings"
)

// jsonText returns a resolved value as JSON without white space.
func jsonText(n node) string {
	var b strings.Builder
	writeJSON(&b, n)
	return b.String()
}

func writeJSON(b *strings.Builder, n node) {
	if b.Len() > maxText {
		return
	}
	switch n.kind {
	case absent, null:
		b.WriteString("null")
	case boolean, number:
		b.WriteString(n.text)
	case text:
		writeString(b, n.text)
	case list:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i, m := range n.members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, m.key)
			b.WriteByte(':')
			writeJSON(b, m.value)
		}
		b.WriteByte('}')
	}
}

func writeString(b *strings.Builder, s string) {
	var one strings.Builder
	enc := json.NewEncoder(&one)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) == nil {
		b.WriteString(strings.TrimSuffix(one.String(), "\n"))
	}
}
