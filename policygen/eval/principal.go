package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// principals is a Principal or NotPrincipal element, prepared for matching.
type principals struct {
	aws       []awsPrincipal
	service   []pattern
	federated []pattern
	roles     map[string]bool // of very many values under AWS, those that are whole ARNs of roles; nil if all are compared
	others    []int32         // and the indexes of the rest
	anyone    bool
	canonical bool // there are canonical users, whose ARNs are not known
}

// An awsPrincipal is one value under AWS.
type awsPrincipal struct {
	whole     pattern
	partition string // empty: not said
	account   string
	role      string // namedRole: the role's name without its path
	kind      awsKind
}

type awsKind uint8

const (
	namedAccount awsKind = iota // an account id or the account's root ARN
	namedRole
	namedUser    // a user
	namedSession // a role's session or a federated user's
	unresolved   // could be any of them
	unknownID    // AIDA…, AROA…: who used to be there and is no longer
)

func newPrincipals(p *policygen.Principals) *principals {
	if p == nil {
		return nil
	}
	c := &principals{anyone: p.Anyone, canonical: len(p.CanonicalUser) > 0}
	for _, s := range p.AWS {
		if s == "*" {
			c.anyone = true
			continue
		}
		c.aws = append(c.aws, newAWSPrincipal(s))
	}
	c.index()
	for _, s := range p.Service {
		c.service = append(c.service, newPattern(s, s == "*", false, false))
	}
	for _, s := range p.Federated {
		c.federated = append(c.federated, newPattern(s, s == "*", false, false))
	}
	return c
}

func newAWSPrincipal(s string) awsPrincipal {
	p := awsPrincipal{whole: newPattern(s, false, false, false)}
	parts, ok := text.SplitARN(s)
	if !ok {
		switch {
		case text.IsAccount(s):
			p.kind, p.account = namedAccount, s
		case text.Unresolved(s):
			p.kind = unresolved
		default:
			p.kind = unknownID
		}
		return p
	}
	p.partition, p.account = parts[1], parts[4]
	switch res := parts[5]; {
	case res == "root":
		p.kind = namedAccount
	case strings.HasPrefix(res, "role/"):
		p.kind, p.role = namedRole, lastElement(res)
	case strings.HasPrefix(res, "user/"):
		p.kind = namedUser
	case strings.HasPrefix(res, "assumed-role/"), strings.HasPrefix(res, "federated-user/"):
		p.kind = namedSession
	case text.Unresolved(res) || text.Unresolved(parts[2]):
		p.kind = unresolved
	default:
		p.kind = unknownID
	}
	return p
}

// match says how the element names the caller.
func (p *principals) match(c *caller) grant {
	g := noGrant
	if p.anyone {
		g.direct = text.Yes
		return g
	}
	switch c.kind {
	case service:
		g.direct = anyMatch(p.service, c.name)
	case federated:
		g.direct = max(anyMatch(p.federated, c.name), p.hasProvider(c.name))
	case nobody:
	default:
		g = p.matchAWS(c)
		if p.canonical {
			g.direct = max(g.direct, text.Maybe)
		}
	}
	return g
}

// lacks reports whether match surely finds nothing, since nobody of the caller's kind is listed.
func (p *principals) lacks(c *caller) bool {
	switch {
	case p.anyone:
		return false
	case c.kind == service:
		return len(p.service) == 0
	case c.kind == federated:
		return len(p.federated) == 0
	}
	return c.kind == nobody || len(p.aws) == 0 && !p.canonical
}

// hasProvider says whether the account's OIDC provider for a domain is listed: a request may name it by the domain alone.
func (p *principals) hasProvider(domain string) text.Truth {
	for i := range p.federated {
		if parts, ok := text.SplitARN(p.federated[i].written()); ok && parts[5] == "oidc-provider/"+domain {
			return text.Yes
		}
	}
	return text.No
}

// exempts says whether NotPrincipal excludes the caller. It takes the account, the role and the session for different
// principals: who is to be excluded must be listed with all of them. What becomes of somebody who is listed by name but not
// completely depends on the service.
//
// [IAM JSON policy elements: NotPrincipal]
//
// [IAM JSON policy elements: NotPrincipal]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (p *principals) exempts(c *caller) text.Truth {
	g := p.match(c)
	named := max(g.role, g.user, g.direct)
	switch {
	case p.anyone || !c.iam():
		return g.direct
	case c.kind == root:
		return g.any()
	case c.kind == session || c.kind == role:
		return max(min(g.account, g.role, g.direct), min(named, text.Maybe))
	}
	return max(min(g.account, named), min(named, text.Maybe))
}

func anyMatch(patterns []pattern, s string) text.Truth {
	t := text.No
	for i := range patterns {
		if t = max(t, patterns[i].Match(s)); t == text.Yes {
			break
		}
	}
	return t
}

// match says how the value names an IAM principal.
func (p *awsPrincipal) match(c *caller) grant {
	g := noGrant
	switch p.kind {
	case unknownID:
		return g
	case unresolved:
		return p.matchUnresolved(c)
	}
	inAccount := sameText(p.account, c.account)
	if inAccount != text.No {
		inAccount = min(inAccount, p.samePartition(c))
	}
	if inAccount == text.No {
		return g
	}
	switch p.kind {
	case namedAccount:
		g.account = inAccount
		if c.kind == root {
			g.direct = inAccount
		}
	case namedRole:
		if c.kind == role && c.isARN {
			// Part by part: unresolved text of one part does not reach into another.
			g.role = min(inAccount, p.is(c), sameText(p.role, c.role()))
		} else if c.kind == role || c.kind == session {
			g.role = min(inAccount, sameText(p.role, c.role()))
		}
	case namedUser:
		if c.kind == user {
			g.user = p.is(c)
		} else if c.kind == federatedUser {
			g.user = text.Maybe // its session, perhaps
		}
	case namedSession:
		switch c.kind {
		case session, federatedUser:
			g.direct = p.is(c)
		case role:
			// The role asks in some session; this one, perhaps.
			if parts, ok := text.SplitARN(p.whole.written()); ok {
				g.direct = min(text.Maybe, inAccount, sameText(sessionRole(parts[5]), c.role()))
			}
		}
	}
	return g
}

// is says whether the value is the caller's name.
func (p *awsPrincipal) is(c *caller) text.Truth {
	return c.unless(p.whole.Match(c.name), p.whole.written(), c.name)
}

func (p *awsPrincipal) samePartition(c *caller) text.Truth {
	if p.partition == "" || c.partition == "" {
		return text.Yes
	}
	return sameText(p.partition, c.partition)
}

// matchUnresolved matches a value of which not even the kind is known.
func (p *awsPrincipal) matchUnresolved(c *caller) grant {
	g := noGrant
	t := p.is(c)
	if p.whole.written() == c.account && c.account != "" {
		g.account = text.Yes // the same text as the caller's account, in place of an account id
		return g
	}
	if t == text.Yes {
		switch c.kind {
		case role:
			g.role = text.Yes
		case user:
			g.user = text.Yes
		case root:
			g.account, g.direct = text.Yes, text.Yes
		default:
			g.direct = text.Yes
		}
		return g
	}
	t = min(text.Maybe, max(t, p.mayBe(c)))
	return grant{t, t, t, t}
}

// mayBe says whether the value can name the caller's account, role or session.
func (p *awsPrincipal) mayBe(c *caller) text.Truth {
	if p.account != "" {
		return min(sameText(p.account, c.account), p.samePartition(c))
	}
	return text.Maybe
}

// appendNames appends the values as messages list them.
func (p *principals) appendNames(b []byte) []byte {
	lists := [...]int{0, len(p.aws), len(p.service), len(p.federated)}
	if p.anyone {
		lists[0] = 1
	}
	return appendListed(b, lists[0]+lists[1]+lists[2]+lists[3], func(i int) string {
		if i -= lists[0]; i < 0 {
			return "*"
		}
		if i < lists[1] {
			return p.aws[i].whole.written()
		}
		if i -= lists[1]; i < lists[2] {
			return p.service[i].written()
		}
		return p.federated[i-lists[2]].written()
	})
}
