package eval

import (
	"slices"
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
	tag         uint64 // of the service, if Action names actions of one service only
	allActions  bool   // Action names all of the service's that tag stands for alone
	hasAction   bool   // Action rather than NotAction
	hasResource bool   // Resource
	anyResource bool   // Resource has a star alone
	hasNot      bool   // NotResource
	principal   *principals
	notNamed    *principals
	conditions  []condition
	spares      int // if not 0, the condition to look at first where no reason is asked for
}

func newStatement(s *policygen.Statement, version string, kind PolicyKind) statement {
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
	if c.deny {
		// Such a condition says whom the statement spares, and that is nearly every request.
		c.spares = max(0, slices.IndexFunc(c.conditions, func(c condition) bool { return c.negated }))
	}
	for _, a := range s.Action {
		c.action = append(c.action, newPattern(a, true, false, true))
	}
	service := serviceOf(s.Action)
	c.tag = serviceTag(service)
	c.allActions = service != "" && len(service) <= wholeTag && slices.Contains(s.Action, service+":*")
	c.anyResource = slices.Contains(s.Resource, "*")
	for _, a := range s.NotAction {
		c.notAction = append(c.notAction, newPattern(a, true, false, true))
	}
	for _, r := range s.Resource {
		c.resource = append(c.resource, newResource(r, variables, kind))
	}
	for _, r := range s.NotResource {
		c.notResource = append(c.notResource, newResource(r, variables, kind))
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

// serviceTag returns a number for a service, in lower case, that differs from that of other services unless they are
// longer than wholeTag, have the same beginning, and the same length or one of 255 and more; 0 for none.
func serviceTag(service string) uint64 {
	tag := uint64(min(len(service), 255))
	for i := 0; i < len(service) && i < wholeTag; i++ {
		tag = tag<<8 | uint64(service[i])
	}
	return tag
}

// wholeTag is the length up to which no two services have the same tag.
const wholeTag = 7

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

// otherService reports whether the statement is about another service's actions only.
func (s *statement) otherService(r *run) bool { return s.tag != r.tag && s.tag != 0 && !r.actionOpen }

// settled reports whether the statement can add nothing to what other statements allow or deny.
func (s *statement) settled(allow, deny truth) bool {
	if s.deny {
		return deny == yes
	}
	return allow == yes
}

// otherCaller reports whether the statement lists principals of which none is of the caller's kind.
func (s *statement) otherCaller(r *run) bool {
	return s.principal != nil && s.principal.lacks(&r.caller)
}

// apply says how the statement applies to the request. named says that the policy is one that names principals.
func (s *statement) apply(r *run, named bool) (a application) {
	if s.otherService(r) {
		a.element = ActionElement
		return a
	}
	if a.truth = yes; s.allActions && !r.actionOpen {
		// They are of the same service, so that there is nothing to compare.
	} else if a.truth = s.matchAction(r); a.truth != yes {
		a.element = ActionElement
		if a.truth == no {
			return a
		}
	}
	if named {
		if s.principal != nil {
			a.grant = s.principal.match(&r.caller)
		} else {
			a.grant = s.matchNotPrincipal(r)
		}
		if t := a.grant.any(); t < a.truth {
			a.truth, a.element = t, PrincipalElement
		}
		if a.truth == no {
			return a
		}
	}
	if !s.anyResource {
		if t := s.matchResource(r, named); t < a.truth {
			a.truth, a.element = t, ResourceElement
		}
	}
	if s.spares != 0 && r.trace == nil && a.truth != no && s.conditions[s.spares].holds(r) == no {
		return application{}
	}
	for i := range s.conditions {
		if a.truth == no {
			break
		}
		if t := s.conditions[i].holds(r); t < a.truth {
			a.truth, a.element, a.condition = t, ConditionElement, i
		}
	}
	if named && a.truth != yes {
		a.grant = a.grant.and(a.truth)
	}
	return a
}

func (s *statement) matchAction(r *run) truth {
	if !s.hasAction {
		return anyAction(s.notAction, r).not()
	}
	return anyAction(s.action, r)
}

func anyAction(patterns []pattern, r *run) truth {
	t := no
	for i := range patterns {
		p := &patterns[i]
		// Nearly all are written as AWS writes them, so that case need not be looked at.
		if p.kind == literal && p.written == r.req.Action || p.kind == prefix && strings.HasPrefix(r.req.Action, p.written[:len(p.written)-1]) {
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
		t := anyResource(s.notResource, r)
		if t == no && lacksValue(s.notResource, r) {
			t = maybe
		}
		return t.not()
	}
	return truthOf(named && r.isTrust)
}

func anyResource(patterns []arnPattern, r *run) truth {
	t := no
	for i := range patterns {
		if t = max(t, patterns[i].matchResource(&r.resource, r)); t == yes {
			break
		}
	}
	return t
}

// lacksValue reports whether a pattern has a policy variable without a value. It matches nothing, but that may also make
// the statement invalid, so it does not follow that NotResource means everything.
//
// [IAM policy elements: Variables and tags]
//
// [IAM policy elements: Variables and tags]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func lacksValue(patterns []arnPattern, r *run) bool {
	for i := range patterns {
		if p := &patterns[i].whole; p.kind == pieced {
			if _, ok := p.symbols(r); !ok {
				return true
			}
		}
	}
	return false
}

func (s *statement) matchNotPrincipal(r *run) grant {
	switch {
	case s.notNamed != nil && s.deny && r.bounded:
		// AWS: such a statement denies everybody who has a permissions boundary, whomever it lists.
		return grant{direct: yes}
	case s.notNamed != nil:
		exempt := s.notNamed.exempts(&r.caller)
		if !s.deny {
			// Whether an allow leaves out everybody of an account that it lists is not documented.
			exempt = max(exempt, min(maybe, s.notNamed.match(&r.caller).any()))
		}
		return grant{direct: exempt.not()}
	}
	return grant{}
}
