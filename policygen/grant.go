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

// grants returns what the call needs in which documents. A call on an AWS managed key needs nothing: its own policy admits
// whom it admits, and [Hop.Check] refuses the others.
func (c Call) grants(access KeyAccess) []grant {
	if c.On == OnKey {
		if _, ok := AWSManagedKey(string(c.Resource)); ok {
			return nil
		}
	}
	base := grant{action: c.Grant, sid: c.sid()}
	inResourcePolicy := base
	inResourcePolicy.to = place{on: c.On, resource: c.Resource}
	inResourcePolicy.resource = string(c.Resource)
	if c.On == OnKey {
		inResourcePolicy.resource = "*" // in a key policy: this key
	}
	if service, ok := c.Caller.(ServicePrincipal); ok {
		inResourcePolicy.kind, inResourcePolicy.principal = servicePrincipal, string(service)
		inResourcePolicy.condition = c.sourceCondition(service)
		return []grant{inResourcePolicy}
	}

	inIdentityPolicy := base
	inIdentityPolicy.to = place{on: OnIdentity, principal: c.Caller}
	inIdentityPolicy.resource = string(c.Resource)
	if c.Caller != nil {
		inResourcePolicy.kind, inResourcePolicy.principal = awsPrincipal, c.Caller.String()
	}
	switch {
	case crossAccount(c.Caller, c.Resource):
		return []grant{inIdentityPolicy, inResourcePolicy}
	case c.On == OnKey && access == ByKeyPolicy:
		return []grant{inResourcePolicy}
	case c.On == OnKey && access == AccountWide:
		return nil // the account-wide statements cover it
	}
	return []grant{inIdentityPolicy}
}

// sourceCondition returns what ties a service to whom it acts for: SNS's deliveries to the topic, other services as they
// support it.
func (c Call) sourceCondition(service ServicePrincipal) Condition {
	h := c.Hop
	if h.Kind == Deliver || h.Kind == DeadLetter {
		if c.On == OnKey && h.Topic.Scope != "" {
			return Condition{"ArnLike": {"aws:SourceArn": {string(h.Topic.Scope)}}}
		}
		return Condition{"ArnEquals": {"aws:SourceArn": {string(h.Topic.ARN)}}}
	}
	if known, ok := LookUpService(service); ok {
		return known.Condition(c.On, h.Kind, h.Source, h.SourceAccount)
	}
	return Service{}.Condition(c.On, h.Kind, h.Source, h.SourceAccount)
}

// sidWords name the hops in Sids, which may hold letters and digits only.
var sidWords = map[HopKind]string{
	Publish: "Publish", Deliver: "Deliver", Send: "Send", Receive: "Receive", DeadLetter: "DeadLetter", Redrive: "Redrive",
	Subscribe: "Subscribe",
}

// sid returns the Sid of a statement that begins with this call.
func (c Call) sid() string {
	sid := "Allow" + sidWords[c.Hop.Kind]
	if c.Hop.Kind == Redrive && (c.Resource == ARN(c.Hop.Destination.ARN) || c.Resource == ARN(c.Hop.Destination.Key)) {
		sid += "Destination"
	}
	if c.On == OnKey {
		sid += "UseKey"
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
