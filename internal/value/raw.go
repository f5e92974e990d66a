package value

import (
	"bytes"
	"unicode/utf8"
)

// A RawMember is one key of an object and the JSON text of its value.
type RawMember struct {
	Key, Value []byte
}

// RawMembers appends the members of the object that JSON text is to list, without reading their values. It is not ok if the
// text is anything but an object whose keys are UTF-8 without escapes. What is within the values is not looked at beyond
// where they end, so that a value is JSON only if it is known from elsewhere that this text is.
func RawMembers(list []RawMember, text []byte) (all []RawMember, ok bool) {
	i := rawSpace(text, 0)
	if i == len(text) || text[i] != '{' {
		return list, false
	}
	for i++; ; i++ {
		key := rawSpace(text, i)
		end := rawEnd(text, key)
		if end < 0 || text[key] != '"' || bytes.IndexByte(text[key:end], '\\') >= 0 || !utf8.Valid(text[key:end]) {
			return list, false
		}
		if i = rawSpace(text, end); i == len(text) || text[i] != ':' {
			return list, false
		}
		start := rawSpace(text, i+1)
		if i = rawEnd(text, start); i < 0 {
			return list, false
		}
		list = append(list, RawMember{text[key+1 : end-1], text[start:i]})
		if i = rawSpace(text, i); i == len(text) || text[i] != ',' {
			break
		}
	}
	return list, i < len(text) && text[i] == '}' && rawSpace(text, i+1) == len(text)
}

// RawItems appends the JSON texts of the items of the list that JSON text is to list, as [RawMembers] does for an object. It is
// not ok for an empty list.
func RawItems(list [][]byte, text []byte) (all [][]byte, ok bool) {
	i := rawSpace(text, 0)
	if i == len(text) || text[i] != '[' {
		return list, false
	}
	for i++; ; i++ {
		start := rawSpace(text, i)
		if i = rawEnd(text, start); i < 0 {
			return list, false
		}
		list = append(list, text[start:i])
		if i = rawSpace(text, i); i == len(text) || text[i] != ',' {
			break
		}
	}
	return list, i < len(text) && text[i] == ']' && rawSpace(text, i+1) == len(text)
}

// rawSpace returns where the white space that begins at i ends.
func rawSpace(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
		i++
	}
	return i
}

// rawEnd returns where the value that begins at i ends, or -1 if it does not.
func rawEnd(text []byte, i int) int {
	depth := 0
	for start := i; i < len(text); i++ {
		switch text[i] {
		case '"':
			for {
				n := bytes.IndexByte(text[i+1:], '"')
				if n < 0 {
					return -1
				}
				if i += n + 1; !rawEscaped(text, i) {
					break
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			} else if depth < 0 {
				return rawWord(start, i)
			}
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return rawWord(start, i)
			}
		}
	}
	return -1
}

// rawWord returns the end of a word or number, which has at least one character.
func rawWord(start, end int) int {
	if start == end {
		return -1
	}
	return end
}

// rawEscaped reports whether an odd number of backslashes stands before i.
func rawEscaped(text []byte, i int) bool {
	n := 0
	for i--; i >= 0 && text[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}
