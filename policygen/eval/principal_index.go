package eval

import "github.com/hopgrant/hopgrant/internal/text"

// index makes it possible to find a role among very many without comparing each.
func (p *principals) index() {
	const many = 32
	if len(p.aws) <= many {
		return
	}
	p.roles = make(map[string]bool, len(p.aws))
	for i := range p.aws {
		if a := &p.aws[i]; a.kind == namedRole && a.account != "" && a.partition != "" && a.whole.isLiteral() {
			p.roles[a.whole.written()] = true
		} else {
			p.others = append(p.others, int32(i))
		}
	}
}

// matchAWS says how the values under AWS name an IAM principal.
func (p *principals) matchAWS(c *caller) grant {
	g := noGrant
	if p.roles == nil || c.kind != role || !c.isARN || text.Unresolved(c.name) {
		for i := range p.aws {
			g = g.or(p.aws[i].match(c))
		}
		return g
	}
	if p.roles[c.name] {
		g.role = text.Yes
	}
	for _, i := range p.others {
		g = g.or(p.aws[i].match(c))
	}
	return g
}
