package template

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// dependencies refuses a template whose resources depend on each other in a circle, as CloudFormation does. Branches that
// the conditions exclude do not count, nor do those of conditions that are not known.
//
// [Circular dependency]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependence-error
func (s *Stack) dependencies() {
	if s.template.deployed {
		return
	}
	const entered, left = 1, 2
	state := make(map[*Resource]int, len(s.Resources))
	var trail []*Resource
	var visit func(r *Resource, at value.Place)
	visit = func(r *Resource, at value.Place) {
		switch state[r] {
		case left:
			return
		case entered:
			var names []string
			for i := len(trail) - 1; i >= 0; i-- {
				names = append([]string{trail[i].ID}, names...)
				if severalInOne(trail[i]) {
					return
				}
				if trail[i] == r {
					break
				}
			}
			s.fail(at, value.ErrCycle, "resource", r.ID, "it depends on itself: "+strings.Join(append(names, r.ID), " → "), "")
		}
		if len(trail) > 10_000 {
			s.fail(at, value.ErrTooDeep, "resource", r.ID, "resources depend on each other too deep", "")
		}
		state[r] = entered
		trail = append(trail, r)
		for _, d := range r.Body.Get("DependsOn").OneOrMany() {
			if next := s.byID[d.Text]; next != nil && s.exists(r) && s.exists(next) {
				visit(next, d.At)
			}
		}
		s.references(r.Properties, false, func(id string, at value.Place) {
			if next := s.byID[id]; next != nil && s.exists(next) {
				visit(next, at)
			}
		})
		trail = trail[:len(trail)-1]
		state[r] = left
	}
	for _, r := range s.Resources {
		if s.exists(r) {
			visit(r, r.At)
		}
	}
}

// severalInOne reports whether a transform makes several resources of one, such as an API and its stage, of which some may
// depend on what depends on others.
func severalInOne(r *Resource) bool { return strings.HasPrefix(r.Type, "AWS::Serverless::") }

// Before returns the logical ids of the resources that are created before one: those that it depends on and refers to.
//
// [DependsOn]
//
// [DependsOn]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
func (s *Stack) Before(r *Resource) map[string]bool { return s.before(r, false) }

// Reaches reports whether a resource refers to another one, itself or through others, in any branch that the conditions do not
// exclude.
func (s *Stack) Reaches(from, to string) bool {
	r := s.byID[from]
	return r != nil && s.before(r, true)[to]
}

// before returns what is created before a resource. Branches of conditions that are not known count if maybe is set.
func (s *Stack) before(r *Resource, maybe bool) map[string]bool {
	before := map[string]bool{}
	var visit func(r *Resource)
	add := func(id string) {
		if next := s.byID[id]; next != nil && !before[id] {
			before[id] = true
			visit(next)
		}
	}
	visit = func(r *Resource) {
		for _, d := range r.Body.Get("DependsOn").OneOrMany() {
			add(d.Text)
		}
		s.references(r.Properties, maybe, func(id string, _ value.Place) { add(id) })
	}
	visit(r)
	return before
}

// exists reports whether a resource is sure to exist.
func (s *Stack) exists(r *Resource) bool {
	return r.Condition == "" || s.Holds(r.At, r.Condition) == text.Yes
}

// references calls use for every logical id that a value refers to. Branches of conditions that are not known count if maybe is
// set.
func (s *Stack) references(n value.Value, maybe bool, use func(id string, at value.Place)) {
	switch n.Kind {
	case value.List:
		for _, item := range n.Items {
			s.references(item, maybe, use)
		}
		return
	case value.Object:
	default:
		return
	}
	name, arg, ok := Intrinsic(n)
	if !ok {
		for _, m := range n.Members {
			s.references(m.Value, maybe, use)
		}
		return
	}
	switch name {
	case "Ref":
		use(s.Resolve(arg).Text, arg.At)
	case "Fn::GetAtt":
		id, _, _ := strings.Cut(arg.Text, ".")
		if arg.Kind == value.List && len(arg.Items) > 0 {
			id = s.Resolve(arg.Items[0]).Text
		}
		use(id, arg.At)
	case "Fn::If":
		if arg.Kind == value.List && len(arg.Items) == 3 && arg.Items[0].Kind == value.Text {
			switch s.Holds(arg.Items[0].At, arg.Items[0].Text) {
			case text.Yes:
				s.references(arg.Items[1], maybe, use)
			case text.No:
				s.references(arg.Items[2], maybe, use)
			default:
				if maybe {
					s.references(arg.Items[1], maybe, use)
					s.references(arg.Items[2], maybe, use)
				}
			}
		}
	case "Fn::Sub":
		pattern, own := arg, value.Value{}
		if arg.Kind == value.List && len(arg.Items) == 2 {
			pattern, own = arg.Items[0], arg.Items[1]
			s.references(own, maybe, use)
		}
		for _, name := range variables(pattern.Text) {
			if id, _, _ := strings.Cut(name, "."); !own.Has(id) {
				use(id, pattern.At)
			}
		}
	default:
		s.references(arg, maybe, use)
	}
}
