package cfn

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/value"
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
			n.properties = n.body.Get("Properties")
			t.add(&n)
			continue
		}
		loop := l.expand(value.NewObject(r.at, value.Member{Key: r.id, At: r.at, Value: r.body}))
		for _, m := range loop.Members {
			if strings.HasPrefix(m.Key, forEach) {
				t.strange = append(t.strange, oddity{m.Key, "loop", "the collection of " + quote(m.Key) + " is not known", m.At})
				continue
			}
			if err := t.addResource(m.Key, m.At, m.Value); err != nil {
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
func (l *looper) expand(n value.Value) value.Value {
	switch n.Kind {
	case value.List:
		items := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = l.expand(item)
		}
		n.Items = items
	case value.Object:
		members := make([]value.Member, 0, len(n.Members))
		for _, m := range n.Members {
			if strings.HasPrefix(m.Key, forEach) {
				members = append(members, l.loop(m)...)
				continue
			}
			m.Value = l.expand(m.Value)
			members = append(members, m)
		}
		n.Members = members
	}
	return n
}

func (l *looper) loop(m value.Member) []value.Member {
	if m.Value.Kind != value.List || len(m.Value.Items) != 3 {
		return []value.Member{m}
	}
	variable, over, body := m.Value.Items[0], l.s.resolve(m.Value.Items[1]), m.Value.Items[2]
	var values []string
	for _, v := range over.OneOrMany() {
		if v.Kind == value.List {
			for _, item := range v.Items {
				values = append(values, item.Text)
			}
			continue
		}
		values = append(values, v.Text)
	}
	for _, v := range values {
		if policygen.Unresolved(v) {
			return []value.Member{m}
		}
	}
	if variable.Kind != value.Text || body.Kind != value.Object {
		return []value.Member{m}
	}
	var out []value.Member
	for _, v := range values {
		for _, inner := range l.put(body, variable.Text, v).Members {
			if strings.HasPrefix(inner.Key, forEach) {
				out = append(out, l.loop(inner)...)
				continue
			}
			inner.Value = l.expand(inner.Value)
			out = append(out, inner)
		}
	}
	return out
}

var notAlphanumeric = whenUsed(`[^A-Za-z0-9]`)

// put returns the value with the loop's variable replaced: ${Name} as it is, &{Name} without other than letters and digits.
func (l *looper) put(n value.Value, name, to string) value.Value {
	if l.made++; l.made > maxLooped {
		l.s.fail(n.At, value.ErrTooLarge, "loop", "", fmt.Sprintf("the loops of the template bring more than %d values", maxLooped), "", "")
	}
	in := func(t string) string {
		if strings.Contains(t, "{"+name+"}") {
			t = strings.ReplaceAll(t, "${"+name+"}", to)
			t = strings.ReplaceAll(t, "&{"+name+"}", notAlphanumeric().ReplaceAllString(to, ""))
		}
		return t
	}
	switch n.Kind {
	case value.Text:
		n.Text = in(n.Text)
	case value.List:
		items := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = l.put(item, name, to)
		}
		n.Items = items
	case value.Object:
		if f, arg, ok := intrinsic(n); ok && f == "Ref" && arg.Text == name {
			return value.NewText(n.At, to)
		}
		members := make([]value.Member, len(n.Members))
		for i, m := range n.Members {
			m.Key = in(m.Key)
			m.Value = l.put(m.Value, name, to)
			members[i] = m
		}
		n.Members = members
	}
	return n
}
