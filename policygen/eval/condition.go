package eval

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A condition is one key under one operator of a Condition element, with the values of the policy.
type condition struct {
	*operator
	key     string // lower case
	written string
	values  []operand
	equal   *literals // of very many values of StringEquals; nil if all are compared
	bare    bool      // AWS demands a set operator for the key, and there is none
	// typed says whether the key's values are of the type that the operator compares.
	typed text.Truth
}

// A writtenCondition is a condition as the policy has it.
type writtenCondition struct {
	operator, key string
	values        []string
}

// newConditions returns the conditions in the order of operators and keys.
func newConditions(c policygen.Condition, variables bool) []condition {
	var few [8]writtenCondition
	written, values := few[:0], 0
	for op, keys := range c {
		for key, v := range keys {
			written = append(written, writtenCondition{op, key, v})
			values += len(v)
		}
	}
	if len(written) == 0 {
		return nil
	}
	slices.SortFunc(written, func(a, b writtenCondition) int {
		return cmp.Or(strings.Compare(a.operator, b.operator), strings.Compare(a.key, b.key))
	})
	all, room := make([]condition, len(written)), make([]operand, 0, values)
	var parsed *operator
	for i, w := range written {
		if i == 0 || w.operator != written[i-1].operator {
			parsed = parseOperator(w.operator)
		}
		cond := &all[i]
		*cond = condition{operator: parsed, key: lowerKey(w.key), written: w.key}
		cond.typed = keyHolds(cond.key, parsed.comparison)
		cond.bare = parsed.set == single && parsed.comparison != null && multivaluedKeys[cond.key]
		start := len(room)
		for _, v := range w.values {
			room = append(room, newOperand(v, parsed.comparison, variables))
		}
		cond.values = room[start:]
		cond.equal = newLiterals(parsed.comparison, cond.values)
	}
	return all
}

// literals are the values of a condition, in which a text is found without comparing it with each.
type literals struct {
	texts  map[string]bool
	others []operand // those that are no plain texts
}

func newLiterals(c comparison, values []operand) *literals {
	const many = 32
	if c != stringEquals || len(values) <= many {
		return nil
	}
	l := &literals{texts: make(map[string]bool, len(values))}
	for i := range values {
		if values[i].text.isLiteral() {
			l.texts[values[i].text.written()] = true
		} else {
			l.others = append(l.others, values[i])
		}
	}
	return l
}

// holds says whether the request satisfies the condition.
func (c *condition) holds(r *run) text.Truth {
	if c.comparison == unknownOperator {
		return text.Maybe
	}
	if values := r.req.Context[c.written]; len(values) == 1 && c.set == single && c.comparison != null {
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
	case text.No:
		return c.absent()
	case text.Maybe:
		return text.Either(c.absent(), c.ofAnything())
	}
	return c.holdsFor(&v, r)
}

// holdsFor is what the condition is worth with the request's values.
//
// [Set operators for multivalued context keys]
//
// [Set operators for multivalued context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) holdsFor(v *contextValue, r *run) text.Truth {
	any, all, empty := text.No, text.Yes, true
	for i := range v.len() {
		t := c.holdsForOne(v.at(i), r)
		any, all, empty = max(any, t), min(all, t), empty && v.at(i) == ""
	}
	switch {
	case c.set == forAllValues && empty:
		return text.Yes // AWS: also if the value is a null dataset, such as an empty string
	case c.set == forAllValues:
		return all
	case c.set == forAnyValue || v.len() == 1:
		return any
	case c.negated:
		any = all
	}
	// AWS demands a set operator for several values, and does not say what becomes of a condition without one.
	return min(text.Maybe, any)
}

// holdsForOne is what the condition is worth with one value of the request. The operator's type decides first: the wrong
// one for the key or the value makes the statement one that never applies, also if it is a negated operator.
//
// [Condition keys table]
//
// [Condition keys table]: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (c *condition) holdsForOne(s string, r *run) text.Truth {
	if c.typed == text.No {
		return text.No
	}
	t := c.matches(s, r)
	if c.negated {
		t = min(t.Not(), c.fits(s))
	} else if t != text.No && (c.typed == text.Maybe && isAccountKey(c.key) || text.Unresolved(s)) {
		t = min(t, c.fits(s))
	}
	if c.bare {
		t = min(t, text.Maybe)
	}
	return t
}

// matches says whether one value of the request is among the policy's values.
func (c *condition) matches(s string, r *run) text.Truth {
	t, values := text.No, c.values
	if c.equal != nil && !text.Unresolved(s) {
		if c.equal.texts[s] {
			return text.Yes
		}
		values = c.equal.others
	}
	for i := range values {
		if t = max(t, values[i].match(s, c.comparison, r)); t == text.Yes {
			return text.Yes
		}
		if c.negated && values[i].broken() {
			t = text.Maybe // a negation would hold by a value that is none, which nothing documents
		}
	}
	return t
}

// ofAnything is what the condition is worth with values that are not known.
func (c *condition) ofAnything() text.Truth {
	t := text.No
	for i := range c.values {
		t = max(t, c.values[i].ofAnything())
		if c.negated && c.values[i].broken() {
			t = max(t, text.Maybe)
		}
	}
	if c.negated {
		t = t.Not()
	}
	return min(t, c.typed)
}

func (c *condition) isNull(known text.Truth) text.Truth {
	t := text.No
	for i := range c.values {
		switch c.values[i].matchBool("true") {
		case text.Yes:
			t = max(t, known.Not())
		case text.Maybe:
			t = max(t, text.Maybe)
		default:
			if c.values[i].matchBool("false") == text.Yes {
				t = max(t, known)
			}
		}
	}
	return t
}
