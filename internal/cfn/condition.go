package cfn

import (
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// A truth is what is known of a condition.
type truth int8

const (
	undecided truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return undecided
}

// holds returns what is known of a condition of the template, by its name.
//
// [Condition functions]
//
// [Condition functions]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
func (s *stack) holds(at value.Place, name string) truth {
	if t, ok := s.truth[name]; ok {
		return t
	}
	def := s.conditions.Get(name)
	if def.Kind == value.Absent {
		return undecided
	}
	if s.deciding[name] {
		s.fail(at, value.ErrCycle, "condition", name, "it depends on itself", "", "")
	}
	s.deciding[name] = true
	t := s.condition(def)
	delete(s.deciding, name)
	s.truth[name] = t
	return t
}

// condition decides a condition function, or a reference to a condition.
func (s *stack) condition(n value.Value) truth {
	switch n.Kind {
	case value.Boolean:
		return truthOf(n.Text == "true")
	case value.Text:
		switch n.Text {
		case "true":
			return yes
		case "false":
			return no
		}
		return undecided
	}
	if n.Kind != value.Object || len(n.Members) != 1 {
		return undecided
	}
	if s.world.depth++; s.world.depth > maxNesting {
		s.fail(n.At, value.ErrTooDeep, "condition", "", "references are nested too deep", "", "")
	}
	defer func() { s.world.depth-- }()
	name, arg := n.Members[0].Key, n.Members[0].Value
	switch name {
	case "Condition":
		return s.holds(n.At, arg.Text)
	case "Fn::Equals":
		if arg.Kind == value.List && len(arg.Items) == 2 {
			return s.equal(s.resolve(arg.Items[0]), s.resolve(arg.Items[1]))
		}
	case "Fn::Not":
		if l := arg.OneOrMany(); len(l) == 1 {
			return s.condition(l[0]).not()
		}
	case "Fn::And", "Fn::Or":
		decisive := truthOf(name == "Fn::Or")
		all := decisive.not()
		for _, c := range arg.OneOrMany() {
			switch s.condition(c) {
			case decisive:
				return decisive
			case undecided:
				all = undecided
			}
		}
		return all
	}
	return undecided
}

// equal compares two values, with what the scenario assumes of unknown ones.
func (s *stack) equal(a, b value.Value) truth {
	if !a.Scalar() || !b.Scalar() {
		return undecided
	}
	switch {
	case a.Text == b.Text:
		return yes
	case !policygen.Unresolved(a.Text) && !policygen.Unresolved(b.Text):
		return no
	case s.world.scenario.collect != nil:
		s.world.scenario.collect(s, a.Text, b.Text)
		return undecided
	}
	return s.world.scenario.equal(a.Text, b.Text)
}

// fnIf carries out Fn::If. Where the condition is not known and both sides are the same, that is the value.
//
// [Fn::If]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if
func (s *stack) fnIf(arg value.Value) value.Value {
	if arg.Kind != value.List || len(arg.Items) != 3 {
		return s.unknownCall("Fn::If", arg)
	}
	var t truth
	if arg.Items[0].Kind == value.Text {
		t = s.holds(arg.Items[0].At, arg.Items[0].Text)
	} else {
		t = s.condition(arg.Items[0])
	}
	switch t {
	case yes:
		return s.resolve(arg.Items[1])
	case no:
		return s.resolve(arg.Items[2])
	}
	a, b := s.resolve(arg.Items[1]), s.resolve(arg.Items[2])
	if a.Kind == b.Kind && a.JSON(maxText) == b.JSON(maxText) {
		return a
	}
	return value.NewText(arg.At, s.callText("Fn::If", []value.Value{arg.Items[0], a, b}))
}
