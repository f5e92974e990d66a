package edit

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
)

// brackets returns the offset of the bracket that closes the one at an offset, and the end of what is last within them, which is not
// a comment.
func (f *File) brackets(at int) (last, end int) {
	depth := 0
	last = at + 1
	for i := at; i < len(f.text); {
		next := f.token(i)
		switch c := f.text[i]; c {
		case ' ', '\t', '\r', '\n':
			i = next
			continue
		case '#':
			if next > i+1 {
				i = next
				continue
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return last, i
			}
		}
		i = next
		last = i
	}
	return last, len(f.text)
}

// token returns the end of what begins at an offset: a text in quotes, a comment, or one character.
func (f *File) token(i int) int {
	begins := i == 0 || strings.IndexByte(" \t\r\n,[{:", f.text[i-1]) >= 0
	rest := string(f.text[i+1:])
	switch c := f.text[i]; {
	case c == '"' && begins:
		for j := i + 1; j < len(f.text); j++ {
			switch f.text[j] {
			case '\\':
				j++
			case '"':
				return j + 1
			}
		}
		return len(f.text)
	case c == '\'' && begins && !f.style.json:
		for j := i + 1; j < len(f.text); j++ {
			if f.text[j] == '\'' {
				if j+1 == len(f.text) || f.text[j+1] != '\'' {
					return j + 1
				}
				j++
			}
		}
		return len(f.text)
	case c == '#' && !f.style.json && (i == 0 || strings.IndexByte(" \t\r\n", f.text[i-1]) >= 0):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + 1 + n
		}
		return len(f.text)
	}
	return i + 1
}

// inlineEnd returns the end of a value that begins at an offset and is in brackets, in quotes, or a plain scalar on one line.
func (f *File) inlineEnd(at int, inBrackets bool) int {
	i := at
	if f.text[i] == '!' { // a tag
		for i < len(f.text) && strings.IndexByte(" \r\n", f.text[i]) < 0 {
			i++
		}
		for i < len(f.text) && f.text[i] == ' ' {
			i++
		}
	}
	if i == len(f.text) {
		return i
	}
	switch f.text[i] {
	case '[', '{':
		_, end := f.brackets(i)
		return min(end+1, len(f.text))
	case '"', '\'':
		return f.token(i)
	}
	end := i
	for ; i < len(f.text); i++ {
		c := f.text[i]
		if c == '\r' || c == '\n' || inBrackets && strings.IndexByte(",]}", c) >= 0 || c == '#' && f.text[i-1] == ' ' {
			break
		}
		if c != ' ' && c != '\t' {
			end = i + 1
		}
	}
	return end
}

// blockEnd returns the last line of what begins in a line and is indented by column, in a file of blocks: of its members or items,
// or of the value of the key there if nested is set. Comments that are indented as much are part of it.
func (f *File) blockEnd(line, column int, nested, list bool) int {
	last := line
	for i := line + 1; i < len(f.lines); i++ {
		text := f.lineText(i)
		rest := strings.TrimLeft(text, " ")
		indent := len(text) - len(rest)
		item := rest == "-" || strings.HasPrefix(rest, "- ")
		switch {
		case strings.TrimSpace(rest) == "":
			continue
		case column == 0 && (strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...")):
			return last
		case rest[0] == '#' && indent >= column && column > 0 && !nested, rest[0] == '#' && indent > column:
			last = i
			continue
		case rest[0] == '#':
			continue
		case indent < column, indent == column && (nested || list) && !item:
			return last
		}
		last = i
	}
	return last
}

// isBlock reports whether a value is written in lines of its own instead of brackets.
func (f *File) isBlock(v value.Value) bool {
	at := f.place(v)
	if at < 0 {
		return false
	}
	c := f.text[at]
	switch v.Kind {
	case value.List:
		return c == '-'
	case value.Object:
		return c != '{' && c != '!' && c != '&' && c != '*' && len(v.Members) > 0 && v.At == v.Members[0].At
	}
	return false
}
