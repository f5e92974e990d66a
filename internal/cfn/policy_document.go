package cfn

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// document reads a resolved policy document into p. What of it cannot be read goes into p.Unknown, the rest is kept.
func (b *builder) document(s *stack, v value.Value, p *topology.Policy) {
	if v = parsed(v); v.Kind != value.Object {
		p.Unknown = "its document is not known"
		if v.Scalar() && policygen.Unresolved(v.Text) {
			p.Unknown += ": " + value.Excerpt(v.Text)
		} else if !v.There() {
			p.Unknown = "it has no document"
		}
		return
	}
	d := documentReader{b: b, p: p}
	for _, m := range v.Members {
		switch m.Key {
		case "Version":
			p.Document.Version = m.Value.Text
		case "Id":
			p.Document.ID = m.Value.Text
		case "Statement":
			for _, st := range m.Value.OneOrMany() {
				p.Statements = append(p.Statements, s.position(st.At))
				if statement, ok := d.statement(st); ok {
					p.Document.Statements = append(p.Document.Statements, statement)
				} else {
					p.Statements = p.Statements[:len(p.Statements)-1]
				}
			}
		default:
			d.odd("element " + quote(m.Key) + " is unknown")
		}
	}
}

// at moves a value with everything in it to a place.
func at(n value.Value, to value.Place) value.Value {
	n.At = to
	items := make([]value.Value, len(n.Items))
	for i := range n.Items {
		items[i] = at(n.Items[i], to)
	}
	members := make([]value.Member, len(n.Members))
	for i, m := range n.Members {
		members[i] = value.Member{Key: m.Key, At: to, Value: at(m.Value, to)}
	}
	n.Items, n.Members = items, members
	return n
}

type documentReader struct {
	b *builder
	p *topology.Policy
}

// odd notes the first thing that could not be read.
func (d *documentReader) odd(why string) {
	if d.p.Unknown == "" {
		d.p.Unknown = why
	}
}

func (d *documentReader) statement(n value.Value) (policygen.Statement, bool) {
	var st policygen.Statement
	if n.Kind != value.Object {
		if n.Scalar() && policygen.Unresolved(n.Text) {
			d.odd("a statement is not known: " + value.Excerpt(n.Text))
		} else {
			d.odd("a statement is " + n.Kind.String())
		}
		return st, false
	}
	whole := true
	for _, m := range n.Members {
		ok := true
		switch m.Key {
		case "Sid":
			st.Sid = m.Value.Text
		case "Effect":
			st.Effect = policygen.Effect(m.Value.Text)
			ok = m.Value.Text == "Allow" || m.Value.Text == "Deny"
		case "Principal":
			st.Principal, ok = d.principals(m.Value)
		case "NotPrincipal":
			st.NotPrincipal, ok = d.principals(m.Value)
		case "Action":
			st.Action, ok = d.strings(m.Value)
		case "NotAction":
			st.NotAction, ok = d.strings(m.Value)
		case "Resource":
			st.Resource, ok = d.arns(m.Value)
		case "NotResource":
			st.NotResource, ok = d.arns(m.Value)
		case "Condition":
			st.Condition, ok = d.condition(m.Value)
		default:
			ok = false
		}
		if !ok {
			d.odd("a statement's " + m.Key + " is not known")
			whole = false
		}
	}
	if st.Effect == "" {
		d.odd("a statement has no Effect")
		whole = false
	}
	return st, whole
}

// strings reads one string or a list. A list among the values, as a list parameter gives, is part of them.
func (d *documentReader) strings(n value.Value) ([]string, bool) {
	all := make([]string, 0, 1)
	for _, v := range n.OneOrMany() {
		switch {
		case v.Scalar():
			all = append(all, v.Text)
		case v.Kind == value.List:
			more, ok := d.strings(v)
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		default:
			return nil, false
		}
	}
	return all, n.There()
}

// arns reads strings, with the ARNs of the templates' resources as they are written everywhere else.
func (d *documentReader) arns(n value.Value) ([]string, bool) {
	all, ok := d.strings(n)
	for i, a := range all {
		all[i] = d.b.names.canonical(a)
	}
	return all, ok
}

func (d *documentReader) principals(n value.Value) (*policygen.Principals, bool) {
	if n.Kind == value.Text && n.Text == "*" {
		return &policygen.Principals{Anyone: true}, true
	}
	if n.Kind != value.Object {
		return nil, false
	}
	var p policygen.Principals
	for _, m := range n.Members {
		ok := true
		switch m.Key {
		case "AWS":
			p.AWS, ok = d.arns(m.Value)
		case "Service":
			p.Service, ok = d.strings(m.Value)
		case "Federated":
			p.Federated, ok = d.strings(m.Value)
		case "CanonicalUser":
			p.CanonicalUser, ok = d.strings(m.Value)
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return &p, true
}

func (d *documentReader) condition(n value.Value) (policygen.Condition, bool) {
	if n.Kind != value.Object {
		return nil, false
	}
	c := make(policygen.Condition, len(n.Members))
	for _, op := range n.Members {
		if op.Value.Kind != value.Object {
			return nil, false
		}
		keys := make(map[string][]string, len(op.Value.Members))
		for _, m := range op.Value.Members {
			values, ok := d.arns(m.Value)
			if !ok {
				return nil, false
			}
			keys[m.Key] = values
		}
		c[op.Key] = keys
	}
	return c, true
}
