package eval

import (
	"maps"
	"slices"

	"github.com/hopgrant/hopgrant/policygen"
)

// A condition is one key under one operator of a Condition element, with the values of the policy.
type condition struct {
	operator
	key     string // lower case
	written string
	values  []operand
	bare    bool // AWS demands a set operator for the key, and there is none
	lone    bool // there is one value, which surely matches the text value
	value   string
}

// multivaluedKeys are the keys that AWS documents as multivalued: those of every service, and those of KMS.
//
// [AWS global condition context keys], [AWS KMS condition keys]
//
// [AWS global condition context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// [AWS KMS condition keys]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
var multivaluedKeys = map[string]bool{
	"aws:calledvia": true, "aws:principalorgpaths": true, "aws:principalservicenameslist": true, "aws:resourceorgpaths": true,
	"aws:sourceorgpaths": true, "aws:tagkeys": true,
	"kms:encryptioncontextkeys": true, "kms:grantoperations": true, "kms:resourcealiases": true,
}

// newConditions returns the conditions in the order of operators and keys.
func newConditions(c policygen.Condition, variables bool) []condition {
	var all []condition
	for _, op := range slices.Sorted(maps.Keys(c)) {
		parsed := parseOperator(op)
		for _, key := range slices.Sorted(maps.Keys(c[op])) {
			cond := condition{operator: parsed, key: lower(key), written: key}
			cond.bare = parsed.set == single && parsed.comparison != null && multivaluedKeys[cond.key]
			for _, v := range c[op][key] {
				cond.values = append(cond.values, newOperand(v, parsed.comparison, variables))
			}
			if len(cond.values) == 1 && !cond.bare && parsed.set == single {
				cond.value, cond.lone = cond.values[0].exact(parsed.comparison)
			}
			all = append(all, cond)
		}
	}
	return all
}

// holds says whether the request satisfies the condition.
func (c *condition) holds(r *run) truth {
	if c.comparison == unknownOperator {
		return maybe
	}
	if values := r.req.Context[c.written]; len(values) == 1 && c.set == single && c.comparison != null {
		// As holdsFor has it; nearly all conditions are like this.
		if c.lone && values[0] == c.value {
			if c.negated {
				return no
			}
			return yes
		}
		return c.holdsForOne(values[0], r)
	}
	if v, ok := r.trial[c.key]; ok {
		return c.tried(&v, r)
	}
	v := r.lookUp(c.key, c.written)
	if c.comparison == null {
		return c.isNull(v.known)
	}
	switch v.known {
	case no:
		return c.absent()
	case maybe:
		return either(c.absent(), c.ofAnything())
	}
	return c.holdsFor(&v, r)
}

// holdsFor is what the condition is worth with the request's values.
//
// [Set operators for multivalued context keys]
//
// [Set operators for multivalued context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) holdsFor(v *contextValue, r *run) truth {
	any, all := no, yes
	for i := range v.len() {
		t := c.holdsForOne(v.at(i), r)
		any, all = max(any, t), min(all, t)
	}
	switch {
	case c.set == forAllValues:
		return all
	case c.set == forAnyValue || v.len() == 1:
		return any
	case c.negated:
		any = all
	}
	// AWS demands a set operator for several values, and does not say what becomes of a condition without one.
	return min(maybe, any)
}

// holdsForOne is what the condition is worth with one value of the request. The wrong operator for a value's type makes
// the statement one that never applies, also if it is a negated operator.
//
// [Condition keys table]
//
// [Condition keys table]: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (c *condition) holdsForOne(s string, r *run) truth {
	t := c.matches(s, r)
	if c.negated {
		if t = t.not(); !c.fits(s) {
			t = no
		}
	}
	if c.bare {
		t = min(t, maybe)
	}
	return t
}

// matches says whether one value of the request is among the policy's values.
func (c *condition) matches(s string, r *run) truth {
	t := no
	for i := range c.values {
		if o := &c.values[i]; o.plain && o.text.text == s {
			return yes // of strings and ARNs, of which all else is more work
		}
		if t = max(t, c.values[i].match(s, c.comparison, r)); t == yes {
			return yes
		}
		if c.negated && c.values[i].broken() {
			t = maybe // a negation would hold by a value that is none, which nothing documents
		}
	}
	return t
}

// ofAnything is what the condition is worth with values that are not known.
func (c *condition) ofAnything() truth {
	t := no
	for i := range c.values {
		t = max(t, c.values[i].ofAnything())
		if c.negated && c.values[i].broken() {
			t = max(t, maybe)
		}
	}
	if c.negated {
		return t.not()
	}
	return t
}

func (c *condition) isNull(known truth) truth {
	t := no
	for i := range c.values {
		switch c.values[i].matchBool("true") {
		case yes:
			t = max(t, known.not())
		case maybe:
			t = max(t, maybe)
		default:
			if c.values[i].matchBool("false") == yes {
				t = max(t, known)
			}
		}
	}
	return t
}
