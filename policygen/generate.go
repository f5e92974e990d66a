package policygen

import (
	"errors"
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A KeyAccess says how IAM principals of a key's own account get access to the key.
type KeyAccess string

// The kinds of key access. The zero value is [ByIdentityPolicy].
const (
	// ByIdentityPolicy grants a key in the identity policy of each caller; the key policy delegates to the account.
	ByIdentityPolicy KeyAccess = ""
	// ByKeyPolicy grants a key in its key policy, which names each caller, so the hops must name them too. Identity
	// policies grant nothing on the key.
	ByKeyPolicy KeyAccess = "key-policy"
	// AccountWide lets everyone in the account who may use the queue or topic use its key through it, as with an AWS
	// managed key.
	AccountWide KeyAccess = "account"
)

// Options choose between ways of granting the same hops. The zero value is the narrowest.
type Options struct {
	KeyAccess KeyAccess
	// KeyPolicies adds the policies of customer managed keys that only identity policies grant. Such a policy consists
	// of the account's own statement, without which identity policies have no effect on the key.
	KeyPolicies bool
	// KeyStatementsOnly leaves the account's own statement out of key policies. Such a document is to be merged into
	// another one; on its own it would leave nobody able to manage the key.
	KeyStatementsOnly bool
	// TLSOnly gives every queue and topic of the hops a policy with a statement that denies requests without TLS.
	TLSOnly bool
	// Account and Region are those of keys and queues whose ARNs do not tell them (tokens): 12 digits and a Region
	// code, or unresolved text.
	Account, Region string
}

// Generate returns the smallest documents that allow every call of every hop of the roles.
//
// An IAM principal gets a call granted by its identity policy and, if the resource belongs to another account, by that
// resource's policy too. An AWS service gets it granted by the resource's policy alone. An unknown account counts as
// the same account. Key policies are whole: they begin with the statement that lets the account manage the key.
// Statements that differ only in resource, source or principal are merged, and duplicate grants are dropped.
//
// The error joins all problems: an [*InputError] for each wrong option, for each hop that cannot work (see [Hop.Check])
// and for each part of a [Fanout] that does not fit, and a [*LimitError] for each document that AWS would refuse for
// its size.
//
// [Policy evaluation logic]
//
// [Policy evaluation logic]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func Generate(o Options, roles ...Role) (Policies, error) {
	var errs []error
	var hops []Hop
	for _, r := range roles {
		if f, ok := r.(interface{ check() []error }); ok {
			errs = append(errs, f.check()...)
		}
		if hops == nil {
			hops = slices.Clip(r.Hops())
		} else {
			hops = append(hops, r.Hops()...)
		}
	}
	errs = append(errs, o.check()...)
	errs = append(errs, checkAll(hops)...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	g := newGenerator(o, len(hops))
	for i := range hops {
		g.hop(&hops[i])
	}
	return g.policies()
}

// check returns an error for each wrong option.
func (o *Options) check() []error {
	var errs []error
	switch o.KeyAccess {
	case ByIdentityPolicy, ByKeyPolicy, AccountWide:
	default:
		errs = append(errs, inputError("key access", string(o.KeyAccess), "unknown",
			value.QuotedOr([]string{string(ByKeyPolicy), string(AccountWide)})+" or none", ""))
	}
	if o.Account != "" && !text.Unresolved(o.Account) && !text.IsAccount(o.Account) {
		errs = append(errs, inputError("account", o.Account, "no account id", "12 digits", ""))
	}
	if o.Region != "" && !text.Unresolved(o.Region) && !region.Is(o.Region) {
		errs = append(errs, inputError("region", o.Region, "no Region code", "a Region code such as us-east-1", ""))
	}
	return errs
}

// checkAll returns the problems of the hops, each once.
func checkAll(hops []Hop) []error {
	var errs []error
	seen := map[string]bool{}
	memo := newCheckMemo(len(hops))
	for i := range hops {
		for _, err := range hops[i].check(memo) {
			if !seen[err.Error()] {
				seen[err.Error()] = true
				errs = append(errs, err)
			}
		}
	}
	return errs
}

// A generator collects the grants of each document.
type generator struct {
	options Options
	order   map[Target][]place
	grants  map[place]*[]grant
	// uses lists the services through which each key is used, for account-wide access.
	uses map[ARN][]keyUse
	errs []error
}

// newGenerator returns a generator with room for the documents of that many hops.
func newGenerator(o Options, hops int) *generator {
	return &generator{options: o, order: map[Target][]place{}, grants: make(map[place]*[]grant, hops), uses: map[ARN][]keyUse{}}
}

// document notes that a place has a document, even if it grants nothing, and returns its grants.
func (g *generator) document(p place) *[]grant {
	grants, ok := g.grants[p]
	if !ok {
		grants = new([]grant)
		g.grants[p] = grants
		g.order[p.on] = append(g.order[p.on], p)
	}
	return grants
}

func (g *generator) hop(given *Hop) {
	h := *given
	h.Caller = h.callerIn(g.options.Region)
	account := AccountOf(h.Caller)
	h.each(func(r *row, resource ARN) {
		r.grants(&h, account, resource, g.options.KeyAccess, func(to place, grant grant) {
			grants := g.document(to)
			*grants = append(*grants, grant)
			if grant.kind == awsPrincipal && grant.principal == "" {
				g.errs = append(g.errs, inputError("principal", "", "the "+string(to.on)+" policy of "+string(to.resource)+
					" must name the caller, and there is none", "a role or user", ""))
			}
		})
		if r.on == OnKey {
			g.key(&h, r.On, resource)
		}
	})
	if g.options.TLSOnly {
		for _, p := range h.places() {
			if p.resource != "" && !text.IsPattern(string(p.resource)) {
				g.document(p)
			}
		}
	}
}

// places returns the topics and queues at the ends of the hop.
func (h *Hop) places() []place {
	var all []place
	for _, end := range []kind.Part{h.record().From, h.record().To} {
		if end != kind.Caller {
			all = append(all, place{on: targetOf(end), resource: h.resource(end)})
		}
	}
	return all
}

func (g *generator) policies() (Policies, error) {
	all := make(Policies, 0, len(g.grants))
	for _, on := range []Target{OnIdentity, OnTopic, OnQueue, OnKey} {
		for _, p := range g.order[on] {
			a := Attachment{On: on, Principal: p.principal, Resource: p.resource, Account: p.resource.Account(), Partial: on == OnKey && g.options.KeyStatementsOnly}
			if on == OnIdentity {
				a.Account = AccountOf(p.principal)
				if p.principal == nil {
					a.Account = g.accountOfResources(p)
				}
			}
			a.Document = Document{Version: Version, Statements: g.statements(p)}
			if err := a.CheckLimits(); err != nil {
				g.errs = append(g.errs, err)
			}
			all = append(all, a)
		}
	}
	if len(g.errs) > 0 {
		return nil, errors.Join(g.errs...)
	}
	return all, nil
}

// accountOfResources returns the account of an unnamed caller: the account of all resources that it may use, or "" if
// they have several or an unknown one.
func (g *generator) accountOfResources(p place) string {
	account := ""
	for _, grant := range *g.grants[p] {
		switch a := ARN(grant.resource).Account(); {
		case a == "" || account != "" && a != account:
			return ""
		default:
			account = a
		}
	}
	return account
}

// statements returns the statements of one document: the account's own first, then the grants, then the denials.
func (g *generator) statements(p place) []Statement {
	var all []Statement
	if p.on == OnKey {
		all = append(all, g.keyStatements(KeyARN(p.resource))...)
	}
	all = append(all, statements(*g.grants[p])...)
	if g.options.TLSOnly && (p.on == OnQueue || p.on == OnTopic) {
		all = append(all, denyWithoutTLS(p))
	}
	return all
}

// denyWithoutTLS returns a statement that denies requests without TLS. SNS delivers to queues over HTTPS, so the
// statement never stops a delivery.
//
// [Amazon SNS preventative best practices]
//
// [Amazon SNS preventative best practices]: https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
func denyWithoutTLS(p place) Statement {
	actions := []string{"sqs:*"}
	if p.on == OnTopic {
		// A topic policy cannot name sns:*.
		actions = granted(func(k *kind.Kind, on kind.Part) bool { return on == kind.Topic && !k.Once })
	}
	return Statement{Sid: "DenyWithoutTLS", Effect: Deny, Principal: &Principals{Anyone: true}, Action: actions,
		Resource: []string{string(p.resource)}, Condition: Condition{"Bool": {"aws:SecureTransport": {"false"}}}}
}
