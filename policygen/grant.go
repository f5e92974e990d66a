package policygen

import (
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
