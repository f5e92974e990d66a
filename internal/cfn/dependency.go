package cfn

import "strings"

// dependencies refuses a template whose resources depend on each other in a circle: CloudFormation does, and what it says
// of one of them cannot be told without the others. Branches that the conditions exclude do not count, and where a
// condition is not known, neither do.
//
// [Circular dependency]
//
// [Circular dependency]: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependence-error
func (s *stack) dependencies() {
	const entered, left = 1, 2
	state := make(map[*resource]int, len(s.resources))
	var trail []*resource
	var visit func(r *resource, at place)
	visit = func(r *resource, at place) {
		switch state[r] {
		case left:
			return
		case entered:
			var names []string
			for i := len(trail) - 1; i >= 0; i-- {
				names = append([]string{trail[i].id}, names...)
				if trail[i] == r {
					break
				}
			}
			s.fail(at, ErrCycle, "resource", r.id, "it depends on itself: "+strings.Join(append(names, r.id), " → "), "", "")
		}
		if len(trail) > 10_000 {
			s.fail(at, ErrTooDeep, "resource", r.id, "resources depend on each other too deep", "", "")
		}
		state[r] = entered
		trail = append(trail, r)
		for _, d := range r.body.get("DependsOn").list() {
			if next := s.byID[d.text]; next != nil && s.exists(r) && s.exists(next) {
				visit(next, d.at)
			}
		}
		s.references(r.properties, func(id string, at place) {
			if next := s.byID[id]; next != nil && s.exists(next) {
				visit(next, at)
			}
		})
		trail = trail[:len(trail)-1]
		state[r] = left
	}
	for _, r := range s.resources {
		if s.exists(r) {
			visit(r, r.at)
		}
	}
}

// exists reports whether a resource surely exists.
func (s *stack) exists(r *resource) bool {
	return r.condition == "" || s.holds(r.at, r.condition) == yes
}

// references calls use for every logical id that a value refers to.
func (s *stack) references(n node, use func(id string, at place)) {
	switch n.kind {
	case list:
		for _, item := range n.items {
			s.references(item, use)
		}
		return
	case object:
	default:
		return
	}
	name, arg, ok := intrinsic(n)
	if !ok {
		for _, m := range n.members {
			s.references(m.value, use)
		}
		return
	}
	switch name {
	case "Ref":
		use(arg.text, arg.at)
	case "Fn::GetAtt":
		id, _, _ := strings.Cut(arg.text, ".")
		if arg.kind == list && len(arg.items) > 0 {
			id = arg.items[0].text
		}
		use(id, arg.at)
	case "Fn::If":
		if arg.kind == list && len(arg.items) == 3 && arg.items[0].kind == text {
			switch s.holds(arg.items[0].at, arg.items[0].text) {
			case yes:
				s.references(arg.items[1], use)
			case no:
				s.references(arg.items[2], use)
			}
		}
	case "Fn::Sub":
		pattern, own := arg, node{}
		if arg.kind == list && len(arg.items) == 2 {
			pattern, own = arg.items[0], arg.items[1]
			s.references(own, use)
		}
		rest := pattern.text
		for {
			i := strings.Index(rest, "${")
			if i < 0 {
				return
			}
			end := strings.IndexByte(rest[i:], '}')
			if end < 0 {
				return
			}
			id, _, _ := strings.Cut(strings.TrimSpace(rest[i+2:i+end]), ".")
			if !own.has(id) {
				use(id, pattern.at)
			}
			rest = rest[i+end+1:]
		}
	default:
		s.references(arg, use)
	}
}
