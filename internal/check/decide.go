package check

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// decide evaluates one call of a hop.
//
// Where several policies overwrite each other, the call is allowed if every one of them would allow it, denied if none
// would, else undecided.
func (m *memo) decide(h *topology.Hop, c policygen.Call) Call {
	d := h.Documents(c)
	if c.On == policygen.OnTopic && h.TopicElement != nil && len(h.TopicElement.Policies) == 0 && !h.TopicElement.Foreign {
		c = withSourceOwner(c)
	}
	result := overwritten(c, d, func(i int) *eval.Compiled { return m.compiled(h.CallerElement, &d, i) })
	call := Call{Call: c, Outcome: result.outcome, Documents: d, result: result}
	if call.Outcome.Denied() {
		call.Causes = causes(h, c, d, call.Outcome)
	}
	return call
}

// withSourceOwner adds AWS:SourceOwner, the key by which the default topic policy admits services, as far as the service is
// known to pass it.
//
// [aws:SourceAccount versus aws:SourceOwner]
//
// [aws:SourceAccount versus aws:SourceOwner]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner
func withSourceOwner(c policygen.Call) policygen.Call {
	ctx := make(policygen.Context, len(c.Context)+1)
	for k, v := range c.Context {
		if strings.EqualFold(k, "aws:SourceOwner") {
			return c
		}
		ctx[k] = v
	}
	owner := []string{accountText(c.Resource)}
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
	resources map[memoKey]*eval.Compiled
	pairs     map[memoPair]*eval.Compiled
}

type memoKey struct {
	holder *topology.Element
	policy int // which of the holder's policies
}

type memoPair struct {
	caller *topology.Caller
	memoKey
}

func newMemo() *memo {
	return &memo{map[*topology.Caller]*eval.Compiled{}, map[memoKey]*eval.Compiled{}, map[memoPair]*eval.Compiled{}}
}

// compiled returns the prepared documents of a caller and of policy i of what d is about.
func (m *memo) compiled(caller *topology.Caller, d *topology.Documents, i int) *eval.Compiled {
	k := memoPair{caller, memoKey{d.Holder, i}}
	if c := m.pairs[k]; c != nil {
		return c
	}
	who, on := m.callers[caller], m.resources[k.memoKey]
	if who == nil {
		who = eval.Compile(identityPolicies(d))
		m.callers[caller] = who
	}
	if on == nil {
		on = eval.Compile(resourcePolicy(d, i))
		m.resources[k.memoKey] = on
	}
	c := who.WithResourceOf(on)
	m.pairs[k] = c
	return c
}

// A result is an outcome and what explains it: a text, or the evaluation itself.
type result struct {
	outcome  eval.Outcome
	why      string
	request  eval.Request
	compiled *eval.Compiled
}

// Why explains the outcome in plain words.
func (c *Call) Why() string {
	if c.result.compiled == nil {
		return c.result.why
	}
	return c.result.compiled.Evaluate(c.result.request).Explain()
}

// Allowed reports whether the call is surely allowed.
func (r result) Allowed() bool { return r.outcome == eval.Allowed }

// Denied reports whether the call is surely denied.
func (r result) Denied() bool { return r.outcome.Denied() }

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
func evaluate(c policygen.Call, d topology.Documents, changes ...change) result {
	return overwritten(c, d, func(i int) *eval.Compiled {
		p, r := identityPolicies(&d), resourcePolicy(&d, i)
		p.Resource, p.UnknownResource = r.Resource, r.UnknownResource
		for _, change := range changes {
			change(&p)
		}
		return eval.Compile(p)
	})
}

// overwritten decides a call under each of the policies that overwrite each other; compiled returns documents with the i-th.
func overwritten(c policygen.Call, d topology.Documents, compiled func(i int) *eval.Compiled) result {
	request := eval.RequestOf(c)
	one := func(i int) result {
		p := compiled(i)
		return result{outcome: p.Decide(request), request: request, compiled: p}
	}
	first := one(0)
	for i := 1; i < len(d.Resource); i++ {
		if r := one(i); r.outcome != first.outcome && !(r.outcome.Denied() && first.outcome.Denied()) {
			return result{outcome: eval.Undecided, why: "several policies are set on " + d.Holder.ID + ", of which one overwrites the others: " +
				d.Resource[0].ID + " and " + d.Resource[i].ID + " do not decide alike"}
		}
	}
	return first
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
