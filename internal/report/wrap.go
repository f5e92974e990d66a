package report

import (
	"strings"
	"unicode/utf8"
)

// maxLine is how many columns a line of sentences has at most, however wide the terminal is.
const maxLine = 120

// wrap breaks text into lines of the terminal's width, of which the first begins with first and the others with rest. Words longer than
// that, such as ARNs, stay whole. Without a terminal, the text is one line.
func (s Style) wrap(text, first, rest string) string {
	if s.Width == 0 {
		return first + strings.Join(strings.Fields(text), " ")
	}
	var b strings.Builder
	b.WriteString(first)
	column, begun := columns(first), false
	for word := range strings.FieldsSeq(text) {
		if n := columns(word); begun && column+1+n > min(s.Width, maxLine) {
			b.WriteString("\n" + rest)
			column, begun = columns(rest), false
		}
		if begun {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column, begun = column+columns(word), true
	}
	return b.String()
}

// Paragraphs breaks each paragraph of a text into lines of the terminal's width, apart from those with indented lines. Without a
// terminal, the text is as it is.
func (s Style) Paragraphs(text string) string {
	if s.Width == 0 {
		return text
	}
	all := strings.Split(text, "\n\n")
	for i, p := range all {
		if !strings.HasPrefix(p, " ") && !strings.HasPrefix(p, "\t") && !strings.Contains(p, "\n ") && !strings.Contains(p, "\n\t") {
			all[i] = s.wrap(p, "", "")
		}
	}
	return strings.Join(all, "\n\n")
}

// columns returns how wide text is without what sets colours.
func columns(text string) int {
	n := utf8.RuneCountInString(text)
	for {
		_, after, colour := strings.Cut(text, "\x1b[")
		if !colour {
			return n
		}
		code, rest, _ := strings.Cut(after, "m")
		n -= len("\x1b[") + len(code) + len("m")
		text = rest
	}
}

// shorten returns s with at most that many characters, leaving out its middle.
func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := most * 2 / 3
	return string(r[:head]) + "…" + string(r[len(r)-(most-head-1):])
}
