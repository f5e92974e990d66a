package template

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// Holds returns what is known of a condition of the template, by its name.
//
// [Condition functions]
//
// [Condition functions]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
func (s *Stack) Holds(at value.Place, name string) text.Truth {
	if t, ok := s.truth[name]; ok {
		return t
	}
	def := s.conditions.Get(name)
	if def.Kind == value.Absent {
		return text.Maybe
	}
	if s.deciding[name] {
		s.fail(at, value.ErrCycle, "condition", name, "it depends on itself", "")
	}
	s.deciding[name] = true
	t := s.condition(def)
	delete(s.deciding, name)
	s.truth[name] = t
	return t
}

// condition decides a condition function, or a reference to a condition.
func (s *Stack) condition(n value.Value) text.Truth {
	switch n.Kind {
	case value.Boolean:
		return text.Of(n.Text == "true")
	case value.Text:
		switch n.Text {
		case "true":
			return text.Yes
		case "false":
			return text.No
		}
		return text.Maybe
	}
	if n.Kind != value.Object || len(n.Members) != 1 {
		return text.Maybe
	}
	if s.world.depth++; s.world.depth > maxNesting {
		s.fail(n.At, value.ErrTooDeep, "condition", "", "references are nested too deep", "")
	}
	defer func() { s.world.depth-- }()
	name, arg := n.Members[0].Key, n.Members[0].Value
	switch name {
	case "Condition":
		return s.Holds(n.At, arg.Text)
	case "Fn::Equals":
		if arg.Kind == value.List && len(arg.Items) == 2 {
			return s.equal(s.Resolve(arg.Items[0]), s.Resolve(arg.Items[1]))
		}
	case "Fn::Not":
		if l := arg.OneOrMany(); len(l) == 1 {
			return s.condition(l[0]).Not()
		}
	case "Fn::And", "Fn::Or":
		decisive := text.Of(name == "Fn::Or")
		all := decisive.Not()
		for _, c := range arg.OneOrMany() {
			if name == "Fn::Or" {
				all = max(all, s.condition(c))
			} else {
				all = min(all, s.condition(c))
			}
			if all == decisive {
				break
			}
		}
		return all
	}
	return text.Maybe
}

// equal compares two values, with what the scenario assumes of unknown ones.
func (s *Stack) equal(a, b value.Value) text.Truth {
	if !a.Scalar() || !b.Scalar() {
		return text.Maybe
	}
	switch {
	case a.Text == b.Text:
		return text.Yes
	case !text.Unresolved(a.Text) && !text.Unresolved(b.Text):
		return text.No
	case s.world.scenario.collect != nil:
		s.world.scenario.collect(s, a.Text, b.Text)
		return text.Maybe
	}
	return s.world.scenario.equal(a.Text, b.Text)
}

// fnIf evaluates Fn::If. Where the condition is not known and both sides are the same, that is the value.
//
// [Fn::If]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if
func (s *Stack) fnIf(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 3 {
		return s.unknownCall("Fn::If", arg)
	}
	var t text.Truth
	if arg.Items[0].Kind == value.Text {
		t = s.Holds(arg.Items[0].At, arg.Items[0].Text)
	} else {
		t = s.condition(arg.Items[0])
	}
	switch t {
	case text.Yes:
		return s.Resolve(arg.Items[1])
	case text.No:
		return s.Resolve(arg.Items[2])
	}
	a, b := s.Resolve(arg.Items[1]), s.Resolve(arg.Items[2])
	if a.Kind == b.Kind && a.JSON(maxText) == b.JSON(maxText) {
		return a
	}
	return value.NewText(arg.At, s.callText("Fn::If", []value.Value{arg.Items[0], a, b}))
}

// WhyUndecided says what is missing to decide a condition.
func (s *Stack) WhyUndecided(name string) string {
	if !s.conditions.Has(name) {
		return "the template has no condition " + quote(name)
	}
	return "it is not known whether it holds, and too many conditions are not known to try all combinations; pass more with --parameter"
}
