package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// decide evaluates one call of a hop.
//
// Where several policies overwrite each other, the call is allowed if every one of them would allow it, denied if none
// would, else undecided.
func decide(h *topology.Hop, c policygen.Call) Call {
	d := h.Documents(c)
	if c.On == policygen.OnTopic && h.TopicElement != nil && len(h.TopicElement.Policies) == 0 && !h.TopicElement.Foreign {
		c = withSourceOwner(c)
	}
	result := evaluate(c, d)
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
	service, isService := c.Caller.(policygen.ServicePrincipal)
	switch s, known := policygen.LookUpService(service); {
	case !isService:
		if policygen.AccountOf(c.Caller) != "" {
			owner = []string{policygen.AccountOf(c.Caller)}
		}
		ctx["aws:SourceOwner"] = owner
	case slices.Contains(passSourceOwner, s.Principal):
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

// passSourceOwner are the services that SNS's guide lists for AWS:SourceOwner.
var passSourceOwner = []policygen.ServicePrincipal{
	"apigateway.amazonaws.com", "cloudwatch.amazonaws.com", "devops-guru.amazonaws.com", "dynamodb.amazonaws.com",
	"elasticache.amazonaws.com", "gamelift.amazonaws.com", "rds.amazonaws.com", "events.rds.amazonaws.com",
	"redshift.amazonaws.com", "ses.amazonaws.com", "codecommit.amazonaws.com", "ds.amazonaws.com",
	"lambda.amazonaws.com", "ssm-incidents.amazonaws.com",
}

// A result is an outcome and what explains it: a text, or a decision.
type result struct {
	outcome  eval.Outcome
	why      string
	decision *eval.Decision
}

// Why explains the outcome in plain words.
func (c *Call) Why() string {
	if c.result.decision == nil {
		return c.result.why
	}
	return c.result.decision.Explain()
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

func evaluate(c policygen.Call, d topology.Documents, changes ...change) result {
	policies := eval.Policies{}
	for _, p := range d.Identity {
		policies.Identity = append(policies.Identity, p.Document)
	}
	if d.Boundary != nil {
		policies.Boundary = &d.Boundary.Document
	}
	if d.IdentityUnknown != "" {
		policies.UnknownIdentity = &eval.Unknown{Why: d.IdentityUnknown, OnlyAllows: onlyAllows(d.Identity) && (d.Boundary == nil || d.Boundary.Unknown == "")}
	}
	if d.ResourceUnknown != "" {
		policies.UnknownResource = &eval.Unknown{Why: d.ResourceUnknown}
	}
	request := eval.RequestOf(c)
	if len(d.Resource) < 2 {
		if len(d.Resource) == 1 {
			policies.Resource = &d.Resource[0].Document
		}
		return evaluateOne(request, policies, changes)
	}
	var first result
	for i, p := range d.Resource {
		policies.Resource = &p.Document
		r := evaluateOne(request, policies, changes)
		if i == 0 {
			first = r
		} else if r.outcome != first.outcome && r.outcome.Denied() != first.outcome.Denied() {
			return result{outcome: eval.Undecided, why: "several policies are set on " + d.Holder.ID + ", of which one overwrites the others: " +
				d.Resource[0].ID + " and " + p.ID + " do not decide alike"}
		}
	}
	return first
}

func onlyAllows(policies []*topology.Policy) bool {
	for _, p := range policies {
		if p.Unknown != "" && !p.OnlyAllows {
			return false
		}
	}
	return len(policies) > 0
}

func evaluateOne(r eval.Request, p eval.Policies, changes []change) result {
	for _, change := range changes {
		change(&p)
	}
	d := eval.Evaluate(r, p)
	return result{outcome: d.Outcome, decision: &d}
}
