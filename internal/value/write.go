package value

import (
	"encoding/json"
	"strings"
)

// JSON returns v as JSON without white space. It stops after most bytes: the text is then longer than that, and no JSON.
func (v Value) JSON(most int) string {
	var b strings.Builder
	writeJSON(&b, v, most)
	return b.String()
}

func writeJSON(b *strings.Builder, v Value, most int) {
	if b.Len() > most {
		return
	}
	switch v.Kind {
	case Absent, Null:
		b.WriteString("null")
	case Boolean, Number:
		b.WriteString(v.Text)
	case Text:
		writeString(b, v.Text)
	case List:
		b.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, item, most)
		}
		b.WriteByte(']')
	case Object:
		b.WriteByte('{')
		for i, m := range v.Members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, m.Key)
			b.WriteByte(':')
			writeJSON(b, m.Value, most)
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
