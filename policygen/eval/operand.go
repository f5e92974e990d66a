package eval

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/internal/text"
)

// An operand is one value of a condition, prepared for its operator.
type operand struct {
	text       pattern
	arn        *arnPattern // of an operator for ARNs
	typed      *typed      // of an operator for numbers, dates, addresses and bytes
	unresolved bool
	valid      bool // it is a value of the operator's type
	isARN      bool // it begins as an ARN does
}

// typed is a value that is no text.
type typed struct {
	number  number
	date    time.Time
	network netip.Prefix
	bytes   string
}

func newOperand(s string, c comparison, variables bool) operand {
	o := operand{unresolved: text.Unresolved(s)}
	switch c {
	case stringEquals:
		o.text, o.valid = newPattern(s, false, variables, false), true
	case stringEqualsIgnoreCase:
		o.text, o.valid = newPattern(s, false, variables, true), true
	case stringLike:
		o.text, o.valid = newPattern(s, true, variables, false), true
	case arnLike:
		arn := newARNPattern(s, variables)
		o.text, o.arn = newPattern(s, true, variables, false), &arn
		o.isARN = strings.HasPrefix(s, "arn:")
		o.valid = o.isARN || !o.text.isLiteral()
	case boolean, null, unknownOperator:
		o.text, o.valid = newPattern(s, false, false, false), true
	default:
		o.text, o.typed = newPattern(s, false, false, false), &typed{} // * is a wildcard for strings and ARNs only
		switch {
		case c <= numericGreaterEquals:
			o.typed.number, o.valid = parseNumber(s)
		case c <= dateGreaterEquals:
			o.typed.date, o.valid = parseDate(s)
		case c == ipAddress:
			o.typed.network, o.valid = parseNetwork(s)
		case c == binaryEquals:
			o.typed.bytes, o.valid = parseBinary(s)
		}
	}
	return o
}

// match compares the operand with one value of the request. A value that is not of the operator's type does not match.
func (o *operand) match(s string, c comparison, r *run) text.Truth {
	switch c {
	case stringEqualsIgnoreCase:
		t := o.text.match(s, r)
		if t == text.No && o.text.isLiteral() && strings.EqualFold(o.text.written(), s) {
			return text.Maybe // what AWS takes for the case of letters beyond ASCII is not documented
		}
		return t
	case stringEquals, stringLike:
		return o.text.match(s, r)
	case arnLike:
		return o.matchARN(s, r)
	case boolean:
		return o.matchBool(s)
	}
	if o.broken() {
		return text.No
	}
	if o.unresolved || text.Unresolved(s) {
		if o.text.written() == s && equality(c) {
			return text.Yes
		}
		return text.Maybe
	}
	switch c {
	case ipAddress:
		a, err := netip.ParseAddr(s)
		return text.Of(err == nil && o.typed.network.Contains(a.Unmap()))
	case binaryEquals:
		b, ok := parseBinary(s)
		return text.Of(ok && b == o.typed.bytes)
	case numericEquals, numericLess, numericLessEquals, numericGreater, numericGreaterEquals:
		n, ok := parseNumber(s)
		return text.Of(ok && ordered(n.compare(o.typed.number), c))
	}
	d, ok := parseDate(s)
	return text.Of(ok && ordered(d.Compare(o.typed.date), c))
}

// broken reports whether the operand is not of the operator's type.
func (o *operand) broken() bool { return !o.valid && !o.unresolved }

// fits says whether a value of the request is of the operator's type. Of a value that is not resolved, and of an account id,
// which looks like a number, the key tells it.
func (c *condition) fits(s string) text.Truth {
	ok := true
	switch op := c.comparison; {
	case c.typed == text.No || op <= stringLike:
		return c.typed
	case op == arnLike:
		if _, ok = text.SplitARN(s); !ok && text.Unresolved(s) {
			if text.Match("arn:*:*:*:*:*", s) == text.No {
				return text.No
			}
			return c.typed
		}
	case text.Unresolved(s) || isAccountKey(c.key):
		return c.typed
	case op <= numericGreaterEquals:
		_, ok = parseNumber(s)
	case op <= dateGreaterEquals:
		_, ok = parseDate(s)
	case op == ipAddress:
		_, err := netip.ParseAddr(s)
		ok = err == nil
	}
	return text.Of(ok)
}

// equality reports whether equal values match.
func equality(c comparison) bool {
	switch c {
	case numericLess, numericGreater, dateLess, dateGreater:
		return false
	}
	return true
}

// ordered reports whether a value that compares so with the policy's value matches.
func ordered(cmp int, c comparison) bool {
	switch c {
	case numericLess, dateLess:
		return cmp < 0
	case numericLessEquals, dateLessEquals:
		return cmp <= 0
	case numericGreater, dateGreater:
		return cmp > 0
	case numericGreaterEquals, dateGreaterEquals:
		return cmp >= 0
	}
	return cmp == 0
}

func (o *operand) matchARN(s string, r *run) text.Truth {
	var resolved text.ARN
	a := &resolved
	if text.Unresolved(s) {
		a = r.asARN(s)
	} else {
		a.Set(s)
	}
	if !a.OK() && !a.Unresolved {
		return text.No
	}
	t := o.arn.match(a, r)
	if o.arn.short() && t == text.Yes {
		// AWS says of Resource elements what becomes of an ARN that lacks parts, but not of conditions.
		return text.Maybe
	}
	if t == text.No && !o.isARN && a.OK() {
		// Nor does it say whether a pattern such as *:role/admin, which has not an ARN's parts, matches one.
		t = min(text.Maybe, o.text.match(s, r))
	}
	return t
}

// asARN returns an unresolved value of the request split as an ARN, which a policy may compare with very many.
func (r *run) asARN(s string) *text.ARN {
	if r.compared == nil || r.compared.Text != s {
		r.compared = &text.ARN{}
		r.compared.Set(s)
		r.compared.Prepare()
	}
	return r.compared
}

func (o *operand) matchBool(s string) text.Truth {
	want := o.text.written()
	switch {
	case want == s && (o.unresolved || s == "true" || s == "false"):
		return text.Yes
	case o.unresolved || text.Unresolved(s):
		return text.Maybe
	}
	return text.Of(strings.EqualFold(want, s) && (strings.EqualFold(s, "true") || strings.EqualFold(s, "false")))
}

// ofAnything says whether the operand matches values that are not known.
func (o *operand) ofAnything() text.Truth {
	switch {
	case o.text.Anything():
		return text.Yes
	case o.broken():
		return text.No
	}
	return text.Maybe
}

// parseDate reads a date as the W3C's profile of ISO 8601 has it, or seconds since 1970.
//
// [Date condition operators]
//
// [Date condition operators]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
func parseDate(s string) (time.Time, bool) {
	if n, ok := parseNumber(s); ok && len(s) != 4 {
		return n.time()
	}
	if len(s) < 4 || len(s) > 40 {
		return time.Time{}, false
	}
	layout := ""
	switch {
	case len(s) == 4:
		layout = "2006"
	case len(s) == 7:
		layout = "2006-01"
	case len(s) == 10:
		layout = time.DateOnly
	case len(s) == 17 && s[16] == 'Z' || len(s) == 22:
		layout = "2006-01-02T15:04Z07:00"
	default:
		layout = time.RFC3339Nano
	}
	t, err := time.Parse(layout, s)
	return t, err == nil
}

// parseNetwork reads a range of addresses in CIDR notation, or one address.
func parseNetwork(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), true
}

func parseBinary(s string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return string(b), err == nil
}
