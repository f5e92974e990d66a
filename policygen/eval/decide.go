package eval

import "github.com/hopgrant/hopgrant/internal/text"

// A Decision is the answer to a request, with everything that led to it. The zero value is a denial.
type Decision struct {
	Outcome Outcome
	Request Request
	// Reasons has one entry for each statement of each policy that counts for the principal, in the order identity
	// policies, permissions boundary, session policies, service control policies, resource policy, resource control policies.
	Reasons []Reason

	run      *run
	totals   totals
	policies *Compiled
}

// Evaluate decides a request as AWS documents its policy evaluation logic: an explicit deny in any policy wins; service
// control policies and resource control policies must allow at every level; then, within one account, an identity policy or
// the resource's policy has to allow, and across accounts both. Keys, and roles that are to be assumed, must be allowed by
// their own policy in any case. Permissions boundaries and session policies limit what identity policies give.
//
// It answers for the policies that it is given. Grants of KMS, and policies of VPC endpoints, are none of them.
//
// [Policy evaluation logic], [Cross-account policy evaluation logic]
//
// [Policy evaluation logic]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
// [Cross-account policy evaluation logic]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func Evaluate(req Request, p Policies) Decision {
	return Compile(p).Evaluate(req)
}

// Decide returns what [Compiled.Evaluate] decides, without the reasons.
func (c *Compiled) Decide(req Request) Outcome {
	var r run
	r.start(&req)
	r.caller.distinct = c.distinct
	t := c.sum(&r)
	o, sure := r.weigh(&t)
	if sure {
		return r.settle(o)
	}
	again := r // a copy, so that nearly all decisions need no memory
	return again.settle(c.refine(&again, o))
}

// Evaluate decides a request, and says why.
func (c *Compiled) Evaluate(req Request) Decision {
	var r run
	r.start(&req)
	r.caller.distinct = c.distinct
	t := trace{run: &r, reasons: make([]Reason, 0, c.statements())}
	r.trace = &t
	totals := c.sum(&r)
	r.trace = nil
	o, sure := r.weigh(&totals)
	if !sure {
		o = c.refine(&r, o)
	}
	return Decision{Outcome: r.settle(o), Request: req, Reasons: t.reasons, run: &r, totals: totals, policies: c}
}

// weigh turns what the policies say into the outcome. It is not sure if a closer look at what is not known may change it:
// from Undecided to anything, or from an implicit deny to an explicit one.
func (r *run) weigh(t *totals) (o Outcome, sure bool) {
	allow := r.allows(t)
	switch {
	case t.deny == text.Yes:
		return ExplicitDeny, true
	case allow == text.No:
		return ImplicitDeny, t.deny == text.No
	case allow == text.Yes && t.deny == text.No:
		return Allowed, true
	}
	return Undecided, false
}

// allows says whether everything that has to allow the request does.
func (r *run) allows(t *totals) text.Truth {
	limits := min(t.serviceControl, t.resourceControl)
	if !r.caller.iam() {
		// Services, the world and federated identities have nothing but the resource's policy.
		return min(limits, t.resource.direct)
	}
	switch r.sameAccount() {
	case text.Yes:
		return min(limits, r.withinAccount(t))
	case text.No:
		return min(limits, r.acrossAccounts(t))
	}
	return min(limits, text.Either(r.withinAccount(t), r.acrossAccounts(t)))
}

// withinAccount: what the resource's policy gives to the session or user itself, what it gives to the role within the
// limits of the role, or what identity policies give. What it gives to the account only lets identity policies count.
//
// [Evaluating policies within a single account]
//
// [Evaluating policies within a single account]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
func (r *run) withinAccount(t *totals) text.Truth {
	identity := t.identity
	if r.explicit() {
		identity = min(identity, t.resource.any())
	}
	return max(
		t.resource.direct,
		min(t.resource.user, t.session),
		min(max(t.resource.role, identity), t.boundary, t.session),
	)
}

// acrossAccounts: the caller's account must allow by identity policies, and the resource's account by the resource's policy.
func (r *run) acrossAccounts(t *totals) text.Truth {
	if isAccountBound(r.req.Action) {
		return text.No
	}
	return min(t.identity, t.boundary, t.session, t.resource.any())
}
