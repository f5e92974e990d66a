package snippet

import "github.com/hopgrant/hopgrant/policygen"

// A place is an account and a Region: what one stack is deployed to. Either is "" if it is not known.
type place struct {
	account, region string
	subjects        []subject
}

// places groups the policies by where they are set. IAM has no Regions, so identity policies join the first place of their
// account; what has no known account or Region joins a place that does not contradict.
func places(all []subject) []*place {
	var list []*place
	for _, s := range all {
		if s.On != policygen.OnIdentity {
			list = placed(list, s, s.Resource.Region())
		}
	}
	var identities []*place
	for _, s := range all {
		if s.On != policygen.OnIdentity {
			continue
		}
		if p := find(list, s.Account, ""); p != nil {
			p.subjects = append(p.subjects, s)
			continue
		}
		identities = placed(identities, s, "")
	}
	return append(identities, list...)
}

func placed(list []*place, s subject, region string) []*place {
	p := find(list, s.Account, region)
	if p == nil {
		p = &place{account: s.Account, region: region}
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

func find(list []*place, account, region string) *place {
	fits := func(a, b string) bool { return a == "" || b == "" || a == b }
	for _, p := range list {
		if fits(p.account, account) && fits(p.region, region) {
			return p
		}
	}
	return nil
}

// name returns how a heading calls the place.
func (p *place) name() string {
	switch {
	case p.account == "" && p.region == "":
		return "account and Region of the caller"
	case p.account == "":
		return "Region " + p.region
	case p.region == "":
		return "account " + p.account
	}
	return "account " + p.account + ", Region " + p.region
}
