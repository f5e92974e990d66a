package eval

import (
	"strings"
	"unicode/utf8"
)

// A symbol is one piece of a text: a character, a wildcard of a pattern, or unresolved text.
type symbol struct {
	kind  symbolKind
	char  byte
	token string // unresolved text as written, ${…}; of a char, the character if it is none of ASCII
}

type symbolKind uint8

const (
	char symbolKind = iota
	star
	question
	token
)

// cutToken returns the unresolved text that s starts with, "${…}" or "#{Token[…]}", nested braces included.
func cutToken(s string) (tok, rest string, ok bool) {
	if len(s) < 3 || s[0] != '$' && s[0] != '#' || s[1] != '{' || s[0] == '#' && !strings.HasPrefix(s, "#{Token[") {
		return "", s, false
	}
	depth := 0
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i+1], s[i+1:], true
			}
		}
	}
	// A brace that is never closed leaves everything after it unresolved.
	return s, "", true
}

// valueSymbols returns the symbols of a request's text, in which * and ? are themselves.
func valueSymbols(s string, fold bool) []symbol {
	syms := make([]symbol, 0, len(s))
	for s != "" {
		if tok, rest, ok := cutToken(s); ok {
			syms = append(syms, symbol{kind: token, token: tok})
			s = rest
			continue
		}
		sym, rest := textSymbol(s, fold)
		syms, s = append(syms, sym), rest
	}
	return syms
}

// textSymbol returns the first character of s.
func textSymbol(s string, fold bool) (sym symbol, rest string) {
	n := charLen(s)
	if n == 1 {
		return symbol{char: folded(s[0], fold)}, s[1:]
	}
	return symbol{token: s[:n]}, s[n:]
}

// charLen returns how many bytes the first character of s has.
func charLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

func folded(c byte, fold bool) byte {
	if fold && 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// matchSymbols says whether the pattern matches the value, where either holds unresolved text. With colons set, a wildcard
// does not match a colon unless it ends the pattern.
func matchSymbols(pattern, value []symbol, colons bool) truth {
	// What both begin with, and what both end with, is the same whatever it is, and decides nothing.
	for len(pattern) > 0 && len(value) > 0 && pattern[0].kind != star && pattern[0].kind != question && pattern[0] == value[0] {
		pattern, value = pattern[1:], value[1:]
	}
	ends := true // the pattern ends where it did
	for len(pattern) > 0 && len(value) > 0 {
		p, v := pattern[len(pattern)-1], value[len(value)-1]
		if p.kind == star || p.kind == question || p != v {
			break
		}
		pattern, value = pattern[:len(pattern)-1], value[:len(value)-1]
		ends = false
	}
	switch {
	case len(pattern) > 0 && len(value) > maxWork/len(pattern):
		return maybe
	case surely(pattern, value, colons, ends):
		return yes
	case possibly(pattern, value):
		return maybe
	}
	return no
}

// maxWork is the product of the lengths of a pattern and a value from which on a match counts as undecided. The longest ARN
// has 2,048 characters.
const maxWork = 2048 * 2048

// surely reports whether the pattern matches the value whatever the unresolved text is: each of the value's is covered by a
// star or by the same text. The last star matches colons only if it ends the whole pattern.
func surely(pattern, value []symbol, colons, ends bool) bool {
	// ok[j]: the pattern so far matches value[:j].
	ok := make([]bool, len(value)+1)
	ok[0] = true
	for i, p := range pattern {
		last := ends && i == len(pattern)-1
		switch p.kind {
		case star:
			for j, v := range value {
				if ok[j] && (last || !colons || v.kind != char || v.char != ':') {
					ok[j+1] = true
				}
			}
		default:
			for j := len(value); j > 0; j-- {
				v := value[j-1]
				ok[j] = ok[j-1] && (p == v || p.kind == question && v.kind == char && !(colons && v.char == ':'))
			}
			ok[0] = false
		}
	}
	return ok[len(value)]
}

// possibly reports whether there is unresolved text with which the pattern matches the value.
func possibly(pattern, value []symbol) bool {
	free := func(s symbol) bool { return s.kind == star || s.kind == token }
	next := make([]bool, len(value)+1) // next[j]: pattern[i+1:] may match value[j:]
	cur := make([]bool, len(value)+1)
	for i := len(pattern); i >= 0; i-- {
		for j := len(value); j >= 0; j-- {
			switch {
			case i == len(pattern) && j == len(value):
				cur[j] = true
			case i == len(pattern):
				cur[j] = free(value[j]) && cur[j+1]
			case j == len(value):
				cur[j] = free(pattern[i]) && next[j]
			case free(pattern[i]) || free(value[j]):
				// The free one is used up, or takes in the other's next symbol.
				cur[j] = free(pattern[i]) && (next[j] || cur[j+1]) || free(value[j]) && (cur[j+1] || next[j])
			default:
				cur[j] = next[j+1] && (pattern[i].kind == question || pattern[i] == value[j])
			}
		}
		next, cur = cur, next
	}
	return next[0]
}
