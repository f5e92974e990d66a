package cfn

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// document reads a resolved policy document into p. What of it cannot be read goes into p.Unknown, the rest is kept.
func (b *builder) document(s *stack, v node, p *topology.Policy) {
	if v = parsed(v); v.kind != object {
		p.Unknown = "its document is not known"
		if v.scalar() && policygen.Unresolved(v.text) {
			p.Unknown += ": " + excerpt(v.text)
		} else if !v.there() {
			p.Unknown = "it has no document"
		}
		return
	}
	d := documentReader{b: b, p: p}
	for _, m := range v.members {
		switch m.key {
		case "Version":
			p.Document.Version = m.value.text
		case "Id":
			p.Document.ID = m.value.text
		case "Statement":
			for _, st := range m.value.list() {
				p.Statements = append(p.Statements, s.position(st.at))
				if statement, ok := d.statement(st); ok {
					p.Document.Statements = append(p.Document.Statements, statement)
				} else {
					p.Statements = p.Statements[:len(p.Statements)-1]
				}
			}
		default:
			d.odd("element " + quote(m.key) + " is unknown")
		}
	}
}

// at moves a value with everything in it to a place.
func at(n node, to place) node {
	n.at = to
	items := make([]node, len(n.items))
	for i := range n.items {
		items[i] = at(n.items[i], to)
	}
	members := make([]member, len(n.members))
	for i, m := range n.members {
		members[i] = member{m.key, to, at(m.value, to)}
	}
	n.items, n.members = items, members
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

func (d *documentReader) statement(n node) (policygen.Statement, bool) {
	var st policygen.Statement
	if n.kind != object {
		if n.scalar() && policygen.Unresolved(n.text) {
			d.odd("a statement is not known: " + excerpt(n.text))
		} else {
			d.odd("a statement is " + n.kind.String())
		}
		return st, false
	}
	whole := true
	for _, m := range n.members {
		ok := true
		switch m.key {
		case "Sid":
			st.Sid = m.value.text
		case "Effect":
			st.Effect = policygen.Effect(m.value.text)
			ok = m.value.text == "Allow" || m.value.text == "Deny"
		case "Principal":
			st.Principal, ok = d.principals(m.value)
		case "NotPrincipal":
			st.NotPrincipal, ok = d.principals(m.value)
		case "Action":
			st.Action, ok = d.strings(m.value)
		case "NotAction":
			st.NotAction, ok = d.strings(m.value)
		case "Resource":
			st.Resource, ok = d.arns(m.value)
		case "NotResource":
			st.NotResource, ok = d.arns(m.value)
		case "Condition":
			st.Condition, ok = d.condition(m.value)
		default:
			ok = false
		}
		if !ok {
			d.odd("a statement's " + m.key + " is not known")
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
func (d *documentReader) strings(n node) ([]string, bool) {
	all := make([]string, 0, 1)
	for _, v := range n.list() {
		switch {
		case v.scalar():
			all = append(all, v.text)
		case v.kind == list:
			more, ok := d.strings(v)
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		default:
			return nil, false
		}
	}
	return all, n.there()
}

// arns reads strings, with the ARNs of the templates' resources as they are written everywhere else.
func (d *documentReader) arns(n node) ([]string, bool) {
	all, ok := d.strings(n)
	for i, a := range all {
		all[i] = d.b.names.canonical(a)
	}
	return all, ok
}

func (d *documentReader) principals(n node) (*policygen.Principals, bool) {
	if n.kind == text && n.text == "*" {
		return &policygen.Principals{Anyone: true}, true
	}
	if n.kind != object {
		return nil, false
	}
	var p policygen.Principals
	for _, m := range n.members {
		ok := true
		switch m.key {
		case "AWS":
			p.AWS, ok = d.arns(m.value)
		case "Service":
			p.Service, ok = d.strings(m.value)
		case "Federated":
			p.Federated, ok = d.strings(m.value)
		case "CanonicalUser":
			p.CanonicalUser, ok = d.strings(m.value)
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return &p, true
}

func (d *documentReader) condition(n node) (policygen.Condition, bool) {
	if n.kind != object {
		return nil, false
	}
	c := make(policygen.Condition, len(n.members))
	for _, op := range n.members {
		if op.value.kind != object {
			return nil, false
		}
		keys := make(map[string][]string, len(op.value.members))
		for _, m := range op.value.members {
			values, ok := d.arns(m.value)
			if !ok {
				return nil, false
			}
			keys[m.key] = values
		}
		c[op.key] = keys
	}
	return c, true
}
