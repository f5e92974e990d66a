package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// decide evaluates the calls of a hop.
func (m *memo) decide(h *topology.Hop) []Call {
	calls := h.Calls()
	for i := range calls {
		if calls[i].On == policygen.OnTopic && h.TopicElement != nil && len(h.TopicElement.Policies) == 0 && !h.TopicElement.Foreign {
			calls[i] = withSourceOwner(calls[i])
		}
	}
	docs := hopDocuments{hop: h, memo: m}
	decided := eval.Hop(calls, &docs).Calls
	all := make([]Call, len(decided))
	for i, d := range decided {
		all[i] = Call{CallDecision: d, Documents: docs.found[i]}
		if d.Outcome.Denied() {
			all[i].Causes = m.causes(h, d.Call, docs.found[i], d.Outcome)
		}
	}
	return all
}

// hopDocuments finds the documents of a hop's calls for the evaluator, and keeps what it found.
type hopDocuments struct {
	hop   *topology.Hop
	memo  *memo
	found []topology.Documents // by call
}

func (d *hopDocuments) Policies(c policygen.Call) []*eval.Compiled {
	docs := d.hop.Documents(c)
	d.found = append(d.found, docs)
	return d.memo.compiled(d.hop.CallerElement, &docs)
}

// withSourceOwner adds AWS:SourceOwner, the key by which the default topic policy admits services, as far as the service is
// known to pass it.
//
// [aws:SourceAccount versus aws:SourceOwner]
//
// [aws:SourceAccount versus aws:SourceOwner]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner
func withSourceOwner(c policygen.Call) policygen.Call {
	ctx := make(map[string][]string, len(c.Context)+1)
	for k, v := range c.Context {
		if strings.EqualFold(k, "aws:SourceOwner") {
			return c
		}
		ctx[k] = v
	}
	owner := []string{text.AccountIn(string(c.Resource))}
	caller, isService := c.Caller.(policygen.ServicePrincipal)
	switch s, known := service.LookUp(caller); {
	case !isService:
		if policygen.AccountOf(c.Caller) != "" {
			owner = []string{policygen.AccountOf(c.Caller)}
		}
		ctx["aws:SourceOwner"] = owner
	case s.Topic.Owner:
		if a := c.Context["aws:SourceAccount"]; len(a) > 0 {
			owner = a
		}
		ctx["aws:SourceOwner"] = owner
	case known:
		ctx["aws:SourceOwner"] = nil
	}
	c.Context = ctx
	return c
}

// Why explains the outcome in plain words.
func (c *Call) Why() string {
	if c.Conflict == 0 {
		return c.Reasons().Explain()
	}
	d := c.Documents
	n := resources(&d)
	if i := c.Conflict / n; i > 0 {
		return identities(&d)[i].why
	}
	if i := c.Conflict - max(1, len(d.Resource)); i >= 0 {
		p := possible(d.PossibleResource)[i]
		if p.Granted != "" {
			return p.Granted
		}
		if p.Unknown != "" {
			return "there may be another policy of " + d.Holder.Label() + ": " + p.Unknown
		}
		if why := p.Doubts[d.Holder]; why != "" {
			return "policy " + p.Title() + " may be that of " + d.Holder.Label() + ", and decides otherwise: " + why
		}
		return "policy " + p.Title() + " may be that of " + d.Holder.Label() + ", which is not known, and decides otherwise"
	}
	return "several policies are set on " + d.Holder.Label() + ", of which one overwrites the others: " +
		d.Resource[0].Label() + " and " + d.Resource[c.Conflict].Label() + " do not decide alike"
}

// A change asks what would be if a document were another one.
type change func(*eval.Policies)

func withIdentity(d policygen.Document) change {
	return func(p *eval.Policies) { p.Identity, p.UnknownIdentity = []policygen.Document{d}, nil }
}

func withResource(d policygen.Document) change {
	return func(p *eval.Policies) { p.Resource, p.UnknownResource = &d, nil }
}

func withoutControls(p *eval.Policies) { p.ServiceControl, p.ResourceControl = nil, nil }

func withoutBoundary(p *eval.Policies) { p.Boundary = nil }

// evaluate decides a call under what would be if documents were others.
func evaluate(c policygen.Call, d topology.Documents, changes ...change) eval.Outcome {
	return newMemo().evaluate(c, d, changes...)
}

// evaluate decides as the function does, with the documents that the memo holds.
func (m *memo) evaluate(c policygen.Call, d topology.Documents, changes ...change) eval.Outcome {
	return eval.Hop([]policygen.Call{c}, changed{d, m, changes}).Calls[0].Outcome
}

// changed are documents with changes.
type changed struct {
	topology.Documents
	memo    *memo
	changes []change
}

func (d changed) Policies(policygen.Call) []*eval.Compiled {
	var all []*eval.Compiled
	for i := range max(1, len(d.Resource)) {
		p, r := identityPolicies(&d.Documents), resourcePolicy(&d.Documents, i)
		p.Resource, p.UnknownResource, p.ResourceControl = r.Resource, r.UnknownResource, r.ResourceControl
		for _, change := range d.changes {
			change(&p)
		}
		all = append(all, d.memo.compile(p))
	}
	return all
}

// identityPolicies returns the caller's documents as the evaluator has them. Of a permissions boundary that is not known they
// have what is known to be denied.
func identityPolicies(d *topology.Documents) eval.Policies {
	p := eval.Policies{Distinct: d.Distinct, ServiceControl: d.ServiceControl}
	for _, identity := range d.Identity {
		p.Identity = append(p.Identity, identity.Document)
	}
	if b := d.Boundary; b != nil {
		document := b.Document
		if b.Unknown != "" {
			document.Statements = append(slices.Clip(document.Statements), allowAll.Statements...)
		}
		p.Boundary = &document
	}
	if d.IdentityUnknown != "" {
		p.UnknownIdentity = &eval.Unknown{Why: d.IdentityUnknown, OnlyAllows: onlyAllows(d.Identity)}
	}
	return p
}

// An identity is one way that a caller's documents may be.
type identity struct {
	policies eval.Policies
	why      string // why they may be so
}

// identities returns the ways that the caller's documents may be. What else may be attached can allow and deny in any
// combination, and whatever all of it and none of it decide alike is decided: so of all that may be there, one way has
// everything that allows, and one has everything that denies.
func identities(d *topology.Documents) []identity {
	all := []identity{{policies: identityPolicies(d)}}
	if b := d.Boundary; b != nil && b.Unknown != "" {
		least := identityPolicies(d)
		least.Boundary = &policygen.Document{Version: policygen.Version}
		all = append(all, identity{least, "permissions boundary " + b.Title() + " may not allow it: " + b.Unknown})
	}
	for _, effect := range []policygen.Effect{policygen.Allow, policygen.Deny} {
		way := identity{policies: identityPolicies(d)}
		for _, p := range possible(d.PossibleIdentity) {
			document := policygen.Document{Version: p.Document.Version}
			for i := range p.Document.Statements {
				if s := p.Document.Statements[i]; s.Effect == effect {
					document.Statements = append(document.Statements, s)
				}
			}
			why := "policy " + p.Title() + " may be attached to " + d.Caller + ", which is not known, and decides otherwise"
			switch {
			case p.Unknown != "":
				why = "there may be another policy of " + d.Caller + ": " + p.Unknown
				way.policies.UnknownIdentity = &eval.Unknown{Why: p.Unknown}
			case len(document.Statements) == 0:
				continue
			}
			way.policies.Identity, way.why = append(way.policies.Identity, document), cmp.Or(way.why, why)
		}
		if way.why != "" {
			all = append(all, way)
		}
	}
	return all
}

// maxPossible is the number of policies of which it is not known whose they are that are told apart.
const maxPossible = 16

// possible returns the policies, or if they are very many, one unknown policy in their stead.
func possible(policies []*topology.Policy) []*topology.Policy {
	if len(policies) <= maxPossible {
		return policies
	}
	return []*topology.Policy{{Unknown: "of " + strconv.Itoa(len(policies)) + " policies it is not known whose they are"}}
}

// resources returns in how many ways the resource's policy may be: each of those that overwrite each other, or none, and each
// that may be its.
func resources(d *topology.Documents) int {
	return max(1, len(d.Resource)) + len(possible(d.PossibleResource))
}

// resourcePolicy returns one way that the resource's policy may be.
func resourcePolicy(d *topology.Documents, i int) eval.Policies {
	p := eval.Policies{ResourceControl: d.ResourceControl}
	if d.ResourceUnknown != "" {
		p.UnknownResource = &eval.Unknown{Why: d.ResourceUnknown}
	}
	if i < len(d.Resource) {
		p.Resource = &d.Resource[i].Document
	} else if i -= max(1, len(d.Resource)); i >= 0 {
		other := possible(d.PossibleResource)[i]
		p.Resource = &other.Document
		if other.Unknown != "" {
			p.UnknownResource = &eval.Unknown{Why: other.Unknown}
		}
	}
	return p
}

func onlyAllows(policies []*topology.Policy) bool {
	for _, p := range policies {
		if p.Unknown != "" && !p.OnlyAllows {
			return false
		}
	}
	return len(policies) > 0
}
