package policygen

import "strings"

// A grant is one action that one document allows.
type grant struct {
	to        place
	principal string // as the document writes it; of a resource's policy
	kind      principalKind
	action    string
	resource  string
	condition Condition
	sid       string
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

// grants calls give with what a hop's call on a resource needs in which documents. A call on an AWS managed key needs
// nothing: its own policy admits whom it admits, and [Hop.Check] refuses the others.
func (r *row) grants(h *Hop, resource ARN, access KeyAccess, give func(grant)) {
	on := r.on.target()
	if on == OnKey {
		if _, ok := AWSManagedKey(string(resource)); ok {
			return
		}
	}
	g := grant{action: r.granted(), sid: r.sid(), resource: string(resource)}
	inResourcePolicy := func() {
		g.to = place{on: on, resource: resource}
		if on == OnKey {
			g.resource = "*" // in a key policy: this key
		}
		give(g)
	}
	if service, ok := h.Caller.(ServicePrincipal); ok {
		g.kind, g.principal, g.condition = servicePrincipal, string(service), h.sourceCondition(service, on)
		inResourcePolicy()
		return
	}

	foreign := crossAccount(h.Caller, resource)
	if foreign || on != OnKey || access == ByIdentityPolicy {
		g.to = place{on: OnIdentity, principal: h.Caller}
		give(g)
	}
	// With AccountWide, the account-wide statement covers the account's own callers.
	if foreign || on == OnKey && access == ByKeyPolicy {
		g.kind = awsPrincipal
		if h.Caller != nil {
			g.principal = h.Caller.String()
		}
		inResourcePolicy()
	}
}

// sourceCondition returns what ties a service to whom it acts for: SNS's deliveries to the topic, other services as they
// support it.
func (h *Hop) sourceCondition(service ServicePrincipal, on Target) Condition {
	if h.Kind == Deliver || h.Kind == DeadLetter {
		if on == OnKey && h.Topic.Scope != "" {
			return Condition{"ArnLike": {"aws:SourceArn": {string(h.Topic.Scope)}}}
		}
		return Condition{"ArnEquals": {"aws:SourceArn": {string(h.Topic.ARN)}}}
	}
	known, _ := LookUpService(service)
	return known.Condition(on, h.Kind, h.Source, h.SourceAccount)
}

// sidWords name the hops in Sids, which may hold letters and digits only.
var sidWords = map[HopKind]string{
	Publish: "Publish", Deliver: "Deliver", Send: "Send", Receive: "Receive", DeadLetter: "DeadLetter", Redrive: "Redrive",
	Subscribe: "Subscribe",
}

// sid returns the Sid of a statement that begins with a call of this row.
func (r *row) sid() string {
	sid := "Allow" + sidWords[r.kind]
	switch r.on {
	case theTopicKey, theQueueKey, theSourceKeys:
		return sid + "UseKey"
	case theDestination:
		return sid + "Destination"
	case theDestinationKey:
		return sid + "DestinationUseKey"
	}
	return sid
}

// rawPart returns a part of an ARN even if it is unresolved, or "" where the whole ARN is one unresolved text.
func rawPart(arn ARN, i int) string {
	p, ok := splitARN(string(arn))
	if !ok || strings.ContainsAny(p[i], "*?") {
		return ""
	}
	return p[i]
}
