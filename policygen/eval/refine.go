package eval

import (
	"maps"
	"slices"

	"github.com/hopgrant/hopgrant/internal/text"
)

// maxCases is how many combinations of values are tried for condition keys that are not known.
const maxCases = 128

// refine returns the outcome of a request for which each condition by itself leaves the outcome o open. Where policies ask
// whether a key that is not known equals certain values, the cases are few: it is absent, one of those values, or another
// one. If the outcome is the same in all of them, what the key holds decides nothing.
//
// Conditions that ask something else of the key stay open in every case. So a further statement can only add cases, and
// never makes less certain what was.
func (c *Compiled) refine(r *run, o Outcome) Outcome {
	var keys []openKey
	cases := 1
	for _, k := range c.openKeys(r) {
		if n := cases * len(k.cases); n <= maxCases {
			keys, cases = append(keys, k), n
		}
	}
	if len(keys) == 0 {
		return o
	}
	trial := *r
	trial.trace = nil
	trial.trial = make(map[string]contextValue, len(keys))
	all := Undecided
	for i := range cases {
		rest := i
		for _, k := range keys {
			trial.trial[k.name] = k.cases[rest%len(k.cases)]
			rest /= len(k.cases)
		}
		t := c.sum(&trial)
		switch this, _ := trial.weigh(&t); {
		case this == Undecided:
			return o
		case i == 0:
			all = this
		case this.Denied() && all.Denied():
			all = min(all, this) // explicit only if every case is
		case this != all:
			return o
		}
	}
	return all
}

// An openKey is a condition key that is not known, with what it may hold as far as policies can tell.
type openKey struct {
	name  string // lower case
	cases []contextValue
}

// openKeys returns the keys that are not known and of which policies ask whether they equal something, in order.
func (c *Compiled) openKeys(r *run) []openKey {
	literals := map[string]map[string]bool{}
	c.eachStatement(func(s *statement) {
		for i := range s.conditions {
			cond := &s.conditions[i]
			if !cond.closed() {
				continue
			}
			found := literals[cond.key]
			if found == nil {
				if v := r.lookUp(cond.key, cond.written); v.known != text.Maybe {
					continue
				}
				found = map[string]bool{}
				literals[cond.key] = found
			}
			for _, o := range cond.values {
				if cond.comparison != null {
					found[o.text.written()] = true
				}
			}
		}
	})
	var keys []openKey
	for _, name := range slices.Sorted(maps.Keys(literals)) {
		k := openKey{name: name, cases: []contextValue{absent}}
		if found := literals[name]; booleanKeys[name] {
			k.cases = append(k.cases, valueOf("true"), valueOf("false"))
		} else {
			other := "another value"
			for found[other] {
				other += "?"
			}
			found[other] = true
			for _, s := range slices.Sorted(maps.Keys(found)) {
				k.cases = append(k.cases, contextValue{known: text.Yes, one: s})
			}
		}
		keys = append(keys, k)
	}
	return keys
}

// closed reports whether the condition asks only whether the key is there or equals certain values.
func (c *condition) closed() bool {
	switch {
	case c.set != single:
		return false
	case c.comparison == null:
		return true
	case c.comparison == boolean:
		return booleanKeys[c.key] && !slices.ContainsFunc(c.values, func(o operand) bool { return o.unresolved })
	case c.comparison == stringEquals:
		return !slices.ContainsFunc(c.values, func(o operand) bool { return !o.text.isLiteral() })
	}
	return false
}

// tried is what the condition is worth in a case that refine tries.
func (c *condition) tried(v *contextValue, r *run) text.Truth {
	switch {
	case c.comparison == null:
		return c.isNull(v.known)
	case v.known == text.No:
		return c.absent()
	case c.closed():
		return c.holdsFor(v, r)
	}
	return c.ofAnything()
}

// eachStatement visits every statement of every policy.
func (c *Compiled) eachStatement(visit func(*statement)) {
	c.eachDocument(func(d *document) {
		for i := range d.statements {
			visit(&d.statements[i])
		}
	})
}
