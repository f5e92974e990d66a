package eval

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
	t := c.sum(&r)
	if o := r.weigh(&t); o != Undecided {
		return o
	}
	again := r // a copy, so that nearly all decisions need no memory
	return c.refine(&again)
}

// Evaluate decides a request, and says why.
func (c *Compiled) Evaluate(req Request) Decision {
	var r run
	r.start(&req)
	t := trace{run: &r, reasons: make([]Reason, 0, c.statements)}
	r.trace = &t
	totals := c.sum(&r)
	r.trace = nil
	o := r.weigh(&totals)
	if o == Undecided {
		o = c.refine(&r)
	}
	return Decision{Outcome: o, Request: req, Reasons: t.reasons, run: &r, totals: totals, policies: c}
}

// weigh turns what the policies say into the outcome.
func (r *run) weigh(t *totals) Outcome {
	allow := r.allows(t)
	switch {
	case t.deny == yes:
		return ExplicitDeny
	case allow == no:
		return ImplicitDeny // whether or not something denies it as well
	case allow == yes && t.deny == no:
		return Allowed
	}
	return Undecided
}

// allows says whether everything that has to allow the request does.
func (r *run) allows(t *totals) truth {
	limits := min(t.serviceControl, t.resourceControl)
	if !r.caller.iam() {
		// Services, the world and federated identities have nothing but the resource's policy.
		return min(limits, t.resource.direct)
	}
	switch r.sameAccount() {
	case yes:
		return min(limits, r.withinAccount(t))
	case no:
		return min(limits, r.acrossAccounts(t))
	}
	return min(limits, either(r.withinAccount(t), r.acrossAccounts(t)))
}

// withinAccount: what the resource's policy gives to the session or user itself, what it gives to the role within the
// limits of the role, or what identity policies give. What it gives to the account only lets identity policies count.
//
// [Evaluating policies within a single account]
//
// [Evaluating policies within a single account]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
func (r *run) withinAccount(t *totals) truth {
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
func (r *run) acrossAccounts(t *totals) truth {
	if isAccountBound(r.req.Action) {
		return no
	}
	return min(t.identity, t.boundary, t.session, t.resource.any())
}
