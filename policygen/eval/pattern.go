package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// A pattern is one value of a policy, prepared for matching.
type pattern struct {
	text.Pattern
	open *openPattern // if the value holds ${
}

// An openPattern is what a pattern is beside a text with wildcards.
type openPattern struct {
	written  string
	template template // nil unless there are policy variables, and the pattern then matches nothing by itself
	fold     bool     // letters have no case
}

// written returns the value as the policy has it.
func (p *pattern) written() string {
	if p.open != nil {
		return p.open.written
	}
	return p.Text()
}

// isLiteral reports whether the pattern has neither wildcards nor anything unresolved nor policy variables.
func (p *pattern) isLiteral() bool { return p.Literal() && (p.open == nil || p.open.template == nil) }

// A template is a value with policy variables, piece by piece.
type template []piece

// A piece is a symbol of a value, or a policy variable.
type piece struct {
	text.Symbol
	variable *variable
}

// newPattern prepares a value. Wildcards count with wildcards set. With variables set, ${…} may be a policy variable, as
// in documents of version 2012-10-17.
func newPattern(s string, wildcards, variables, fold bool) pattern {
	var p pattern
	switch {
	case strings.Contains(s, "${"):
		t, template := parse(s, wildcards, variables, fold)
		p.open = &openPattern{written: s, template: template, fold: fold}
		if template == nil {
			p.Pattern = t.Pattern(fold)
		}
	case wildcards:
		p.Pattern = text.NewPattern(s, fold)
	default:
		p.Pattern = text.NewLiteral(s, fold)
	}
	return p
}

// parse returns a value's symbols, or if it has policy variables a template. Without variables set, what looks like one
// is literal text.
func parse(s string, wildcards, variables, fold bool) (text.Text, template) {
	var all text.Text
	var pieces template
	found := false
	for _, symbol := range text.Parse(s, wildcards, fold) {
		symbols := text.Text{symbol}
		ref, _ := symbol.Reference()
		v, ok := parseVariable(ref)
		switch {
		case !ok:
		case !variables:
			symbols = text.Literal(ref, fold)
		case v.literal != "":
			symbols = text.Literal(v.literal, fold)
		default:
			found = true
			pieces = append(pieces, piece{symbol, &v})
			continue
		}
		all = append(all, symbols...)
		for _, s := range symbols {
			pieces = append(pieces, piece{Symbol: s})
		}
	}
	if !found {
		return all, nil
	}
	return nil, pieces
}

// maxFilled is how long a text may become by the values of its policy variables. Beyond it, a value counts as not known. The
// longest ARN has 2,048 characters.
const maxFilled = 1 << 16

// fill replaces the policy variables by their values. It is not complete if a value is not known, whose variable then
// stands for itself; a variable that is known to have no value makes it No: such a text matches nothing.
//
// [Policy variables with no value]
//
// [Policy variables with no value]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
func (t template) fill(fold bool, r *run) (filled text.Text, complete text.Truth) {
	complete = text.Yes
	for _, p := range t {
		if p.variable == nil {
			filled = append(filled, p.Symbol)
			continue
		}
		switch value, known := p.variable.value(r); known {
		case text.No:
			return nil, text.No
		case text.Maybe:
			filled, complete = append(filled, p.Symbol), text.Maybe
		default:
			if len(filled)+len(value) > maxFilled {
				filled, complete = append(filled, p.Symbol), text.Maybe
				continue
			}
			filled = append(filled, text.Parse(value, false, fold)...)
		}
	}
	return filled, complete
}

// match says whether the pattern matches s. What is not known to have a value does not surely match.
func (p *pattern) match(s string, r *run) text.Truth {
	switch {
	case p.open == nil:
		return p.Match(s)
	case p.open.template == nil:
		return r.caller.unless(p.Match(s), p.open.written, s)
	}
	t, complete := p.open.template.fill(p.open.fold, r)
	if complete == text.No {
		return text.No
	}
	filled := t.Pattern(p.open.fold)
	return r.caller.unless(min(complete, filled.Match(s)), p.open.written, s)
}

// An arnPattern is an ARN of a policy, prepared for matching.
type arnPattern struct {
	written string
	// One of these, by what the text holds, wildcards or unresolved text, or policy variables; neither if it is nothing but an
	// ARN, as most are.
	pattern  *text.ARNPattern
	template *template

	doubt     bool // AWS does not say that the pattern matches what it seems to
	wide      bool // a star at the end of one of the first parts may match beyond the colon
	misplaced bool // there is a policy variable before the fifth colon
}

func newARNPattern(s string, variables bool) arnPattern {
	if !strings.Contains(s, "${") {
		var arn text.ARN
		if arn.Set(s); arn.OK() && arn.Parts[0] == "arn" && !arn.Unresolved && !text.IsPattern(s) {
			return arnPattern{written: s}
		}
		p := text.NewARNPattern(s)
		return arnPattern{written: s, pattern: &p}
	}
	t, template := parse(s, true, variables, false)
	if template == nil {
		p := t.ARNPattern()
		return arnPattern{written: s, pattern: &p}
	}
	return arnPattern{written: s, template: &template}
}

// literal reports whether the pattern is nothing but an ARN.
func (p *arnPattern) literal() bool { return p.pattern == nil && p.template == nil }

// short reports whether the pattern lacks parts of an ARN.
func (p *arnPattern) short() bool { return p.pattern != nil && p.pattern.Short() }

// newResource prepares a value of a Resource or NotResource element. AWS documents of identity policies that they may hold
// an ARN that lacks parts, forbids wildcards in an ARN's resource type, and takes no variables before the fifth colon. A
// star at the end of a part can match beyond the colon, but the parts are what should be matched.
//
// [Identify AWS resources with Amazon Resource Names], [IAM JSON policy elements: Resource], [Variables and tags]
//
// [Identify AWS resources with Amazon Resource Names]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
// [Variables and tags]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func newResource(s string, variables bool, kind PolicyKind) arnPattern {
	a := newARNPattern(s, variables)
	var arn text.ARN
	arn.Set(s)
	for _, part := range arn.Parts[:min(arn.N, 5)] {
		if a.template != nil {
			_, t := parse(part, true, variables, false)
			a.misplaced = a.misplaced || t != nil
		}
	}
	if arn.N == 1 || arn.Parts[0] != "arn" {
		return a
	}
	for _, part := range arn.Parts[1 : arn.N-1] {
		a.wide = a.wide || strings.HasSuffix(part, "*")
	}
	switch {
	case arn.N < 6:
		a.doubt = kind != IdentityPolicy && kind != PermissionsBoundary && !strings.HasSuffix(s, "*")
	case arn.Parts[2] == "kms":
		a.doubt = wildcardType(arn.Parts[5])
	}
	return a
}

// wildcardType reports whether the type in an ARN's last part, such as key in key/id, is written with wildcards. A star
// alone is no type, but everything.
func wildcardType(resource string) bool {
	typ, _, _ := strings.Cut(resource, "/")
	return resource != "*" && text.IsPattern(typ) && !text.Unresolved(resource)
}

// filled returns the pattern with the values of its policy variables; see [template.fill].
func (p *arnPattern) filled(r *run) (filled *text.ARNPattern, complete text.Truth) {
	switch {
	case p.literal():
		literal := text.NewARNPattern(p.written)
		return &literal, text.Yes
	case p.template == nil:
		return p.pattern, text.Yes
	}
	t, complete := p.template.fill(false, r)
	if complete == text.No {
		return nil, text.No
	}
	pattern := t.ARNPattern()
	return &pattern, complete
}

// match says whether the pattern matches a.
func (p *arnPattern) match(a *text.ARN, r *run) text.Truth {
	switch {
	case p.literal() && !a.Unresolved:
		return text.Of(p.written == a.Text)
	case p.pattern != nil:
		return r.caller.unless(p.pattern.Match(a), p.written, a.Text)
	}
	filled, complete := p.filled(r)
	if complete == text.No {
		return text.No
	}
	return r.caller.unless(min(complete, filled.Match(a)), p.written, a.Text)
}

// matchResource is match for a value of a Resource element.
func (p *arnPattern) matchResource(a *text.ARN, r *run) text.Truth {
	t := p.match(a, r)
	switch {
	case t == text.Yes && (p.doubt || p.misplaced):
		return text.Maybe
	case t == text.No && p.wide:
		if filled, complete := p.filled(r); complete != text.No {
			return min(text.Maybe, filled.Whole.Match(a.Text))
		}
	}
	return t
}

// matchNotResource is match for a value of a NotResource element. A variable that has or may have no value matches nothing,
// and one that AWS does not take there neither, but AWS also says that this may make the statement invalid. So it does not
// follow that the statement is about every resource.
//
// [IAM policy elements: Variables and tags]
//
// [IAM policy elements: Variables and tags]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (p *arnPattern) matchNotResource(a *text.ARN, r *run) text.Truth {
	t := p.matchResource(a, r)
	if _, complete := p.filled(r); t == text.No && (complete != text.Yes || p.misplaced) {
		return text.Maybe
	}
	return t
}
