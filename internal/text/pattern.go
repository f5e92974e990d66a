package text

import (
	"strings"
	"unicode/utf8"
)

// A Text is a text or a pattern as a list of symbols.
type Text []Symbol

// A Symbol is one piece of a text: a character, a wildcard, or a reference.
type Symbol struct {
	kind  symbolKind
	char  byte
	token string // the reference as written, or a character beyond ASCII
}

type symbolKind uint8

const (
	char symbolKind = iota
	star
	question
	reference
)

// Reference returns the reference as it is written; ok is false if the symbol is no reference.
func (s Symbol) Reference() (ref string, ok bool) { return s.token, s.kind == reference }

// Parse returns the symbols of s. If wildcards is set, * and ? are wildcards, otherwise characters. If fold is set,
// ASCII letters are lowered.
func Parse(s string, wildcards, fold bool) Text {
	t := make(Text, 0, len(s))
	for {
		before, ref, after := Cut(s)
		from := len(t)
		t = appendLiteral(t, before, fold)
		for i := from; wildcards && i < len(t); i++ {
			switch t[i].char {
			case '*':
				t[i] = Symbol{kind: star}
			case '?':
				t[i] = Symbol{kind: question}
			}
		}
		if ref == "" {
			return t
		}
		t = append(t, Symbol{kind: reference, token: ref})
		s = after
	}
}

// Literal returns the symbols of a text without wildcards and references: all of it is characters.
func Literal(s string, fold bool) Text { return appendLiteral(make(Text, 0, len(s)), s, fold) }

func appendLiteral(t Text, s string, fold bool) Text {
	for s != "" {
		n := charLen(s)
		if n == 1 {
			t = append(t, Symbol{char: folded(s[0], fold)})
		} else {
			t = append(t, Symbol{token: s[:n]})
		}
		s = s[n:]
	}
	return t
}

// charLen returns the length in bytes of the first character of s.
func charLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// IsPattern reports whether s has a wildcard, * or ?, outside of references.
func IsPattern(s string) bool {
	return hasWildcard(s) && (Index(s, '*') >= 0 || Index(s, '?') >= 0)
}

// hasWildcard reports whether s has a wildcard anywhere.
func hasWildcard(s string) bool {
	return strings.IndexByte(s, '*') >= 0 || strings.IndexByte(s, '?') >= 0
}

// A Pattern is a text with wildcards, prepared for matching: * stands for any number of characters, ? for one.
type Pattern struct {
	text string // the pattern as it is written
	syms *Text  // the symbols: symbolic, or prepared
	kind patternKind
	fold bool
}

type patternKind uint8

const (
	literal  patternKind = iota
	anything             // *
	wild                 // other wildcards
	symbolic             // with references, or with both wildcards and the characters * or ?
)

// NewPattern prepares s, with the wildcards * and ?. If fold is set, the case of ASCII letters does not matter.
func NewPattern(s string, fold bool) Pattern { return newPattern(s, true, fold) }

// NewLiteral prepares s, in which * and ? are characters.
func NewLiteral(s string, fold bool) Pattern { return newPattern(s, false, fold) }

func newPattern(s string, wildcards, fold bool) Pattern {
	if Unresolved(s) {
		p := Parse(s, wildcards, fold).Pattern(fold)
		p.text = s
		return p
	}
	p := Pattern{text: s, fold: fold}
	switch {
	case !wildcards || !hasWildcard(s):
		p.kind = literal
	case s != "" && strings.Trim(s, "*") == "":
		p.kind = anything
	default:
		p.kind = wild
	}
	return p
}

// Pattern prepares the text for matching. The text must have been made with the same fold.
func (t Text) Pattern(fold bool) Pattern {
	p := Pattern{fold: fold, kind: literal}
	var b strings.Builder
	quoted := false // the text has a * or ? that is no wildcard
	for _, s := range t {
		switch {
		case s.kind == reference:
			return Pattern{text: t.spelled(), kind: symbolic, syms: &t, fold: fold}
		case s.kind == star:
			p.kind = wild
			b.WriteByte('*')
		case s.kind == question:
			p.kind = wild
			b.WriteByte('?')
		case s.token != "":
			b.WriteString(s.token)
		default:
			quoted = quoted || s.char == '*' || s.char == '?'
			b.WriteByte(s.char)
		}
	}
	p.text = b.String()
	if p.kind == wild {
		switch {
		case quoted:
			return Pattern{kind: symbolic, syms: &t, fold: fold}
		case strings.Trim(p.text, "*") == "":
			p.kind = anything
		}
	}
	return p
}

// spelled returns the text as it is written.
func (t Text) spelled() string {
	if len(t) == 1 {
		return t[0].token
	}
	var b strings.Builder
	for _, s := range t {
		switch {
		case s.kind == star:
			b.WriteByte('*')
		case s.kind == question:
			b.WriteByte('?')
		case s.token != "":
			b.WriteString(s.token)
		default:
			b.WriteByte(s.char)
		}
	}
	return b.String()
}

// Anything reports whether the pattern consists of stars and so matches every text.
func (p *Pattern) Anything() bool { return p.kind == anything }

// Literal reports whether the pattern has neither wildcards nor references.
func (p *Pattern) Literal() bool { return p.kind == literal }

// Text returns the pattern as it is written.
func (p *Pattern) Text() string { return p.text }

// Unresolved reports whether the pattern holds a reference.
func (p *Pattern) Unresolved() bool {
	if p.syms == nil {
		return false
	}
	for _, s := range *p.syms {
		if s.kind == reference {
			return true
		}
	}
	return false
}

func (p *Pattern) symbols() Text {
	switch {
	case p.syms != nil:
		return *p.syms
	case p.kind == anything:
		return Text{{kind: star}}
	}
	syms := Literal(p.text, p.fold)
	for i := range syms {
		switch {
		case p.kind == literal:
		case syms[i].char == '*':
			syms[i] = Symbol{kind: star}
		case syms[i].char == '?':
			syms[i] = Symbol{kind: question}
		}
	}
	return syms
}

// Match says whether the pattern matches s.
func (p *Pattern) Match(s string) Truth {
	return p.match(s, p.kind != anything && Unresolved(s))
}

// match is [Pattern.Match] for a text that is known to be unresolved or not.
func (p *Pattern) match(s string, unresolved bool) Truth {
	switch {
	case p.kind == anything, p.text == s && s != "":
		return Yes
	case unresolved || p.kind == symbolic:
		return matchSymbols(p.symbols(), Parse(s, false, p.fold), false)
	case p.kind == literal:
		return Of(p.text == s || p.fold && EqualFold(p.text, s))
	case len(s) > maxWork/len(p.text):
		return Maybe
	}
	return Of(glob(p.text, s, p.fold))
}

// Match says whether the pattern, with the wildcards * and ?, matches s.
func Match(pattern, s string) Truth {
	p := NewPattern(pattern, false)
	return p.Match(s)
}

// MatchFold is [Match] without regard to the case of ASCII letters, as IAM matches actions.
func MatchFold(pattern, s string) Truth {
	p := NewPattern(pattern, true)
	return p.Match(s)
}

// Equal says whether two texts are the same.
func Equal(a, b string) Truth {
	switch {
	case a == b:
		return Yes
	case Unresolved(a) || Unresolved(b):
		return matchSymbols(Parse(a, false, false), Parse(b, false, false), false)
	}
	return No
}
