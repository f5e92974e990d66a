package policygen

import "strings"

// exclusive are the pairs of elements of which a statement may have one.
//
// [IAM JSON policy elements reference]
//
// [IAM JSON policy elements reference]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
var exclusive = [][2]string{{"Principal", "NotPrincipal"}, {"Action", "NotAction"}, {"Resource", "NotResource"}}

func (p *problems) statement(n node) Statement {
	var s Statement
	if n.kind != object {
		p.wrongKind(n, "statement", "an object")
		return s
	}
	for _, m := range n.members {
		switch v := m.value; m.key {
		case "Sid":
			s.Sid = p.string(v, "Sid")
		case "Effect":
			s.Effect = Effect(p.literal(v, "Effect", string(Allow), string(Deny)))
		case "Principal":
			s.Principal = p.principals(v, m.key)
		case "NotPrincipal":
			s.NotPrincipal = p.principals(v, m.key)
		case "Action":
			s.Action = p.strings(v, m.key)
		case "NotAction":
			s.NotAction = p.strings(v, m.key)
		case "Resource":
			s.Resource = p.strings(v, m.key)
		case "NotResource":
			s.NotResource = p.strings(v, m.key)
		case "Condition":
			s.Condition = p.condition(v)
		default:
			p.unknown(m, "element", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
		}
	}
	p.completeness(n, s.Sid)
	return s
}

// completeness notes the elements that a statement lacks, and those of which it has one too many.
func (p *problems) completeness(n node, sid string) {
	if _, ok := n.member("Effect"); !ok {
		p.add(n.at, "statement", sid, "it has no Effect", `"Allow" or "Deny"`, "")
	}
	_, action := n.member("Action")
	_, notAction := n.member("NotAction")
	if !action && !notAction {
		p.add(n.at, "statement", sid, "it has neither Action nor NotAction", "one of them", "")
	}
	for _, pair := range exclusive {
		var found []member
		for _, m := range n.members {
			if m.key == pair[0] || m.key == pair[1] {
				found = append(found, m)
			}
		}
		if len(found) == 2 {
			p.add(found[1].at, "element", found[1].key, found[0].key+" is already at "+found[0].at.String(), "one of them", "")
		}
	}
}

func (p *problems) principals(n node, what string) *Principals {
	if n.kind == text && n.text == "*" {
		return &Principals{Anyone: true}
	}
	if n.kind != object {
		p.wrongKind(n, what, `"*" or an object such as {"AWS": "111122223333"}`)
		return nil
	}
	var all Principals
	for _, m := range n.members {
		switch m.key {
		case "AWS":
			all.AWS = p.strings(m.value, what+" AWS")
		case "Service":
			all.Service = p.strings(m.value, what+" Service")
		case "Federated":
			all.Federated = p.strings(m.value, what+" Federated")
		case "CanonicalUser":
			all.CanonicalUser = p.strings(m.value, what+" CanonicalUser")
		default:
			p.unknown(m, what+" type", "AWS", "Service", "Federated", "CanonicalUser")
		}
	}
	return &all
}

// strings returns the string that n is, or the strings that it lists; never nil if n is right.
func (p *problems) strings(n node, what string) []string {
	return p.values(n, what, "a string", text)
}

// values returns the value that n is, or the values that it lists, each of which must be of one of the kinds.
func (p *problems) values(n node, what, want string, kinds ...nodeKind) []string {
	of := func(k nodeKind) bool {
		for _, kind := range kinds {
			if k == kind {
				return true
			}
		}
		return false
	}
	switch {
	case of(n.kind):
		return []string{n.text}
	case n.kind != list:
		p.wrongKind(n, what, want+" or a list of them")
		return nil
	}
	all := make([]string, len(n.items))
	for i, item := range n.items {
		if !of(item.kind) {
			p.wrongKind(item, what, want)
		}
		all[i] = item.text
	}
	return all
}

func (p *problems) condition(n node) Condition {
	if n.kind != object {
		p.wrongKind(n, "Condition", "an object of operators")
		return nil
	}
	c := make(Condition, len(n.members))
	for _, op := range n.members {
		if op.value.kind != object {
			p.wrongKind(op.value, "Condition "+excerpt(op.key), "an object of condition keys")
			continue
		}
		keys := make(map[string][]string, len(op.value.members))
		seen := map[string]member{}
		for _, m := range op.value.members {
			// Condition keys are not case-sensitive, so these two are one, with two sets of values.
			if first, ok := seen[strings.ToLower(m.key)]; ok {
				p.add(m.at, "condition key", m.key, `"`+excerpt(first.key)+`" is already at `+first.at.String()+", and case makes no difference",
					"each key once", "")
			}
			seen[strings.ToLower(m.key)] = m
			keys[m.key] = p.values(m.value, "condition key "+excerpt(m.key), "a string, number or boolean", text, number, boolean)
		}
		c[op.key] = keys
	}
	return c
}
