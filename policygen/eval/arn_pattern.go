package eval

import (
	"slices"
	"strings"
)

// An arnPattern is an ARN of a policy, prepared for matching part by part: a wildcard does not match beyond the colons
// between the six parts of an ARN, only within them. The sixth part may hold colons of its own.
//
// [IAM JSON policy elements: Resource] and [ARN condition operators]
//
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
// [ARN condition operators]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
type arnPattern struct {
	whole  pattern
	parts  []pattern // six, or none if the text is not of an ARN's form
	colons bool      // the text has colons outside of unresolved text
	short  bool      // the text had fewer than six parts; those it lacks match anything
	doubt  bool      // AWS does not say that the pattern matches what it seems to
	wide   bool      // a star at the end of one of the first parts may match beyond the colon
	tail   string    // if not empty: the text but for the star at its end, where it has no other wildcard and six parts
}

func newARNPattern(s string, variables bool) arnPattern {
	a := arnPattern{whole: newPattern(s, true, variables, false)}
	var texts [6]string
	n := cutARN(s, open(s), &texts)
	a.colons = n > 1
	if texts[0] != "arn" || n == 1 {
		return a
	}
	a.parts = make([]pattern, 6)
	for i := range a.parts {
		if i >= n {
			texts[i] = "*"
		}
		a.parts[i] = newPattern(texts[i], true, variables, false)
	}
	a.short = n < 6
	if a.whole.kind == prefix && !a.short {
		a.tail = a.whole.text
	}
	return a
}

// newResource prepares a value of a Resource or NotResource element. AWS documents of identity policies that they may hold
// an ARN that lacks parts, and forbids wildcards in an ARN's resource type. A star at the end of a part can match beyond
// the colon, but the parts are what should be matched.
//
// [Identify AWS resources with Amazon Resource Names], [IAM JSON policy elements: Resource]
//
// [Identify AWS resources with Amazon Resource Names]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func newResource(s string, variables bool, kind PolicyKind) arnPattern {
	a := newARNPattern(s, variables)
	for i := 1; i < 5 && a.parts != nil; i++ {
		part := a.parts[i].written
		a.wide = a.wide || strings.HasSuffix(part, "*") && strings.Contains(s, part+":")
	}
	switch {
	case a.short:
		a.doubt = kind != IdentityPolicy && kind != PermissionsBoundary && !strings.HasSuffix(s, "*")
	case a.parts != nil && a.parts[2].written == "kms":
		a.doubt = wildcardType(a.parts[5].written)
	}
	return a
}

// matchResource is match for a value of a Resource or NotResource element.
func (p *arnPattern) matchResource(a *arnText, r *run) truth {
	t := p.match(a, r)
	switch {
	case t == yes && p.doubt:
		return maybe
	case t == no && p.wide:
		return min(maybe, p.whole.match(a.text, r))
	}
	return t
}

// wildcardType reports whether the type in an ARN's last part, such as key in key/id, is written with wildcards. A star
// alone is no type, but everything.
func wildcardType(resource string) bool {
	typ, _, _ := strings.Cut(resource, "/")
	return resource != "*" && strings.ContainsAny(typ, "*?") && !open(resource)
}

// An arnText is an ARN of a request, cut once for many patterns.
type arnText struct {
	text       string
	parts      [6]string
	isARN      bool
	unresolved bool
}

func (a *arnText) set(s string) {
	a.text, a.unresolved = s, open(s)
	a.isARN = cutARN(s, a.unresolved, &a.parts) == 6 && a.parts[0] == "arn"
}

// match says whether the pattern matches a.
func (p *arnPattern) match(a *arnText, r *run) truth {
	switch {
	case p.whole.kind == anything:
		return yes
	case p.whole.kind == literal && p.whole.text == a.text:
		return yes
	case p.whole.kind == literal && !p.short && !a.unresolved:
		return no
	case p.tail != "" && !a.unresolved && a.isARN:
		return truthOf(strings.HasPrefix(a.text, p.tail))
	case p.parts != nil && a.isARN:
		return p.matchParts(a, r)
	case a.isARN && p.whole.kind != pieced:
		return no // whatever is not resolved in it
	case !a.unresolved && p.whole.kind != pieced:
		// One of the two is no ARN. Text such as * at the beginning makes no ARN of a pattern, nor "arn" alone of a text.
		return min(truthOf(p.parts == nil && !a.isARN), p.whole.matchEither(a.text, false, nil))
	}
	syms, ok := p.whole.symbols(r)
	if !ok {
		return no
	}
	value := valueSymbols(a.text, false)
	if slices.Equal(syms, value) {
		return yes
	}
	if p.colons || p.whole.kind != pieced && sameText(a.parts[0], "arn") != no {
		// It may turn out to be an ARN that lacks parts, and the text to be none.
		return min(maybe, max(matchSymbols(syms, value, true), matchSymbols(append(syms, symbol{kind: star}), value, true)))
	}
	return matchSymbols(syms, value, true)
}

func (p *arnPattern) matchParts(a *arnText, r *run) truth {
	t := yes
	// The resource tells most ARNs apart, the word "arn" none.
	for i := 5; i > 0 && t != no; i-- {
		t = min(t, p.parts[i].matchEither(a.parts[i], a.unresolved, r))
	}
	return t
}
