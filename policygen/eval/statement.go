package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// A statement is a statement of a policy, prepared for matching.
type statement struct {
	source      *policygen.Statement
	deny        bool
	action      []pattern
	notAction   []pattern
	resource    []arnPattern
	notResource []arnPattern
	service     string // in lower case, if Action names actions of one service only
	hasAction   bool   // Action rather than NotAction
	hasResource bool   // Resource
	hasNot      bool   // NotResource
	principal   *principals
	notNamed    *principals
	conditions  []condition
}

func newStatement(s *policygen.Statement, version string) statement {
	variables := version == policygen.Version
	c := statement{
		source:      s,
		deny:        s.Effect == policygen.Deny,
		hasAction:   s.Action != nil,
		hasResource: s.Resource != nil,
		hasNot:      s.NotResource != nil,
		principal:   newPrincipals(s.Principal),
		notNamed:    newPrincipals(s.NotPrincipal),
		conditions:  newConditions(s.Condition, variables),
	}
	for _, a := range s.Action {
		c.action = append(c.action, newPattern(a, true, false, true))
	}
	c.service = serviceOf(s.Action)
	for _, a := range s.NotAction {
		c.notAction = append(c.notAction, newPattern(a, true, false, true))
	}
	for _, r := range s.Resource {
		c.resource = append(c.resource, newARNPattern(r, variables))
	}
	for _, r := range s.NotResource {
		c.notResource = append(c.notResource, newARNPattern(r, variables))
	}
	return c
}

// serviceOf returns the service of actions that are all of one, else nothing.
func serviceOf(actions []string) string {
	service := ""
	for i, a := range actions {
		of, _, ok := strings.Cut(a, ":")
		if of = lower(of); !ok || strings.ContainsAny(of, "*?{") || i > 0 && of != service {
			return ""
		}
		service = of
	}
	return service
}

// An Element is the part of a statement that decides whether it applies.
type Element uint8

// The elements. NoElement is the answer where all of them match.
const (
	NoElement Element = iota
	ActionElement
	PrincipalElement
	ResourceElement
	ConditionElement
)

// String returns the element's name, such as "Condition".
func (e Element) String() string {
	return [...]string{"", "Action", "Principal", "Resource", "Condition"}[e]
}

// An application is how a statement applies to a request: as a whole, by which element it does not or may not, and for a
// resource policy in what way it names the caller.
type application struct {
	truth     truth
	grant     grant
	element   Element
	condition int // ConditionElement: which
}

func (a *application) and(t truth, e Element, condition int) {
	if t < a.truth {
		a.truth, a.element, a.condition = t, e, condition
	}
}

// apply says how the statement applies to the request. named says that the policy is one that names principals.
func (s *statement) apply(r *run, named bool) application {
	a := application{truth: yes}
	a.and(s.matchAction(r), ActionElement, 0)
	if a.truth != no && named {
		a.grant = s.matchPrincipal(r)
		a.and(a.grant.any(), PrincipalElement, 0)
	}
	if a.truth != no {
		a.and(s.matchResource(r, named), ResourceElement, 0)
	}
	for i := range s.conditions {
		if a.truth == no {
			break
		}
		a.and(s.conditions[i].holds(r), ConditionElement, i)
	}
	a.grant = a.grant.and(a.truth)
	return a
}

func (s *statement) matchAction(r *run) truth {
	if s.service != "" && !r.actionOpen && !foldEqual(s.service, r.service) {
		return no
	}
	if !s.hasAction {
		return anyAction(s.notAction, r).not()
	}
	return anyAction(s.action, r)
}

func anyAction(patterns []pattern, r *run) truth {
	t := no
	for i := range patterns {
		p := &patterns[i]
		if p.kind == literal && p.written == r.req.Action {
			return yes
		}
		if t = max(t, p.matchEither(r.req.Action, r.actionOpen, nil)); t == yes {
			break
		}
	}
	return t
}

// matchResource says whether the statement speaks of the resource. A role's trust policy has no Resource element, it is
// about the role; in a key policy a statement without one has no effect.
//
// [Key policy elements]
//
// [Key policy elements]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
func (s *statement) matchResource(r *run, named bool) truth {
	switch {
	case s.hasResource:
		return anyResource(s.resource, r)
	case s.hasNot:
		return anyResource(s.notResource, r).not()
	}
	return truthOf(named && r.isTrust)
}

func anyResource(patterns []arnPattern, r *run) truth {
	t := no
	for i := range patterns {
		if t = max(t, patterns[i].match(&r.resource, r)); t == yes {
			break
		}
	}
	return t
}

func (s *statement) matchPrincipal(r *run) grant {
	switch {
	case s.principal != nil:
		return s.principal.match(&r.caller)
	case s.notNamed != nil && s.deny && r.bounded:
		// AWS: such a statement denies everybody who has a permissions boundary, whomever it lists.
		return grant{direct: yes}
	case s.notNamed != nil:
		return grant{direct: s.notNamed.exempts(&r.caller).not()}
	}
	return grant{}
}
