package eval

import (
	"strings"
)

// A pattern is one value of a policy, prepared for matching.
type pattern struct {
	written string
	kind    patternKind
	text    string // literal, prefix, wild: what is compared; lower case with fold
	fold    bool   // letters have no case
	pieces  []piece
}

type patternKind uint8

const (
	anything patternKind = iota // *
	literal
	prefix // text and then *
	wild   // other wildcards
	pieced // unresolved text, policy variables or escapes
)

// A piece is a part of a pattern that plain text cannot hold.
type piece struct {
	symbol
	variable *variable // if not nil, the piece is a policy variable
}

// newPattern prepares a value. Wildcards count with wildcards set. With variables set, ${…} may be a policy variable, as
// in documents of version 2012-10-17.
func newPattern(s string, wildcards, variables, fold bool) pattern {
	p := pattern{written: s, fold: fold, text: s}
	if fold {
		p.text = lower(s)
	}
	special := strings.Contains(s, "${") && (variables || hasToken(s)) || strings.Contains(s, "#{Token[")
	switch at := strings.IndexAny(s, "*?"); {
	case special:
		p.kind, p.pieces = pieced, newPieces(s, wildcards, variables, fold)
	case !wildcards || at < 0:
		p.kind = literal
	case strings.Trim(s, "*") == "":
		p.kind = anything
	case at == len(s)-1 && s[at] == '*':
		p.kind, p.text = prefix, p.text[:at]
	default:
		p.kind = wild
	}
	return p
}

// hasToken reports whether s holds unresolved text other than policy variables.
func hasToken(s string) bool {
	for s != "" {
		i := strings.Index(s, "${")
		if i < 0 {
			return false
		}
		tok, rest, _ := cutToken(s[i:])
		if _, ok := parseVariable(tok); !ok {
			return true
		}
		s = rest
	}
	return false
}

func newPieces(s string, wildcards, variables, fold bool) []piece {
	pieces := make([]piece, 0, len(s))
	for s != "" {
		if tok, rest, ok := cutToken(s); ok {
			v, isVariable := parseVariable(tok)
			switch {
			case isVariable && variables && v.literal != 0:
				pieces = append(pieces, piece{symbol: symbol{char: v.literal}})
			case isVariable && variables:
				pieces = append(pieces, piece{symbol: symbol{kind: token, token: tok}, variable: &v})
			case isVariable: // literal text in documents of version 2008-10-17
				for _, sym := range plainText(tok, fold) {
					pieces = append(pieces, piece{symbol: sym})
				}
			default:
				pieces = append(pieces, piece{symbol: symbol{kind: token, token: tok}})
			}
			s = rest
			continue
		}
		sym, rest := textSymbol(s, fold)
		switch {
		case wildcards && s[0] == '*':
			sym = symbol{kind: star}
		case wildcards && s[0] == '?':
			sym = symbol{kind: question}
		}
		pieces = append(pieces, piece{symbol: sym})
		s = rest
	}
	return pieces
}

// match says whether the pattern matches s. r, which may be nil, resolves policy variables.
func (p *pattern) match(s string, r *run) truth {
	// These match whether or not s is unresolved.
	switch {
	case p.kind == literal && p.text == s, p.kind == anything:
		return yes
	case p.kind == pieced || open(s):
		return p.matchUnresolved(s, r)
	case p.tooLong(s):
		return maybe
	}
	return truthOf(p.matchText(s))
}

// matchEither is match for a text of which it is known whether it is unresolved.
func (p *pattern) matchEither(s string, unresolved bool, r *run) truth {
	switch {
	case unresolved || p.kind == pieced:
		return p.matchUnresolved(s, r)
	case p.tooLong(s):
		return maybe
	}
	return truthOf(p.matchText(s))
}

// tooLong reports whether matching would take too much work.
func (p *pattern) tooLong(s string) bool {
	return p.kind == wild && len(s) > maxWork/len(p.text)
}

// matchText reports whether a pattern without pieces matches s, which is resolved.
func (p *pattern) matchText(s string) bool {
	switch p.kind {
	case anything:
		return true
	case literal:
		if p.fold {
			return foldEqual(p.text, s)
		}
		return p.text == s
	case prefix:
		if p.fold {
			return len(s) >= len(p.text) && foldEqual(p.text, s[:len(p.text)])
		}
		return strings.HasPrefix(s, p.text)
	}
	return glob(p.text, s, p.fold)
}

func (p *pattern) matchUnresolved(s string, r *run) truth {
	syms, ok := p.symbols(r)
	if !ok {
		return no
	}
	return matchSymbols(syms, valueSymbols(s, p.fold), false)
}

// symbols returns the pattern's symbols, its policy variables replaced by their values as far as they are known. It is not
// ok if a variable is known to have none: such a pattern matches nothing.
func (p *pattern) symbols(r *run) (syms []symbol, ok bool) {
	if p.kind != pieced {
		return p.plainSymbols(), true
	}
	syms = make([]symbol, 0, len(p.pieces))
	for _, pc := range p.pieces {
		if pc.variable == nil {
			syms = append(syms, pc.symbol)
			continue
		}
		value, known := pc.variable.value(r)
		switch known {
		case no:
			return nil, false
		case maybe:
			syms = append(syms, pc.symbol)
		default:
			syms = append(syms, valueSymbols(value, p.fold)...)
		}
	}
	return syms, true
}

func (p *pattern) plainSymbols() []symbol {
	syms := append(make([]symbol, 0, len(p.text)+1), plainText(p.text, false)...)
	for i := range syms {
		switch {
		case p.kind == literal:
		case syms[i].char == '*':
			syms[i] = symbol{kind: star}
		case syms[i].char == '?':
			syms[i] = symbol{kind: question}
		}
	}
	if p.kind == prefix || p.kind == anything {
		syms = append(syms, symbol{kind: star})
	}
	return syms
}

// plainText returns the symbols of a text that holds nothing unresolved.
func plainText(s string, fold bool) []symbol {
	syms := make([]symbol, 0, len(s))
	for s != "" {
		sym, rest := textSymbol(s, fold)
		syms, s = append(syms, sym), rest
	}
	return syms
}
