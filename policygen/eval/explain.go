package eval

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Explain says in one paragraph of plain words why the decision is as it is, such as: role app may not kms:Decrypt
// arn:aws:kms:…: the key policy delegates to account 111122223333, but role app has no identity policy that allows it.
func (d Decision) Explain() string {
	if d.run == nil {
		return "nothing was evaluated, which denies the request"
	}
	var buffer [512]byte
	e := explanation{Decision: &d, text: buffer[:0]}
	e.headline()
	e.text = append(e.text, ": "...)
	e.causes()
	return string(append(e.text, '.'))
}

// An explanation is the text that explains a decision, as far as it is written.
type explanation struct {
	*Decision
	text  []byte
	begun bool // there is a cause
}

// add adds the parts of a cause.
func (e *explanation) add(parts ...string) {
	for _, p := range parts {
		e.text = append(e.text, p...)
	}
}

// cause begins a cause with some parts.
func (e *explanation) cause(parts ...string) {
	if e.begun {
		e.add("; ")
	}
	e.begun = true
	e.add(parts...)
}

// statement begins a cause with the name of a statement.
func (e *explanation) statement(r *Reason) {
	e.cause()
	e.text = r.appendWhere(e.text)
}

// who adds the caller.
func (e *explanation) who() { e.text = e.run.caller.append(e.text) }

func (e *explanation) headline() {
	switch e.Outcome {
	case Allowed:
		e.who()
		e.add(" may ", e.Request.Action, " ", string(e.Request.Resource))
	case Undecided:
		e.add("whether ")
		e.who()
		e.add(" may ", e.Request.Action, " ", string(e.Request.Resource), " is not decided")
	default:
		e.who()
		e.add(" may not ", e.Request.Action, " ", string(e.Request.Resource))
	}
}

func (e *explanation) causes() {
	o, _ := e.run.weigh(&e.totals)
	if doubt := e.run.doubt(); doubt != "" && e.Outcome == Undecided && o != Undecided {
		e.cause(doubt)
		return
	}
	if o != e.Outcome {
		e.cause("what is not known makes no difference, every case comes out like this")
		e.whyUndecided()
		return
	}
	switch e.Outcome {
	case Allowed:
		e.whyAllowed()
	case ExplicitDeny:
		e.whyDenied()
	case ImplicitDeny:
		e.whyNotAllowed()
	default:
		e.whyUndecided()
	}
}

func (e *explanation) whyDenied() {
	for i := range e.Reasons {
		if r := &e.Reasons[i]; r.Effect == policygen.Deny && r.Applies == Applies {
			e.statement(r)
			e.add(" denies it")
		}
	}
}

func (e *explanation) whyAllowed() {
	for i := range e.Reasons {
		r := &e.Reasons[i]
		counts := r.Policy == ResourcePolicy || r.Policy == IdentityPolicy && e.totals.identity == text.Yes
		if r.Effect != policygen.Allow || r.Applies != Applies || !counts {
			continue
		}
		e.statement(r)
		if g := r.grant; r.Policy == ResourcePolicy && g.account == text.Yes && max(g.role, g.user, g.direct) != text.Yes {
			e.add(" delegates to account ", e.run.caller.account)
			continue
		}
		e.add(" allows it")
	}
	if e.run.caller.kind == root {
		e.cause("the root user may do everything in its account that nothing denies")
	}
	e.cause("nothing denies it")
}

// whyNotAllowed names every policy that had to allow the request and does not.
func (e *explanation) whyNotAllowed() {
	r, t := e.run, &e.totals
	if t.serviceControl == text.No {
		e.cause("the service control policies do not allow it at every level of the organization")
	}
	if t.resourceControl == text.No {
		e.cause("the resource control policies do not allow it at every level of the organization")
	}
	same := r.sameAccount()
	switch {
	case !r.caller.iam():
		if t.resource.direct == text.No {
			e.resourceAllows()
		}
	case same != text.No && r.withinAccount(t) == text.No:
		e.whyNotWithin()
	case same != text.Yes && r.acrossAccounts(t) == text.No:
		e.whyNotAcross()
	}
	e.nearMisses()
	for i := range e.Reasons {
		if r := &e.Reasons[i]; r.Effect == policygen.Deny && r.Applies == MayApply {
			e.statement(r)
			e.add(" may deny it explicitly, as ")
			e.text = r.appendWhy(e.text)
		}
	}
}

func (e *explanation) whyNotWithin() {
	r, t := e.run, &e.totals
	switch {
	case r.explicit() && t.resource.any() == text.No && t.identity == text.No:
		e.resourceAllows()
		e.add(", nor delegates to its account")
		e.cause("no identity policy allows it either")
	case r.explicit() && t.resource.any() == text.No:
		e.resourceAllows()
		e.add(", nor delegates to its account, so that identity policies do not count")
	case r.explicit() && t.identity == text.No && max(t.resource.role, t.resource.user) == text.No:
		e.cause("the ", r.resourcePolicyName(), " delegates to account ", r.caller.account, ", but ")
		e.who()
		e.add(" has no identity policy that allows ", e.Request.Action)
	case t.identity == text.No && max(t.resource.role, t.resource.user) == text.No:
		e.cause()
		e.who()
		e.add(" has no identity policy that allows it")
		e.resourceAllows()
	}
	e.whyLimited()
}

func (e *explanation) whyNotAcross() {
	r, t := e.run, &e.totals
	if isAccountBound(e.Request.Action) {
		e.cause(e.Request.Action, " works for principals of the resource's own account only")
		return
	}
	if t.identity == text.No {
		e.cause()
		e.who()
		e.add(" is of another account, and has no identity policy that allows it")
	}
	if t.resource.any() == text.No {
		e.resourceAllows()
		e.add(", who is of another account (", r.caller.account, ")")
	}
	e.whyLimited()
}

// whyLimited names the limits of the principal that leave the request out.
func (e *explanation) whyLimited() {
	if e.totals.boundary == text.No {
		e.cause("the permissions boundary of ")
		e.who()
		e.add(" does not allow it")
	}
	if e.totals.session == text.No {
		e.cause("the session policies do not allow it")
	}
}

// resourceAllows begins a cause: that the resource's policy does not allow the request.
func (e *explanation) resourceAllows() {
	if name := e.run.resourcePolicyName(); e.policies.resource == nil {
		e.cause("there is no ", name, " that allows ")
	} else {
		e.cause("the ", name, " does not allow ")
	}
	e.who()
}

// nearMisses names the statements that would allow the request but for one element.
func (e *explanation) nearMisses() {
	named := 0
	for i := range e.Reasons {
		r := &e.Reasons[i]
		if r.Effect == policygen.Allow && r.Applies != Applies && r.Element == ConditionElement && named < 3 {
			e.statement(r)
			e.add(" would allow it, but ")
			e.text = r.appendWhy(e.text)
			named++
		}
	}
}

func (e *explanation) whyUndecided() {
	for i := range e.Reasons {
		r := &e.Reasons[i]
		if r.Applies != MayApply {
			continue
		}
		verb := "allow"
		if r.Effect == policygen.Deny {
			verb = "deny"
		}
		e.statement(r)
		e.add(" may ", verb, " it, as ")
		e.text = r.appendWhy(e.text)
	}
	for _, u := range []*Unknown{e.policies.unknownIdentity, e.policies.unknownResource} {
		if u != nil {
			e.cause(u.Why)
		}
	}
	if e.run.caller.iam() && e.run.sameAccount() == text.Maybe {
		e.cause("whether ")
		e.who()
		e.add(" and the resource belong to one account is not known")
	}
}
