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
	row       *row   // what is granted
	principal string // as the document writes it; of a resource's policy
	kind      principalKind
	resource  string
	// The condition, if it compares one key with one value as most do: operator, key and value. Else it is whole.
	operator, key, value string
	condition            Condition
}

// A place is where a document belongs to.
type place struct {
	on        Target
	principal Principal // of an identity policy
	resource  ARN       // of another
}

// principalKind is the key under which a Principal element lists a principal.
type principalKind int

const (
	nobody principalKind = iota // identity policies have no Principal
	awsPrincipal
	servicePrincipal
)

// grants calls give with what a hop's call on a resource needs, and in which documents. A call on an AWS managed key needs
// nothing: its own policy admits whom it admits, and [Hop.Check] refuses the others. The account is the caller's.
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

	other := foreign(account, resource)
	if other || on != OnKey || access == ByIdentityPolicy {
		give(place{on: OnIdentity, principal: h.Caller}, g)
	}
	// With AccountWide, the account-wide statement covers the account's own callers.
	if other || on == OnKey && access == ByKeyPolicy {
		g.kind = awsPrincipal
		if h.Caller != nil {
			g.principal = h.Caller.String()
		}
		inResourcePolicy()
	}
}

// limitToSource ties the grant of a service to whom it acts for: SNS's deliveries to the topic, other services as they
// support it.
func (h *Hop) limitToSource(g *grant, caller ServicePrincipal, on kind.Part) {
	if !h.record().BySNS() {
		known, _ := service.LookUp(caller)
		g.setCondition(sourceCondition(known, on, h.Source, h.SourceAccount))
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

// whole returns the condition as a document has it; nil if there is none.
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

// rawPart returns a part of an ARN even if it is unresolved, or "" where the whole ARN is one unresolved text.
func rawPart(arn ARN, i int) string {
	p, ok := text.SplitARN(string(arn))
	if !ok || text.IsPattern(p[i]) {
		return ""
	}
	return p[i]
}

// uncoveredGrants returns the grants without those that another one makes superfluous: one of the same or a wider action to
// the same principal on the same resource, under some of the same conditions and no others. A service that AWS documents
// to pass its source for one hop and not for another has such grants.
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
