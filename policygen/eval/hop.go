package eval

import (
	"github.com/hopgrant/hopgrant/policygen"
)

// Documents finds the policies that decide the calls of hops.
type Documents interface {
	// Policies returns the policies that decide a call: those of its caller, and that of the topic, queue or key. The policies
	// of AWS managed keys need not be known, [Hop] has them.
	Policies(call policygen.Call) Policies
}

// A Set is Documents by the principal and the resource that they are attached to. What is not in it does not exist.
type Set struct {
	Identity map[policygen.Principal][]policygen.Document
	Boundary map[policygen.Principal]policygen.Document
	Session  map[policygen.Principal][]policygen.Document
	// Resource holds the policies of topics, queues and keys by ARN.
	Resource map[policygen.ARN]policygen.Document
	// ServiceControl and ResourceControl are by account: the caller's, and the resource's.
	ServiceControl, ResourceControl map[string][][]policygen.Document
}

// Generated returns generated policies as Documents: every one attached where it belongs.
func Generated(p policygen.Policies) Set {
	s := Set{Identity: map[policygen.Principal][]policygen.Document{}, Resource: map[policygen.ARN]policygen.Document{}}
	for _, a := range p {
		if a.On == policygen.OnIdentity {
			s.Identity[a.Principal] = append(s.Identity[a.Principal], a.Document)
			continue
		}
		d := s.Resource[a.Resource]
		d.Version, d.ID = a.Document.Version, a.Document.ID
		d.Statements = append(d.Statements[:len(d.Statements):len(d.Statements)], a.Document.Statements...)
		s.Resource[a.Resource] = d
	}
	return s
}

// Policies returns the policies that decide a call.
func (s Set) Policies(call policygen.Call) Policies {
	p := Policies{
		Identity:        s.Identity[call.Caller],
		Session:         s.Session[call.Caller],
		ServiceControl:  s.ServiceControl[accountOfPrincipal(call.Caller)],
		ResourceControl: s.ResourceControl[accountText(string(call.Resource))],
	}
	if d, ok := s.Boundary[call.Caller]; ok {
		p.Boundary = &d
	}
	if d, ok := s.Resource[call.Resource]; ok {
		p.Resource = &d
	}
	return p
}

func accountOfPrincipal(p policygen.Principal) string {
	c := newCaller(p, "")
	return c.account
}

// A HopDecision is the answer for a hop: it works if all of its calls are allowed.
type HopDecision struct {
	// Outcome is Allowed if every call is allowed, a denial if one is denied, else Undecided. A denied call that AWS may not
	// make at all ([policygen.Call].Unsure) leaves the hop undecided.
	Outcome Outcome
	Calls   []CallDecision // in the order of the hop's calls
}

// A CallDecision is the answer for one call of a hop.
type CallDecision struct {
	Call policygen.Call
	Decision
}

// Hop decides every call of a hop. On an AWS managed key, the key's own policy counts, whatever the documents hold.
//
// A hop without a call, because its kind is unknown or it has neither topic nor queue, is undecided.
func Hop(h policygen.Hop, docs Documents) HopDecision {
	var d HopDecision
	for _, call := range h.Calls() {
		d.Calls = append(d.Calls, CallDecision{Call: call, Decision: Call(call, docs.Policies(call))})
	}
	d.Outcome = outcomeOf(d.Calls)
	return d
}

// Call decides one call. On an AWS managed key, the key's own policy counts in place of the resource policy.
func Call(call policygen.Call, p Policies) Decision {
	req := RequestOf(call)
	if managed, ok := managedKeyPolicy(call); ok {
		p.Resource, p.UnknownResource = &managed, nil
	}
	return Evaluate(req, p)
}

func outcomeOf(calls []CallDecision) Outcome {
	if len(calls) == 0 {
		return Undecided
	}
	all := Allowed
	for _, c := range calls {
		switch o := c.Outcome; {
		case o == Allowed:
		case o == Undecided || c.Call.Unsure != "":
			if all == Allowed {
				all = Undecided
			}
		case all != ExplicitDeny:
			all = o
		}
	}
	return all
}

// managedKeyPolicy returns the policy of the AWS managed key that a call is on.
func managedKeyPolicy(call policygen.Call) (policygen.Document, bool) {
	if call.On != policygen.OnKey {
		return policygen.Document{}, false
	}
	service, ok := policygen.AWSManagedKey(string(call.Resource))
	if !ok {
		return policygen.Document{}, false
	}
	parts, _ := splitARN(string(ownerOfKeyUse(call)))
	return policygen.AWSManagedKeyPolicy(service, parts[4], parts[3]), true
}
