package eval

import (
	"maps"
	"slices"
)

// maxCases is how many combinations of values are tried for condition keys that are not known.
const maxCases = 128

// refine returns the outcome of a request that is undecided if each condition is looked at by itself. Where policies ask
// whether a key that is not known equals certain values, the cases are few: it is absent, one of those values, or another
// one. If the outcome is the same in all of them, what the key holds decides nothing.
//
// Conditions that ask something else of the key stay open in every case. So a further statement can only add cases, and
// never makes less certain what was.
func (c *Compiled) refine(r *run) Outcome {
	var keys []openKey
	cases := 1
	for _, k := range c.openKeys(r) {
		if n := cases * len(k.cases); n <= maxCases {
			keys, cases = append(keys, k), n
		}
	}
	if len(keys) == 0 {
		return Undecided
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
		switch o := trial.weigh(&t); {
		case o == Undecided:
			return Undecided
		case i == 0:
			all = o
		case o.Denied() && all.Denied():
			all = min(all, o) // explicit only if every case is
		case o != all:
			return Undecided
		}
	}
	return all
}

// An openKey is a condition key that is not known, with what it may hold as far as policies can tell.
type openKey struct {
	name  string // lower case
	cases []contextValue
}

// booleanKeys are the keys of AWS that are true or false and nothing else.
//
// [AWS global condition context keys], [AWS KMS condition keys]
//
// [AWS global condition context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// [AWS KMS condition keys]: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
var booleanKeys = map[string]bool{
	"aws:securetransport": true, "aws:multifactorauthpresent": true, "aws:viaawsservice": true,
	"aws:principalisawsservice": true, "kms:grantisforawsresource": true, "kms:bypasspolicylockoutsafetycheck": true,
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
				if v := r.lookUp(cond.key, cond.written); v.known != maybe {
					continue
				}
				found = map[string]bool{}
				literals[cond.key] = found
			}
			for _, o := range cond.values {
				if cond.comparison != null {
					found[o.text.written] = true
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
				k.cases = append(k.cases, contextValue{known: yes, one: s})
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
		return !slices.ContainsFunc(c.values, func(o operand) bool { return o.text.kind != literal })
	}
	return false
}

// tried is what the condition is worth in a case that refine tries.
func (c *condition) tried(v *contextValue, r *run) truth {
	switch {
	case c.comparison == null:
		return c.isNull(v.known)
	case v.known == no:
		return c.absent()
	case c.closed():
		return c.holdsFor(v, r)
	}
	return c.ofAnything()
}

// eachStatement visits every statement of every policy.
func (c *Compiled) eachStatement(visit func(*statement)) {
	all := slices.Concat(c.identity, c.session)
	for _, d := range []*document{c.resource, c.boundary} {
		if d != nil {
			all = append(all, *d)
		}
	}
	all = slices.Concat(all, slices.Concat(c.serviceControl...), slices.Concat(c.resourceControl...))
	for _, d := range all {
		for i := range d.statements {
			visit(&d.statements[i])
		}
	}
}
