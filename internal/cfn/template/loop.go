package template

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// maxLooped is how many values the loops of one template may bring.
const maxLooped = 200_000

const forEach = "Fn::ForEach::"

// unroll replaces every Fn::ForEach of the template by what it stands for.
//
// [Fn::ForEach]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
func (s *Stack) unroll() {
	l := &looper{s: s}
	t := &template{file: s.template.file, byID: map[string]*Resource{}}
	conditions, outputs := l.expand(s.conditions), l.expand(s.outputs)
	for _, r := range s.Resources {
		if r.Type != "Fn::ForEach" {
			n := *r
			n.Body = l.expand(r.Body)
			n.Properties = n.Body.Get("Properties")
			t.add(&n)
			continue
		}
		loop := l.expand(value.NewObject(r.At, value.Member{Key: r.ID, At: r.At, Value: r.Body}))
		for _, m := range loop.Members {
			if strings.HasPrefix(m.Key, forEach) {
				t.strange = append(t.strange, Oddity{m.Key, "loop", "the collection of " + quote(m.Key) + " is not known", m.At, Adds})
			} else if err := t.addResource(m.Key, m.At, m.Value); err != nil {
				panic(err)
			}
		}
	}
	s.Resources, s.byID, s.conditions, s.outputs = t.resources, t.byID, conditions, outputs
	s.Strange = append(s.Strange, t.strange...)
}

// A looper replaces the loops of one stack.
type looper struct {
	s    *Stack
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
	variable, over, body := m.Value.Items[0], l.s.Resolve(m.Value.Items[1]), m.Value.Items[2]
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
		if text.Unresolved(v) {
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

var notAlphanumeric = text.WhenUsed(`[^A-Za-z0-9]`)

// put returns the value with the loop's variable replaced: ${Name} by the value, &{Name} by its letters and digits.
func (l *looper) put(n value.Value, name, to string) value.Value {
	if l.made++; l.made > maxLooped {
		l.s.fail(n.At, value.ErrTooLarge, "loop", "", fmt.Sprintf("the loops of the template bring more than %d values", maxLooped), "")
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
		if f, arg, ok := Intrinsic(n); ok && f == "Ref" && arg.Text == name {
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
