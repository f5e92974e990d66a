package cfn

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// maxLooped is how many values the loops of one template may bring.
const maxLooped = 200_000

const forEach = "Fn::ForEach::"

// unroll replaces every Fn::ForEach of the template by what it stands for.
//
// [Fn::ForEach]
//
// [Fn::ForEach]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
func (s *stack) unroll() error {
	l := &looper{s: s}
	t := *s.template
	t.conditions = l.expand(t.conditions)
	t.outputs = l.expand(t.outputs)
	t.resources, t.byID = nil, map[string]*resource{}
	t.strange = append([]oddity(nil), t.strange...)
	for _, r := range s.resources {
		if r.typ != "Fn::ForEach" {
			n := *r
			n.body = l.expand(r.body)
			n.properties = n.body.get("Properties")
			t.add(&n)
			continue
		}
		loop := l.expand(newObject(r.at, member{key: r.id, at: r.at, value: r.body}))
		for _, m := range loop.members {
			if strings.HasPrefix(m.key, forEach) {
				t.strange = append(t.strange, oddity{m.key, "loop", "the collection of " + quote(m.key) + " is not known", m.at})
				continue
			}
			if err := t.addResource(m.key, m.at, m.value); err != nil {
				return err
			}
		}
	}
	s.template = &t
	return nil
}

type looper struct {
	s    *stack
	made int
}

// expand replaces the loops of a value; one whose collection is not known stays.
func (l *looper) expand(n node) node {
	switch n.kind {
	case list:
		items := make([]node, len(n.items))
		for i, item := range n.items {
			items[i] = l.expand(item)
		}
		n.items = items
	case object:
		members := make([]member, 0, len(n.members))
		for _, m := range n.members {
			if strings.HasPrefix(m.key, forEach) {
				members = append(members, l.loop(m)...)
				continue
			}
			m.value = l.expand(m.value)
			members = append(members, m)
		}
		n.members = members
	}
	return n
}

func (l *looper) loop(m member) []member {
	if m.value.kind != list || len(m.value.items) != 3 {
		return []member{m}
	}
	variable, over, body := m.value.items[0], l.s.resolve(m.value.items[1]), m.value.items[2]
	var values []string
	for _, v := range over.list() {
		if v.kind == list {
			for _, item := range v.items {
				values = append(values, item.text)
			}
			continue
		}
		values = append(values, v.text)
	}
	for _, v := range values {
		if policygen.Unresolved(v) {
			return []member{m}
		}
	}
	if variable.kind != text || body.kind != object {
		return []member{m}
	}
	var out []member
	for _, v := range values {
		for _, inner := range l.put(body, variable.text, v).members {
			if strings.HasPrefix(inner.key, forEach) {
				out = append(out, l.loop(inner)...)
				continue
			}
			inner.value = l.expand(inner.value)
			out = append(out, inner)
		}
	}
	return out
}

var notAlphanumeric = whenUsed(`[^A-Za-z0-9]`)

// put returns the value with the loop's variable replaced: ${Name} as it is, &{Name} without other than letters and digits.
func (l *looper) put(n node, name, value string) node {
	if l.made++; l.made > maxLooped {
		l.s.fail(n.at, ErrTooLarge, "loop", "", fmt.Sprintf("the loops of the template bring more than %d values", maxLooped), "", "")
	}
	in := func(t string) string {
		if strings.Contains(t, "{"+name+"}") {
			t = strings.ReplaceAll(t, "${"+name+"}", value)
			t = strings.ReplaceAll(t, "&{"+name+"}", notAlphanumeric().ReplaceAllString(value, ""))
		}
		return t
	}
	switch n.kind {
	case text:
		n.text = in(n.text)
	case list:
		items := make([]node, len(n.items))
		for i, item := range n.items {
			items[i] = l.put(item, name, value)
		}
		n.items = items
	case object:
		if f, arg, ok := intrinsic(n); ok && f == "Ref" && arg.text == name {
			return newText(n.at, value)
		}
		members := make([]member, len(n.members))
		for i, m := range n.members {
			m.key = in(m.key)
			m.value = l.put(m.value, name, value)
			members[i] = m
		}
		n.members = members
	}
	return n
}
