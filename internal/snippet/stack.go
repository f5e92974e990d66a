package snippet

import "github.com/hopgrant/hopgrant/policygen"

// A stack holds the policies that are set in one account and Region. Either is "" if it is not known.
type stack struct {
	account, region string
	subjects        []subject
}

// stacks groups the policies by account and Region. IAM has no Regions, so identity policies join the first stack of
// their account. A policy without a known account or Region joins the first stack that does not contradict it.
func stacks(all []subject) []*stack {
	var list []*stack
	for _, s := range all {
		if s.On != policygen.OnIdentity {
			list = stacked(list, s, s.Resource.Region())
		}
	}
	var identities []*stack
	for _, s := range all {
		if s.On != policygen.OnIdentity {
			continue
		}
		if p := find(list, s.Account, ""); p != nil {
			p.subjects = append(p.subjects, s)
			continue
		}
		identities = stacked(identities, s, "")
	}
	return append(identities, list...)
}

func stacked(list []*stack, s subject, region string) []*stack {
	p := find(list, s.Account, region)
	if p == nil {
		p = &stack{account: s.Account, region: region}
		list = append(list, p)
	}
	if p.account == "" {
		p.account = s.Account
	}
	if p.region == "" {
		p.region = region
	}
	p.subjects = append(p.subjects, s)
	return list
}

func find(list []*stack, account, region string) *stack {
	fits := func(a, b string) bool { return a == "" || b == "" || a == b }
	for _, p := range list {
		if fits(p.account, account) && fits(p.region, region) {
			return p
		}
	}
	return nil
}

// name returns the account and Region as headings name them.
func (s *stack) name() string {
	switch {
	case s.account == "" && s.region == "":
		return "account and Region of the caller"
	case s.account == "":
		return "Region " + s.region
	case s.region == "":
		return "account " + s.account
	}
	return "account " + s.account + ", Region " + s.region
}
