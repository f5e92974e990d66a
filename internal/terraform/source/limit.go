package source

import (
	"bytes"
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/hopgrant/hopgrant/internal/value"
)

// The limits of what is read. A configuration beyond one of them is an error that names it.
const (
	MaxFileSize  = 4 << 20 // bytes of a file
	maxFiles     = 2000    // files of one module
	maxInstances = 20_000  // instances of resources and modules in all
	maxModules   = 1000    // different modules
	maxNesting   = 250     // brackets, operators and templates within each other
	maxEvaluated = 400     // values that depend on each other in a row
	maxCalls     = 32      // modules that call each other in a row
	maxWork      = 48 << 20
	maxValue     = 4 << 20 // about so many bytes of one value
	maxExponent  = 4096    // of a number, in bits
	maxSource    = 1 << 20 // bytes of a file in Terraform's own language
	maxSigns     = 80_000  // signs in it that may be tokens, of which each takes several hundred bytes
	maxAllSigns  = 300_000 // of them in all files

	// What an instance, a block of a dynamic block, and a turn of a loop cost of the budget, beside their source text.
	instanceWork = 1 << 10
	blockWork    = 2 << 10
	loopWork     = 512
)

// A budget is what is left of the work, in bytes: of text that is put together, and of source text that is evaluated again and
// again. err is the first limit that was passed.
type budget struct {
	left  int
	signs int // in the files that have been parsed
	err   *value.Error
}

// spend reports whether so much work is left. Once it is not, nothing is evaluated any more.
func (b *budget) spend(n int, at hcl.Range) bool {
	if n < 0 || n > b.left {
		b.exceed(at, "work", fmt.Sprintf("loops and templates make more than %d MiB of it", maxWork>>20), "less of it")
	}
	b.left -= n
	return b.err == nil
}

func (b *budget) exceed(at hcl.Range, what, got, want string) {
	if b.err == nil {
		b.left = 0
		b.err = problem(at, what, got, want)
		b.err.Cause = value.ErrTooLarge
	}
}

func problem(at hcl.Range, what, got, want string) *value.Error {
	return &value.Error{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, What: what, Got: got, Want: want}
}

// size returns about how many bytes a value takes when it is written.
func size(v cty.Value) int {
	v, _ = v.Unmark()
	switch t := v.Type(); {
	case !v.IsKnown() || v.IsNull():
		return 8
	case t == cty.String:
		return len(v.AsString()) + 8
	case t == cty.Number:
		return numberSize(v.AsBigFloat())
	case t.IsPrimitiveType() || t.IsCapsuleType():
		return 8
	}
	n := 8
	if v.Type().IsObjectType() {
		for name := range v.Type().AttributeTypes() {
			if n += len(name) + size(v.GetAttr(name)); n > maxWork {
				break
			}
		}
		return n
	}
	for it := v.ElementIterator(); it.Next() && n <= maxWork; {
		k, e := it.Element()
		n += size(k) + size(e)
	}
	return n
}

// numberSize returns about how many digits a number has.
func numberSize(f *big.Float) int {
	exp := f.MantExp(nil)
	return max(exp, -exp)/3 + 16
}

// checkTokens returns an error if brackets, operators or templates are nested so deep that the parser, which calls itself for
// each of them, would run out of stack.
func checkTokens(src []byte, name string) *value.Error {
	if len(src) < maxNesting {
		return nil
	}
	if at := bytes.IndexFunc(src, deepAt()); at >= 0 {
		return tooDeep(hcl.Range{Filename: name, Start: hcl.Pos{Line: 1 + bytes.Count(src[:at], []byte("\n")), Column: 1}})
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	depth, row := 0, 0
	for i := range tokens {
		switch tokens[i].Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc,
			hclsyntax.TokenTemplateInterp:
			depth++
			row++
		case hclsyntax.TokenTemplateControl:
			depth++
			row += 4
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenEqual, hclsyntax.TokenComma:
			row = 0
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
			hclsyntax.TokenQuestion, hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenDot:
			row++
		}
		if depth > maxNesting || row > 10*maxNesting {
			return tooDeep(tokens[i].Range)
		}
	}
	return nil
}

// checkSigns returns an error if a file, or all files, have more signs than can be kept as a syntax tree.
func (b *budget) checkSigns(src []byte, name string) *value.Error {
	n := bytes.Count(src, []byte("\n")) + signs(src)
	b.signs += n
	e := problem(hcl.Range{Filename: name, Start: hcl.InitialPos}, "file", fmt.Sprintf("it has %d brackets, operators and lines", n), fmt.Sprintf("at most %d", maxSigns))
	switch e.Cause = value.ErrTooLarge; {
	case n > maxSigns:
		return e
	case b.signs > maxAllSigns:
		e.What, e.Got, e.Want = "configuration", fmt.Sprintf("it has more than %d brackets, operators and lines", maxAllSigns), "fewer; check its folders one by one"
		return e
	}
	return nil
}

// signs counts the brackets, quotes, commas and operators of a text.
func signs(src []byte) int {
	n := 0
	for _, c := range src {
		switch c {
		case '(', ')', '[', ']', '{', '}', '"', ',', '=', '+', '-', '*', '/', '%', '!', '<', '>', '&', '|', '?', ':', '.', '$':
			n++
		}
	}
	return n
}

func tooDeep(at hcl.Range) *value.Error {
	e := problem(at, "file", fmt.Sprintf("it is nested more than %d deep", maxNesting), "less of it")
	e.Cause = value.ErrTooDeep
	return e
}

// deepAt returns a function that reports whether so many more brackets have been opened than closed that a text need not be
// cut into tokens, which take a hundred times its size.
func deepAt() func(rune) bool {
	depth := 0
	return func(r rune) bool {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		return depth > 10*maxNesting
	}
}
