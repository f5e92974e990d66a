package check

import (
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
			all[i].Causes = causes(h, d.Call, docs.found[i], d.Outcome)
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

// A memo holds documents that were prepared for evaluation: each is needed for many calls.
type memo struct {
	callers   map[*topology.Caller]*eval.Compiled
	resources map[*topology.Element][]*eval.Compiled // by the holder of the policies
	pairs     map[memoPair][]*eval.Compiled
}

type memoPair struct {
	caller *topology.Caller
	holder *topology.Element
}

func newMemo() *memo {
	return &memo{map[*topology.Caller]*eval.Compiled{}, map[*topology.Element][]*eval.Compiled{}, map[memoPair][]*eval.Compiled{}}
}

// compiled returns the prepared documents of a caller and of what d is about: one for each policy of several that overwrite
// each other.
func (m *memo) compiled(caller *topology.Caller, d *topology.Documents) []*eval.Compiled {
	k := memoPair{caller, d.Holder}
	if all, ok := m.pairs[k]; ok {
		return all
	}
	who, ok := m.callers[caller]
	if !ok {
		who = eval.Compile(identityPolicies(d))
		m.callers[caller] = who
	}
	on, ok := m.resources[d.Holder]
	if !ok {
		for i := range max(1, len(d.Resource)) {
			on = append(on, eval.Compile(resourcePolicy(d, i)))
		}
		m.resources[d.Holder] = on
	}
	all := make([]*eval.Compiled, len(on))
	for i := range on {
		all[i] = who.WithResourceOf(on[i])
	}
	m.pairs[k] = all
	return all
}

// Why explains the outcome in plain words.
func (c *Call) Why() string {
	if c.Conflict == 0 {
		return c.Reasons().Explain()
	}
	d := c.Documents
	return "several policies are set on " + d.Holder.ID + ", of which one overwrites the others: " +
		d.Resource[0].ID + " and " + d.Resource[c.Conflict].ID + " do not decide alike"
}

// A change asks what would be if a document were another one.
type change func(*eval.Policies)

func withIdentity(d policygen.Document) change {
	return func(p *eval.Policies) { p.Identity, p.UnknownIdentity = []policygen.Document{d}, nil }
}

func withResource(d policygen.Document) change {
	return func(p *eval.Policies) { p.Resource, p.UnknownResource = &d, nil }
}

func withoutBoundary(p *eval.Policies) { p.Boundary = nil }

// evaluate decides a call under what would be if documents were others.
func evaluate(c policygen.Call, d topology.Documents, changes ...change) eval.Outcome {
	return eval.Hop([]policygen.Call{c}, changed{d, changes}).Calls[0].Outcome
}

// changed are documents with changes.
type changed struct {
	topology.Documents
	changes []change
}

func (d changed) Policies(policygen.Call) []*eval.Compiled {
	var all []*eval.Compiled
	for i := range max(1, len(d.Resource)) {
		p, r := identityPolicies(&d.Documents), resourcePolicy(&d.Documents, i)
		p.Resource, p.UnknownResource = r.Resource, r.UnknownResource
		for _, change := range d.changes {
			change(&p)
		}
		all = append(all, eval.Compile(p))
	}
	return all
}

// identityPolicies returns the caller's documents as the evaluator has them.
func identityPolicies(d *topology.Documents) eval.Policies {
	var p eval.Policies
	for _, identity := range d.Identity {
		p.Identity = append(p.Identity, identity.Document)
	}
	if d.Boundary != nil {
		p.Boundary = &d.Boundary.Document
	}
	if d.IdentityUnknown != "" {
		p.UnknownIdentity = &eval.Unknown{Why: d.IdentityUnknown, OnlyAllows: onlyAllows(d.Identity) && (d.Boundary == nil || d.Boundary.Unknown == "")}
	}
	return p
}

// resourcePolicy returns policy i of those that overwrite each other.
func resourcePolicy(d *topology.Documents, i int) eval.Policies {
	var p eval.Policies
	if d.ResourceUnknown != "" {
		p.UnknownResource = &eval.Unknown{Why: d.ResourceUnknown}
	}
	if i < len(d.Resource) {
		p.Resource = &d.Resource[i].Document
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
