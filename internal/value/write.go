package value

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// JSON returns v as JSON without white space. It stops after most bytes: the text is then longer than that, and no JSON.
func (v Value) JSON(most int) string {
	var b strings.Builder
	v.writeJSON(&b, most)
	return b.String()
}

// Longer reports whether v as JSON has more than most bytes, escapes not counted.
func (v Value) Longer(most int) bool { return v.room(most) < 0 }

// room returns what of most bytes is left beside v.
func (v *Value) room(most int) int {
	most -= len(v.Text)
	if v.Kind >= Text {
		most -= len(`""`) // or brackets
	}
	for i := 0; i < len(v.Items) && most >= 0; i++ {
		most = v.Items[i].room(most - min(i, 1))
	}
	for i := 0; i < len(v.Members) && most >= 0; i++ {
		most = v.Members[i].Value.room(most - min(i, 1) - len(v.Members[i].Key) - len(`"":`))
	}
	return most
}

func (v Value) writeJSON(b *strings.Builder, most int) {
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
			item.writeJSON(b, most)
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
			m.Value.writeJSON(b, most)
		}
		b.WriteByte('}')
	}
}

func writeString(b *strings.Builder, s string) {
	var buffer [256]byte
	b.Write(AppendJSON(buffer[:0], s))
}

// AppendJSON appends s as the JSON string that [EncodeJSON] writes.
func AppendJSON[S string | []byte](b []byte, s S) []byte {
	start := len(b)
	b = append(b, '"')
	done := 0
	for i := range len(s) {
		switch c := s[i]; {
		case plain[c]:
		case c < ' ' || c >= utf8.RuneSelf:
			return append(b[:start], bytes.TrimSuffix(EncodeJSON(string(s), ""), []byte("\n"))...)
		case c == '"' || c == '\\':
			b = append(append(b, s[done:i]...), '\\')
			done = i
		}
	}
	return append(append(b, s[done:]...), '"')
}

// EncodeJSON returns v as encoding/json writes it, but <, > and & as they are, with a final newline. Levels are indented by
// indent; if it is empty, there is no white space. It panics on what has no JSON.
func EncodeJSON(v any, indent string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		panic("value: " + err.Error())
	}
	return b.Bytes()
}
