package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// The texts that stand for the account and Region of what the file deploys, where they are not known.
const (
	unknownAccount   = "${AWS::AccountId}"
	unknownRegion    = "${AWS::Region}"
	unknownPartition = "${AWS::Partition}"
)

// An environment is an account and Region to which the file may be deployed.
type environment struct{ account, region string }

// elsewhereAccount and elsewhereRegion stand for every account and Region that no document names.
const (
	elsewhereAccount = "000000000000"
	elsewhereRegion  = "xx-elsewhere-1"
)

// maxEnvironments bounds how many environments are tried for one hop, and maxStatements the statements that are tried in each.
const (
	maxEnvironments = 25
	maxStatements   = 100
)

// environments decides a hop that is not decided because its documents name accounts and Regions, and it is not known which
// are the file's own. If the hop works in one of them, the verdict says in which; if there is none in which all of its calls
// are allowed, the hop is broken wherever it is deployed.
func (h *Hop) environments() {
	n, ok := h.literals()
	if !ok {
		return
	}
	holds := func(e environment) bool {
		if _, outcome := h.in(e, false); outcome != eval.Allowed || e.account == elsewhereAccount && e.region == elsewhereRegion {
			return false
		}
		h.Why = "it holds in " + e.String() + ", and it is not known whether that is where it is deployed; pass --account and --region"
		return true
	}
	if slices.ContainsFunc(n.pairs[:min(len(n.pairs), maxEnvironments)], holds) {
		return
	}
	accounts, regions := append(n.accounts, elsewhereAccount), append(n.regions, elsewhereRegion)
	if n.patterns || len(accounts)*len(regions) > maxEnvironments {
		return
	}
	var nearest environment
	most := -1
	for _, account := range accounts {
		for _, region := range regions {
			e := environment{account, region}
			calls, outcome := h.in(e, false)
			if !outcome.Denied() {
				holds(e)
				return
			}
			allowed := 0
			for i := range calls {
				if calls[i].Outcome == eval.Allowed {
					allowed++
				}
			}
			if allowed > most {
				nearest, most = e, allowed
			}
		}
	}
	h.Calls, _ = h.in(nearest, true)
	for i := range h.Calls {
		if c := &h.Calls[i]; c.Outcome.Denied() {
			h.worsen(Broken, "no account and Region satisfies all policies of the hop: "+c.Why())
		}
	}
}

// literals returns the accounts and Regions that the hop's documents and calls name. It is not ok if there are none, if the
// account and Region of the file are known, or if something else than these is not known.
func (h *Hop) literals() (n literals, ok bool) {
	statements := 0
	for i := range h.Calls {
		c := &h.Calls[i]
		d := &c.Documents
		if len(d.PossibleIdentity)+len(d.PossibleResource) > 0 || d.IdentityUnknown != "" || d.ResourceUnknown != "" || c.Conflict > 0 {
			return n, false
		}
		for _, p := range slices.Concat(d.Identity, d.Resource) {
			statements += len(p.Document.Statements)
		}
		ok = ok || strings.Contains(string(c.Resource), unknownAccount) || strings.Contains(string(c.Resource), unknownRegion)
	}
	if !ok || statements > maxStatements {
		return n, false
	}
	n.text = map[string]bool{}
	for i := range h.Calls {
		c := &h.Calls[i]
		n.documents(&c.Documents)
		n.add([]string{string(c.Resource), c.Caller.String()})
		for _, values := range c.Context {
			n.add(values)
		}
	}
	return n, len(n.accounts)+len(n.regions) > 0
}

func (e environment) String() string {
	switch {
	case e.region == elsewhereRegion:
		return "account " + e.account
	case e.account == elsewhereAccount:
		return "Region " + e.region
	}
	return "account " + e.account + " and Region " + e.region
}

// in decides the hop's calls in an environment, with the causes of denials if they are asked for.
func (h *Hop) in(e environment, why bool) ([]Call, eval.Outcome) {
	partition := unknownPartition
	if e.region != elsewhereRegion {
		partition = region.Partition(e.region)
	}
	to := strings.NewReplacer(unknownAccount, e.account, unknownRegion, e.region, unknownPartition, partition)
	calls := slices.Clone(h.Calls)
	all := eval.Allowed
	for i := range calls {
		c := &calls[i]
		was := c.Call
		d, memo := deployed(c.Documents, to), newMemo()
		c.CallDecision = eval.Hop([]policygen.Call{deployedCall(was, to)}, changed{Documents: d, memo: memo}).Calls[0]
		call := c.Call
		c.Call, c.Causes = was, nil
		switch {
		case c.Outcome.Denied() && c.Unsure == "":
			if why {
				c.Causes = memo.causes(&h.Hop, call, d, c.Outcome)
			}
			if !all.Denied() {
				all = c.Outcome
			}
		case c.Outcome != eval.Allowed && all == eval.Allowed:
			all = eval.Undecided
		}
	}
	return calls, all
}

// deployedCall returns a call as it is made in an environment.
func deployedCall(c policygen.Call, to *strings.Replacer) policygen.Call {
	c.Resource = policygen.ARN(to.Replace(string(c.Resource)))
	if p, err := policygen.ParsePrincipal(to.Replace(c.Caller.String())); err == nil {
		c.Caller = p
	}
	context := make(map[string][]string, len(c.Context))
	for key, values := range c.Context {
		context[key] = replaced(values, to)
	}
	c.Context = context
	return c
}

// deployed returns documents as they are in an environment.
func deployed(d topology.Documents, to *strings.Replacer) topology.Documents {
	d.Identity, d.Resource = deployedPolicies(d.Identity, to), deployedPolicies(d.Resource, to)
	if d.Boundary != nil {
		d.Boundary = deployedPolicies([]*topology.Policy{d.Boundary}, to)[0]
	}
	return d
}

func deployedPolicies(all []*topology.Policy, to *strings.Replacer) []*topology.Policy {
	made := make([]*topology.Policy, len(all))
	for i, p := range all {
		q := *p
		q.Document.Statements = slices.Clone(q.Document.Statements)
		for i := range q.Document.Statements {
			s := &q.Document.Statements[i]
			s.Resource, s.NotResource = replaced(s.Resource, to), replaced(s.NotResource, to)
			s.Principal, s.NotPrincipal = replacedPrincipals(s.Principal, to), replacedPrincipals(s.NotPrincipal, to)
			condition := make(policygen.Condition, len(s.Condition))
			for operator, keys := range s.Condition {
				condition[operator] = make(map[string][]string, len(keys))
				for key, values := range keys {
					condition[operator][key] = replaced(values, to)
				}
			}
			if s.Condition != nil {
				s.Condition = condition
			}
		}
		made[i] = &q
	}
	return made
}

func replacedPrincipals(p *policygen.Principals, to *strings.Replacer) *policygen.Principals {
	if p == nil {
		return nil
	}
	q := *p
	q.AWS = replaced(q.AWS, to)
	return &q
}

func replaced(values []string, to *strings.Replacer) []string {
	if values == nil {
		return nil
	}
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = to.Replace(v)
	}
	return all
}

// literals are the accounts and Regions that documents name.
type literals struct {
	accounts, regions []string
	pairs             []environment // those of one ARN
	patterns          bool          // a part of an account or Region is a pattern, so that these are not all
	text              map[string]bool
}

var (
	accountForm = text.WhenUsed(`[0-9]{12}`)
	regionForm  = text.WhenUsed(`[a-z]{2}(-[a-z]+)+-[0-9]`)
)

func (n *literals) documents(d *topology.Documents) {
	for _, p := range slices.Concat(d.Identity, d.Resource, []*topology.Policy{d.Boundary}) {
		if p == nil {
			continue
		}
		for i := range p.Document.Statements {
			s := &p.Document.Statements[i]
			n.add(s.Resource)
			n.add(s.NotResource)
			for _, principals := range []*policygen.Principals{s.Principal, s.NotPrincipal} {
				if principals != nil {
					n.add(principals.AWS)
					n.add(principals.Service)
				}
			}
			for _, keys := range s.Condition {
				for _, values := range keys {
					n.add(values)
				}
			}
		}
	}
}

func (n *literals) add(values []string) {
	for _, v := range values {
		if n.text[v] {
			continue
		}
		n.text[v] = true
		for _, account := range accountForm().FindAllString(v, -1) {
			n.accounts = appendNew(n.accounts, account)
		}
		for _, region := range regionForm().FindAllString(v, -1) {
			n.regions = appendNew(n.regions, region)
		}
		parts, isARN := text.SplitARN(v)
		e := environment{parts[text.Account], parts[text.Region]}
		switch {
		case isARN && accountForm().MatchString(e.account) && regionForm().MatchString(e.region):
			n.pairs = appendNew(n.pairs, e)
		case isARN && (partial(e.account) || partial(e.region)), !isARN && partial(v):
			n.patterns = true
		}
	}
}

// partial reports whether a text is a pattern of which a part is literal.
func partial(s string) bool { return text.IsPattern(s) && strings.Trim(s, "*") != "" }
