package eval

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Explain says in one paragraph of plain words why the decision is as it is, such as: role app may not kms:Decrypt
// arn:aws:kms:…: the key policy delegates to account 111122223333, but role app has no identity policy that allows it.
func (d Decision) Explain() string {
	if d.run == nil {
		return "nothing was evaluated, which denies the request"
	}
	return d.headline() + ": " + strings.Join(d.causes(), "; ") + "."
}

func (d Decision) headline() string {
	who, what := d.run.caller.String(), d.Request.Action+" "+string(d.Request.Resource)
	switch d.Outcome {
	case Allowed:
		return who + " may " + what
	case Undecided:
		return "whether " + who + " may " + what + " is not decided"
	}
	return who + " may not " + what
}

func (d Decision) causes() []string {
	o, _ := d.run.weigh(&d.totals)
	if doubt := d.run.doubt(); doubt != "" && d.Outcome == Undecided && o != Undecided {
		return []string{doubt}
	}
	if o != d.Outcome {
		return append([]string{"what is not known makes no difference, every case comes out like this"}, d.whyUndecided()...)
	}
	switch d.Outcome {
	case Allowed:
		return d.whyAllowed()
	case ExplicitDeny:
		return d.whyDenied()
	case ImplicitDeny:
		return d.whyNotAllowed()
	}
	return d.whyUndecided()
}

func (d Decision) whyDenied() []string {
	var causes []string
	for _, r := range d.Reasons {
		if r.Effect == policygen.Deny && r.Applies == Applies {
			causes = append(causes, r.Where()+" denies it")
		}
	}
	return causes
}

func (d Decision) whyAllowed() []string {
	var causes []string
	counts := func(r Reason) bool {
		switch r.Policy {
		case IdentityPolicy:
			return d.totals.identity == text.Yes
		case ResourcePolicy:
			return true
		}
		return false
	}
	for _, r := range d.Reasons {
		if r.Effect != policygen.Allow || r.Applies != Applies || !counts(r) {
			continue
		}
		if g := r.grant; r.Policy == ResourcePolicy && g.account == text.Yes && max(g.role, g.user, g.direct) != text.Yes {
			causes = append(causes, fmt.Sprintf("%s delegates to account %s", r.Where(), d.run.caller.account))
			continue
		}
		causes = append(causes, r.Where()+" allows it")
	}
	if d.run.caller.kind == root {
		causes = append(causes, "the root user may do everything in its account that nothing denies")
	}
	return append(causes, "nothing denies it")
}

// whyNotAllowed names every policy that had to allow the request and does not.
func (d Decision) whyNotAllowed() []string {
	r, t := d.run, &d.totals
	var causes []string
	if t.serviceControl == text.No {
		causes = append(causes, "the service control policies do not allow it at every level of the organization")
	}
	if t.resourceControl == text.No {
		causes = append(causes, "the resource control policies do not allow it at every level of the organization")
	}
	who := r.caller.String()
	same := r.sameAccount()
	switch {
	case !r.caller.iam():
		if t.resource.direct == text.No {
			causes = append(causes, d.resourceAllows(who))
		}
	case same != text.No && r.withinAccount(t) == text.No:
		causes = append(causes, d.whyNotWithin(who)...)
	case same != text.Yes && r.acrossAccounts(t) == text.No:
		causes = append(causes, d.whyNotAcross(who)...)
	}
	causes = append(causes, d.nearMisses()...)
	for _, r := range d.Reasons {
		if r.Effect == policygen.Deny && r.Applies == MayApply {
			causes = append(causes, r.Where()+" may deny it explicitly, as "+r.Why())
		}
	}
	return causes
}

func (d Decision) whyNotWithin(who string) []string {
	r, t := d.run, &d.totals
	var causes []string
	switch {
	case r.explicit() && t.resource.any() == text.No && t.identity == text.No:
		causes = append(causes, d.resourceAllows(who)+", nor delegates to its account", "no identity policy allows it either")
	case r.explicit() && t.resource.any() == text.No:
		causes = append(causes, d.resourceAllows(who)+", nor delegates to its account, so that identity policies do not count")
	case r.explicit() && t.identity == text.No && max(t.resource.role, t.resource.user) == text.No:
		causes = append(causes, fmt.Sprintf("the %s delegates to account %s, but %s has no identity policy that allows %s",
			r.resourcePolicyName(), r.caller.account, who, d.Request.Action))
	case t.identity == text.No && max(t.resource.role, t.resource.user) == text.No:
		causes = append(causes, who+" has no identity policy that allows it", d.resourceAllows(who))
	}
	return append(causes, d.whyLimited(who)...)
}

func (d Decision) whyNotAcross(who string) []string {
	r, t := d.run, &d.totals
	if isAccountBound(d.Request.Action) {
		return []string{fmt.Sprintf("%s works for principals of the resource's own account only", d.Request.Action)}
	}
	var causes []string
	if t.identity == text.No {
		causes = append(causes, fmt.Sprintf("%s is of another account, and has no identity policy that allows it", who))
	}
	if t.resource.any() == text.No {
		causes = append(causes, d.resourceAllows(who)+fmt.Sprintf(", who is of another account (%s)", r.caller.account))
	}
	return append(causes, d.whyLimited(who)...)
}

// whyLimited names the limits of the principal that leave the request out.
func (d Decision) whyLimited(who string) []string {
	var causes []string
	if d.totals.boundary == text.No {
		causes = append(causes, "the permissions boundary of "+who+" does not allow it")
	}
	if d.totals.session == text.No {
		causes = append(causes, "the session policies do not allow it")
	}
	return causes
}

// resourceAllows says that the resource's policy does not allow the request.
func (d Decision) resourceAllows(who string) string {
	name := d.run.resourcePolicyName()
	if d.policies.resource == nil {
		return "there is no " + name + " that allows " + who
	}
	return "the " + name + " does not allow " + who
}

// nearMisses names the statements that would allow the request but for one element.
func (d Decision) nearMisses() []string {
	var misses []string
	for _, r := range d.Reasons {
		if r.Effect == policygen.Allow && r.Applies != Applies && r.Element == ConditionElement && len(misses) < 3 {
			misses = append(misses, r.Where()+" would allow it, but "+r.Why())
		}
	}
	return misses
}

func (d Decision) whyUndecided() []string {
	var causes []string
	for _, r := range d.Reasons {
		if r.Applies == MayApply {
			verb := "allow"
			if r.Effect == policygen.Deny {
				verb = "deny"
			}
			causes = append(causes, r.Where()+" may "+verb+" it, as "+r.Why())
		}
	}
	for _, u := range []*Unknown{d.policies.unknownIdentity, d.policies.unknownResource} {
		if u != nil {
			causes = append(causes, u.Why)
		}
	}
	if d.run.caller.iam() && d.run.sameAccount() == text.Maybe {
		causes = append(causes, fmt.Sprintf("whether %s and the resource belong to one account is not known", d.run.caller.String()))
	}
	return causes
}
