package text

import "slices"

// An ARNPattern is a pattern for ARNs, prepared for matching part by part: a wildcard matches only within one of the
// six parts of an ARN, and not the colons between them. The last part may hold colons of its own. A pattern with fewer
// parts matches any value of the missing ones.
//
// [IAM JSON policy elements: Resource] and [ARN condition operators]
//
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
// [ARN condition operators]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
type ARNPattern struct {
	Whole      Pattern
	parts      []Pattern // six, or none if the text does not begin with "arn:"
	colons     bool      // the text has colons outside of references
	short      bool      // the text had fewer than six parts
	unresolved bool
}

// NewARNPattern prepares s, with the wildcards * and ?.
func NewARNPattern(s string) ARNPattern {
	var a ARN
	a.Set(s)
	p := ARNPattern{Whole: NewPattern(s, false), colons: a.N > 1, unresolved: a.Unresolved}
	if a.N > 1 && a.Parts[0] == "arn" {
		p.setParts(a.N, func(i int) Pattern { return NewPattern(a.Parts[i], false) })
	}
	return p
}

// ARNPattern prepares the text for matching ARNs. The text must have been made without fold.
func (t Text) ARNPattern() ARNPattern {
	p := ARNPattern{Whole: t.Pattern(false)}
	p.unresolved = p.Whole.Unresolved()
	colon := Symbol{char: ':'}
	parts, rest := make([]Text, 0, 6), t
	for i := slices.Index(rest, colon); i >= 0 && len(parts) < 5; i = slices.Index(rest, colon) {
		parts, rest = append(parts, rest[:i]), rest[i+1:]
	}
	parts = append(parts, rest)
	p.colons = len(parts) > 1
	if p.colons && slices.Equal(parts[0], Literal("arn", false)) {
		p.setParts(len(parts), func(i int) Pattern { return parts[i].Pattern(false) })
	}
	return p
}

func (p *ARNPattern) setParts(n int, part func(int) Pattern) {
	p.parts, p.short = make([]Pattern, 6), n < 6
	for i := range n {
		p.parts[i] = part(i)
	}
	for i := n; i < 6; i++ {
		p.parts[i] = Pattern{kind: anything}
	}
}

// Prepare reads the pattern once, for matching with many ARNs.
func (p *ARNPattern) Prepare() {
	for i := range p.parts {
		if part := &p.parts[i]; part.kind != anything {
			syms := part.symbols()
			part.syms = &syms
		}
	}
}

func (p *Pattern) matchPart(a *ARN, i int) Truth {
	switch {
	case p.kind == anything || p.text == a.Parts[i] && p.text != "":
		return Yes
	case a.texts[i] == nil:
		return p.match(a.Parts[i], a.Unresolved && Unresolved(a.Parts[i]))
	}
	return matchSymbols(p.symbols(), a.texts[i], false)
}

// IsARN reports whether the pattern begins with "arn:".
func (p *ARNPattern) IsARN() bool { return p.parts != nil }

// Short reports whether the pattern begins with "arn:" and has fewer than six parts.
func (p *ARNPattern) Short() bool { return p.short }

// Match says whether the pattern matches a. A pattern that is no ARN matches only texts that are no ARNs.
func (p *ARNPattern) Match(a *ARN) Truth {
	switch {
	case p.Whole.kind == anything:
		return Yes
	case p.Whole.text == a.Text && (p.Whole.kind == literal || p.parts != nil && a.OK()):
		return Yes
	case p.Whole.kind == literal && !p.short && !a.Unresolved:
		return No
	case p.parts != nil && a.OK():
		t := Yes
		// The service is cheapest to compare, and the resource differs most often. The part "arn" never differs.
		for _, i := range [5]int{2, 5, 4, 3, 1} {
			if t = min(t, p.parts[i].matchPart(a, i)); t == No {
				break
			}
		}
		return t
	case a.OK() && !p.unresolved:
		return No // whatever its unresolved text stands for
	case !a.Unresolved && !p.unresolved:
		return min(Of(p.parts == nil && !a.OK()), p.Whole.match(a.Text, false))
	}
	pattern, value := p.Whole.symbols(), Parse(a.Text, false, false)
	if slices.Equal(pattern, value) {
		return Yes
	}
	t := matchSymbols(pattern, value, true)
	first := Parse(a.Parts[0], false, false)
	alike := p.unresolved && len(pattern) >= len(first) && slices.Equal(pattern[:len(first)], first) // as ARNs, or as none
	if p.colons || !alike && Equal(a.Parts[0], "arn") != No {
		// The pattern may turn out to be an ARN with fewer parts, and only one of the two to be an ARN.
		return min(Maybe, max(t, matchSymbols(slices.Concat(pattern, Text{{kind: star}}), value, true)))
	}
	return t
}
