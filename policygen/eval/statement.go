package eval

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A statement is a statement of a policy, prepared for matching.
type statement struct {
	sid        string
	effect     policygen.Effect
	actions    []pattern    // of Action or else of NotAction
	resources  []arnPattern // of Resource, unless anyResource is set, or else of NotResource
	service    string       // if Action names actions of one service only, in lower case
	principal  *principals
	notNamed   *principals
	conditions []condition

	deny        bool
	allActions  bool // Action names all of the service's that tag stands for alone
	hasAction   bool // Action rather than NotAction
	hasResource bool // Resource
	anyResource bool // Resource has a star alone
	hasNot      bool // NotResource
}

// newStatement prepares a statement; room has room for its actions.
func newStatement(s *policygen.Statement, version string, kind PolicyKind, room *[]pattern) statement {
	variables := version == policygen.Version
	c := statement{
		sid:         s.Sid,
		effect:      s.Effect,
		deny:        s.Effect == policygen.Deny,
		hasAction:   s.Action != nil,
		hasResource: s.Resource != nil,
		hasNot:      s.NotResource != nil,
		principal:   newPrincipals(s.Principal),
		notNamed:    newPrincipals(s.NotPrincipal),
		conditions:  newConditions(s.Condition, variables),
	}
	if c.hasAction {
		c.actions = actionPatterns(s.Action, room)
	} else {
		c.actions = actionPatterns(s.NotAction, room)
	}
	c.service = serviceOf(s.Action)
	c.allActions = c.service != "" && slices.ContainsFunc(s.Action, func(a string) bool {
		service, all := strings.CutSuffix(a, ":*")
		return all && service == c.service
	})
	switch {
	case !c.hasResource:
		c.resources = resourcePatterns(s.NotResource, variables, kind)
	case slices.Contains(s.Resource, "*"):
		c.anyResource = true
	default:
		c.resources = resourcePatterns(s.Resource, variables, kind)
	}
	return c
}

func actionPatterns(actions []string, room *[]pattern) []pattern {
	start := len(*room)
	for _, a := range actions {
		*room = append(*room, newPattern(a, true, false, true))
	}
	return (*room)[start:]
}

func resourcePatterns(resources []string, variables bool, kind PolicyKind) []arnPattern {
	all := make([]arnPattern, len(resources))
	for i, r := range resources {
		all[i] = newResource(r, variables, kind)
	}
	return all
}

// serviceOf returns the service of actions that are all of one, else nothing.
func serviceOf(actions []string) string {
	service := ""
	for i, a := range actions {
		of, _, ok := strings.Cut(a, ":")
		if of = text.Lower(of); !ok || strings.ContainsAny(of, "*?{") || i > 0 && of != service {
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
	truth     text.Truth
	grant     grant
	element   Element
	condition int // ConditionElement: which
}

// otherService reports whether the statement is about another service's actions only.
func (s *statement) otherService(r *run) bool {
	return s.service != "" && s.service != r.service && !r.actionOpen
}

// settled reports whether the statement can add nothing to what other statements allow or deny.
func (s *statement) settled(allow, deny text.Truth) bool {
	if s.deny {
		return deny == text.Yes
	}
	return allow == text.Yes
}

// otherCaller reports whether the statement lists principals of which none is of the caller's kind.
func (s *statement) otherCaller(r *run) bool {
	return s.principal != nil && s.principal.lacks(&r.caller)
}

// apply says how the statement applies to the request. named says that the policy is one that names principals.
func (s *statement) apply(r *run, named bool) application {
	a := application{truth: text.No, grant: noGrant}
	if s.otherService(r) {
		a.element = ActionElement
		return a
	}
	if a.truth = text.Yes; s.allActions && !r.actionOpen {
		// They are of the same service, so that there is nothing to compare.
	} else if a.truth = s.matchAction(r); a.truth != text.Yes {
		a.element = ActionElement
		if a.truth == text.No {
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
		if a.truth == text.No {
			return a
		}
	}
	if !s.anyResource {
		if t := s.matchResource(r, named); t < a.truth {
			a.truth, a.element = t, ResourceElement
		}
	}
	for i := range s.conditions {
		if a.truth == text.No {
			break
		}
		if t := s.conditions[i].holds(r); t < a.truth {
			a.truth, a.element, a.condition = t, ConditionElement, i
		}
	}
	if named && a.truth != text.Yes {
		a.grant = a.grant.and(a.truth)
	}
	return a
}

func (s *statement) matchAction(r *run) text.Truth {
	if !s.hasAction {
		return anyAction(s.actions, r).Not()
	}
	return anyAction(s.actions, r)
}

func anyAction(patterns []pattern, r *run) text.Truth {
	t := text.No
	for i := range patterns {
		p := &patterns[i]
		if t = max(t, p.Match(r.req.Action)); t == text.Yes {
			break
		}
	}
	return t
}

// matchResource says whether the statement speaks of the resource. A role's trust policy has no Resource element, it is
// about the role; in a key policy a statement without one has no effect. Of other resource policies AWS's pages disagree: the
// grammar demands the element, the page of Resource leaves some without one to what they are attached to.
//
// [Key policy elements], [Grammar of the IAM JSON policy language], [IAM JSON policy elements: Resource]
//
// [Key policy elements]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
// [Grammar of the IAM JSON policy language]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
// [IAM JSON policy elements: Resource]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (s *statement) matchResource(r *run, named bool) text.Truth {
	switch {
	case s.hasResource:
		return anyResource(s.resources, r)
	case s.hasNot:
		t := text.No
		for i := range s.resources {
			t = max(t, s.resources[i].matchNotResource(&r.resource, r))
		}
		return t.Not()
	}
	switch {
	case !named || r.isKMS:
		return text.No
	case r.isTrust:
		return text.Yes
	}
	return text.Maybe
}

func anyResource(patterns []arnPattern, r *run) text.Truth {
	t := text.No
	for i := range patterns {
		if t = max(t, patterns[i].matchResource(&r.resource, r)); t == text.Yes {
			break
		}
	}
	return t
}

func (s *statement) matchNotPrincipal(r *run) grant {
	switch {
	case s.notNamed != nil && s.deny && r.bounded:
		// AWS: such a statement denies everybody who has a permissions boundary, whomever it lists.
		return grant{text.No, text.No, text.No, text.Yes}
	case s.notNamed != nil:
		exempt := s.notNamed.exempts(&r.caller)
		if !s.deny {
			// Whether an allow leaves out everybody of an account that it lists is not documented.
			exempt = max(exempt, min(text.Maybe, s.notNamed.match(&r.caller).any()))
		}
		return grant{text.No, text.No, text.No, exempt.Not()}
	}
	return noGrant
}
