package policygen

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// A grant is one action that one document allows.
type grant struct {
	row       *row   // the call that is granted
	principal string // as the policy of a resource writes it
	kind      principalKind
	resource  string
	// A condition that compares one key with one value, as most do, is operator, key and value. Any other is condition.
	operator, key, value string
	condition            Condition
}

// A place is what a document is attached to.
type place struct {
	on        Target
	principal Principal // identity policies
	resource  ARN       // other policies
}

// A principalKind is the key of a Principal element that lists a principal.
type principalKind int

const (
	nobody principalKind = iota // identity policies have no Principal
	awsPrincipal
	servicePrincipal
)

// grants calls give with each grant that a hop's call on a resource needs, and with the place of the grant. A call on
// an AWS managed key needs none: nobody can edit the key's own policy, and [Hop.Check] refuses callers that it does not
// admit. The account is the caller's.
func (r *row) grants(h *Hop, account string, resource ARN, access KeyAccess, give func(place, grant)) {
	on := r.on
	if on == OnKey {
		if _, ok := service.ManagedKey(string(resource)); ok {
			return
		}
	}
	g := grant{row: r, resource: string(resource)}
	inResourcePolicy := func() {
		if on == OnKey {
			g.resource = "*" // in a key policy: this key
		}
		give(place{on: on, resource: resource}, g)
	}
	if caller, ok := h.Caller.(ServicePrincipal); ok {
		g.kind, g.principal = servicePrincipal, string(caller)
		h.limitToSource(&g, caller, r.On)
		inResourcePolicy()
		return
	}

	organization, isOrganization := h.Caller.(OrganizationID)
	other := isOrganization || foreign(account, resource)
	if other || on != OnKey || access == ByIdentityPolicy {
		give(place{on: OnIdentity, principal: h.Caller}, g)
	}
	// The account-wide statement of AccountWide covers the account's own callers.
	if other || on == OnKey && access == ByKeyPolicy {
		g.kind = awsPrincipal
		switch {
		case isOrganization:
			g.principal, g.operator, g.key, g.value = "*", "StringEquals", "aws:PrincipalOrgID", string(organization)
		case h.Caller != nil:
			g.principal = h.Caller.String()
		}
		inResourcePolicy()
	}
}

// limitToSource limits the grant of a service to what the service acts for: to the topic for deliveries by SNS, and to
// the source as far as other services support it.
func (h *Hop) limitToSource(g *grant, caller ServicePrincipal, on kind.Part) {
	if !h.record().BySNS() {
		known, _ := service.LookUp(caller)
		g.setCondition(h.sourceCondition(known, on))
		return
	}
	g.operator, g.key, g.value = "ArnEquals", "aws:SourceArn", string(h.Topic.ARN)
	if targetOf(on) == OnKey && h.Topic.Scope != "" {
		g.operator, g.value = "ArnLike", string(h.Topic.Scope)
	}
}

func (g *grant) setCondition(c Condition) {
	if len(c) == 1 {
		for op, keys := range c {
			for k, values := range keys {
				if len(keys) == 1 && len(values) == 1 {
					g.operator, g.key, g.value = op, k, values[0]
					return
				}
			}
		}
	}
	g.condition = c
}

// whole returns the condition as a document has it, or nil if there is none.
func (g *grant) whole() Condition {
	if g.operator == "" {
		return g.condition
	}
	return Condition{g.operator: {g.key: {g.value}}}
}

// conditionKeys returns the number of keys that the condition compares.
func (g *grant) conditionKeys() int {
	if g.operator != "" {
		return 1
	}
	n := 0
	for _, keys := range g.condition {
		n += len(keys)
	}
	return n
}

// rawPart returns a part of an ARN even if it is unresolved. It returns "" for a pattern, and if the text is not split
// into parts.
func rawPart(arn ARN, i int) string {
	p, ok := text.SplitARN(string(arn))
	if !ok || text.IsPattern(p[i]) {
		return ""
	}
	return p[i]
}

// uncoveredGrants returns the grants without those that another one makes superfluous. The other one grants the same or
// a wider action to the same principal on the same resource, under fewer of the same conditions. Such grants exist for
// a service that AWS documents to pass its source for one hop and not for another.
func uncoveredGrants(grants []grant) []grant {
	if len(grants) < 2 {
		return grants
	}
	least, most := grants[0].conditionKeys(), grants[0].conditionKeys()
	for i := range grants[1:] {
		n := grants[i+1].conditionKeys()
		least, most = min(least, n), max(most, n)
	}
	if least == most {
		return grants
	}
	return slices.DeleteFunc(slices.Clone(grants), func(g grant) bool {
		return slices.ContainsFunc(grants, func(wider grant) bool { return wider.covers(&g) })
	})
}

// covers reports whether g allows everything that other allows, and more.
func (g *grant) covers(other *grant) bool {
	if g.kind != other.kind || g.principal != other.principal || g.resource != other.resource ||
		g.conditionKeys() >= other.conditionKeys() || !coversAction(g.row.Granted(), other.row.Granted()) {
		return false
	}
	others := other.whole()
	for op, keys := range g.whole() {
		for k, values := range keys {
			if !slices.Equal(values, others[op][k]) {
				return false
			}
		}
	}
	return true
}

// coversAction reports whether pattern, which may end in a wildcard, covers the action.
func coversAction(pattern, action string) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	return pattern == action || wild && strings.HasPrefix(action, prefix)
}
