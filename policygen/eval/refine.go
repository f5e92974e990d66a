package eval

import (
	"maps"
	"slices"
)

// maxCases is how many combinations of values are tried for condition keys that are not known.
const maxCases = 128

// refine returns the outcome of a request that is undecided if each statement is looked at by itself. Where it hangs on
// condition keys of which policies only ask whether they equal certain values, the possible cases are few: none, each of
// those values, any other. If all of them have one outcome, what the key holds decides nothing.
func (c *Compiled) refine(r *run) Outcome {
	keys := c.openKeys(r)
	if len(keys) == 0 {
		return Undecided
	}
	names := slices.Sorted(maps.Keys(keys))
	cases := 1
	for _, name := range names {
		if cases *= len(keys[name].cases()); cases > maxCases {
			return Undecided
		}
	}
	trial := *r
	trial.trace = nil
	trial.req.Context = maps.Clone(r.req.Context)
	if trial.req.Context == nil {
		trial.req.Context = map[string][]string{}
	}
	first := true
	var all Outcome
	for i := range cases {
		for _, name := range names {
			values := keys[name].cases()
			trial.req.Context[name] = values[i%len(values)]
			i /= len(values)
		}
		t := c.sum(&trial)
		switch o := trial.weigh(&t); {
		case o == Undecided:
			return Undecided
		case first:
			all, first = o, false
		case o.Denied() && all.Denied():
			all = min(all, o) // implicit unless every case is explicit
		case o != all:
			return Undecided
		}
	}
	return all
}

// An openKey is a condition key that is not known, and what policies ask about it.
type openKey struct {
	literals map[string]bool
	strings  bool // some policy compares it as a string
	closed   bool // policies only ask whether it equals literals
}

// cases returns what the key may hold, as far as policies can tell: nothing, each of the values that they name, or another
// one. A key that is only compared as a boolean holds no other.
func (k *openKey) cases() [][]string {
	all := [][]string{nil}
	for _, s := range slices.Sorted(maps.Keys(k.literals)) {
		all = append(all, []string{s})
	}
	if !k.strings {
		return append(all[:1], []string{"true"}, []string{"false"})
	}
	other := "another value"
	for k.literals[other] {
		other += "?"
	}
	return append(all, []string{other})
}

// openKeys returns the keys that are not known and of which the possible cases can be listed.
func (c *Compiled) openKeys(r *run) map[string]*openKey {
	keys := map[string]*openKey{}
	variables := map[string]bool{}
	c.eachStatement(func(s *statement) {
		for i := range s.conditions {
			cond := &s.conditions[i]
			for j := range cond.values {
				noteVariables(&cond.values[j].text, variables)
			}
			k := keys[cond.key]
			if k == nil {
				if v := r.lookUp(cond.key, cond.written); v.known != maybe {
					continue
				}
				k = &openKey{literals: map[string]bool{}, closed: true}
				keys[cond.key] = k
			}
			k.note(cond)
		}
		for _, list := range [][]arnPattern{s.resource, s.notResource} {
			for i := range list {
				noteVariables(&list[i].whole, variables)
			}
		}
	})
	for name, k := range keys {
		if !k.closed || variables[name] {
			delete(keys, name)
		}
	}
	return keys
}

func noteVariables(p *pattern, found map[string]bool) {
	for _, pc := range p.pieces {
		if pc.variable != nil {
			found[pc.variable.key] = true
		}
	}
}

func (k *openKey) note(c *condition) {
	if c.set != single {
		k.closed = false
		return
	}
	switch c.comparison {
	case null:
	case boolean:
		for _, o := range c.values {
			k.closed = k.closed && !o.unresolved
			k.literals[o.text.written] = true
		}
	case stringEquals:
		k.strings = true
		for _, o := range c.values {
			k.closed = k.closed && o.text.kind == literal
			k.literals[o.text.text] = true
		}
	default:
		k.closed = false
	}
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
