package cfn

import (
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
func (s *stack) holds(at place, name string) truth {
	if t, ok := s.truth[name]; ok {
		return t
	}
	def := s.conditions.get(name)
	if def.kind == absent {
		return undecided
	}
	if s.deciding[name] {
		s.fail(at, ErrCycle, "condition", name, "it depends on itself", "", "")
	}
	s.deciding[name] = true
	t := s.condition(def)
	delete(s.deciding, name)
	s.truth[name] = t
	return t
}

// condition decides a condition function, or a reference to a condition.
func (s *stack) condition(n node) truth {
	switch n.kind {
	case boolean:
		return truthOf(n.text == "true")
	case text:
		switch n.text {
		case "true":
			return yes
		case "false":
			return no
		}
		return undecided
	}
	if n.kind != object || len(n.members) != 1 {
		return undecided
	}
	if s.world.depth++; s.world.depth > maxNesting {
		s.fail(n.at, ErrTooDeep, "condition", "", "references are nested too deep", "", "")
	}
	defer func() { s.world.depth-- }()
	name, arg := n.members[0].key, n.members[0].value
	switch name {
	case "Condition":
		return s.holds(n.at, arg.text)
	case "Fn::Equals":
		if arg.kind == list && len(arg.items) == 2 {
			return s.equal(s.resolve(arg.items[0]), s.resolve(arg.items[1]))
		}
	case "Fn::Not":
		if l := arg.list(); len(l) == 1 {
			return s.condition(l[0]).not()
		}
	case "Fn::And", "Fn::Or":
		decisive := truthOf(name == "Fn::Or")
		all := decisive.not()
		for _, c := range arg.list() {
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
func (s *stack) equal(a, b node) truth {
	if !a.scalar() || !b.scalar() {
		return undecided
	}
	switch {
	case a.text == b.text:
		return yes
	case !policygen.Unresolved(a.text) && !policygen.Unresolved(b.text):
		return no
	case s.world.scenario.collect != nil:
		s.world.scenario.collect(s, a.text, b.text)
		return undecided
	}
	return s.world.scenario.equal(a.text, b.text)
}

// fnIf carries out Fn::If. Where the condition is not known and both sides are the same, that is the value.
//
// [Fn::If]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html#intrinsic-function-reference-conditions-if
func (s *stack) fnIf(arg node) node {
	if arg.kind != list || len(arg.items) != 3 {
		return s.unknownCall("Fn::If", arg)
	}
	var t truth
	if arg.items[0].kind == text {
		t = s.holds(arg.items[0].at, arg.items[0].text)
	} else {
		t = s.condition(arg.items[0])
	}
	switch t {
	case yes:
		return s.resolve(arg.items[1])
	case no:
		return s.resolve(arg.items[2])
	}
	a, b := s.resolve(arg.items[1]), s.resolve(arg.items[2])
	if a.kind == b.kind && jsonText(a) == jsonText(b) {
		return a
	}
	return newText(arg.at, s.callText("Fn::If", []node{arg.items[0], a, b}))
}
