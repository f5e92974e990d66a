package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// maxScenarios is how many assignments of unknown conditions one reading tries; of large templates fewer, so that all of them
// together hold no more than [maxResources]. What would take more stays unknown.
const maxScenarios = 64

// A scenario is an assumption about what the conditions of the templates compare.
type scenario struct {
	// name says which conditions hold, as in "IsProd is true"; empty if there is nothing to assume.
	name string
	// values are what unknown texts are assumed to be; "" means none of the values that the templates compare them with.
	values map[string]string
	// same are pairs of unknown texts assumed to be equal (true) or not.
	same map[[2]string]bool
	// collect, if set, is told of every comparison that is not known.
	collect func(s *Stack, a, b string)
}

// equal decides a comparison under the scenario.
func (c scenario) equal(a, b string) text.Truth {
	if text.Unresolved(a) && text.Unresolved(b) {
		eq, ok := c.same[sorted(a, b)]
		if !ok {
			return text.Maybe
		}
		return text.Of(eq)
	}
	if !text.Unresolved(a) {
		a, b = b, a
	}
	v, ok := c.values[a]
	if !ok {
		return text.Maybe
	}
	return text.Of(v == b)
}

func sorted(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}

// A question is something unknown that conditions compare, with the answers to try.
type question struct {
	text    string    // the unknown text
	pair    [2]string // two unknown texts, if text is empty
	answers []string  // of a pair: "true" and "false"
}

// scenarios returns the assumptions to try: one for every set of conditions that can hold together, as far as a condition
// decides about anything that the topology holds. The stacks must be fresh ones; they are not changed by it.
func scenarios(build func(scenario) *World) []scenario {
	var questions []*question
	byText := map[string]*question{}
	byPair := map[[2]string]*question{}
	w := build(scenario{collect: func(s *Stack, a, b string) {
		if text.Unresolved(a) && text.Unresolved(b) {
			p := sorted(a, b)
			if byPair[p] == nil {
				byPair[p] = &question{pair: p, answers: []string{"true", "false"}}
				questions = append(questions, byPair[p])
			}
			return
		}
		if !text.Unresolved(a) {
			a, b = b, a
		}
		q := byText[a]
		if q == nil {
			q = &question{text: a}
			if allowed, ok := s.allowed(a); ok {
				q.answers = allowed
			} else {
				q.answers = []string{""}
			}
			byText[a] = q
			questions = append(questions, q)
		}
		if _, ok := s.allowed(a); !ok && !slices.Contains(q.answers, b) {
			q.answers = append(q.answers, b)
		}
	}})
	names := w.undecided()
	if len(questions) == 0 {
		return []scenario{{}}
	}
	resources := 0
	for _, s := range w.Stacks {
		resources += len(s.Resources)
	}
	most := min(maxScenarios, maxResources/max(1, resources))
	all := []scenario{{values: map[string]string{}, same: map[[2]string]bool{}}}
	for _, q := range questions {
		if len(all)*len(q.answers) > most {
			continue
		}
		var next []scenario
		for _, c := range all {
			for _, a := range q.answers {
				next = append(next, c.and(q, a))
			}
		}
		all = next
	}
	// Two assumptions under which the same conditions hold are one scenario.
	var out []scenario
	seen := map[string]bool{}
	for _, c := range all {
		c.name = build(c).holding(names)
		if !seen[c.name] {
			seen[c.name] = true
			out = append(out, c)
		}
	}
	if len(out) == 1 {
		out[0].name = ""
	}
	return out
}

func (c scenario) and(q *question, answer string) scenario {
	next := scenario{values: maps.Clone(c.values), same: maps.Clone(c.same)}
	if q.text == "" {
		next.same[q.pair] = answer == "true"
	} else {
		next.values[q.text] = answer
	}
	return next
}

// allowed returns the AllowedValues of a parameter, if the unknown text is one that has them. More than a dozen count as none.
func (s *Stack) allowed(unknown string) ([]string, bool) {
	values := s.template.parameters.Path(s.Known(unknown), "AllowedValues").OneOrMany()
	if len(values) == 0 || len(values) > 12 {
		return nil, false
	}
	var all []string
	for _, v := range values {
		all = append(all, v.Text)
	}
	return all, true
}

// A conditionName names a condition of one stack.
type conditionName struct {
	stack int // its number in the world
	name  string
}

// undecided decides every condition that matters and returns those that are not known.
func (w *World) undecided() []conditionName {
	var out []conditionName
	for i, s := range w.Stacks {
		used := map[string]bool{}
		for _, r := range s.Resources {
			if !w.types.Matters(r) {
				continue
			}
			if r.Condition != "" {
				used[r.Condition] = true
			}
			conditionsIn(r.Properties, used)
		}
		for _, o := range s.outputs.Members {
			conditionsIn(o.Value, used)
		}
		for _, name := range slices.Sorted(maps.Keys(used)) {
			if s.conditions.Has(name) && s.Holds(s.conditions.At, name) == text.Maybe {
				out = append(out, conditionName{i, name})
			}
		}
	}
	return out
}

// conditionsIn notes the conditions of every Fn::If.
func conditionsIn(n value.Value, used map[string]bool) {
	if n.Kind == value.List {
		for _, item := range n.Items {
			conditionsIn(item, used)
		}
	}
	for _, m := range n.Members {
		if m.Key == "Fn::If" && len(m.Value.Items) > 0 && m.Value.Items[0].Kind == value.Text {
			used[m.Value.Items[0].Text] = true
		}
		conditionsIn(m.Value, used)
	}
}

// holding says which of the conditions hold.
func (w *World) holding(names []conditionName) string {
	var parts []string
	for _, n := range names {
		s := w.Stacks[n.stack]
		is := " may be true"
		switch s.Holds(value.Place{}, n.name) {
		case text.Yes:
			is = " is true"
		case text.No:
			is = " is false"
		}
		name := n.name
		if s.Shown != "" {
			name = s.Shown + "/" + name
		}
		parts = append(parts, name+is)
	}
	return strings.Join(parts, ", ")
}
