package eval

import "github.com/hopgrant/hopgrant/policygen"

// Documents finds the policies that decide the calls of hops.
type Documents interface {
	// Policies returns the policies that decide a call: those of its caller, and that of the topic, queue or key. Where the
	// resource has several policies that overwrite each other, there is one element for each of them, with the same
	// policies of the caller; none at all is the same as one without policies. The policies of AWS managed keys need not be
	// known: [Hop] has them.
	Policies(call policygen.Call) []*Compiled
}

// Attached returns policies as Documents: each attached where it belongs, and nothing else there. Several of one owner count
// together.
func Attached(p policygen.Policies) Documents { return attached(p) }

type attached policygen.Policies

func (all attached) Policies(call policygen.Call) []*Compiled {
	var p Policies
	for _, a := range all {
		switch {
		case a.On == policygen.OnIdentity && a.Principal == call.Caller:
			p.Identity = append(p.Identity, a.Document)
		case a.On == policygen.OnIdentity || a.Resource != call.Resource:
		case p.Resource == nil:
			d := a.Document
			p.Resource = &d
		default:
			n := len(p.Resource.Statements)
			p.Resource.Statements = append(p.Resource.Statements[:n:n], a.Document.Statements...)
		}
	}
	return []*Compiled{Compile(p)}
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
	policygen.Call
	Outcome Outcome
	// Conflict is which of several policies that overwrite each other decides unlike the first, so that the call is
	// undecided; 0 if they all decide alike.
	Conflict int

	request  Request
	policies *Compiled
}

// Reasons decides the call again, with every reason; of several policies that overwrite each other, under the first.
func (d *CallDecision) Reasons() Decision { return d.policies.Evaluate(d.request) }

// Hop decides the calls of a hop ([policygen.Hop.Calls]). On an AWS managed key, the key's own policy counts, whatever the
// documents hold.
//
// A hop without a call, because its kind is unknown or it has neither topic nor queue, is undecided.
func Hop(calls []policygen.Call, docs Documents) HopDecision {
	d := HopDecision{Calls: make([]CallDecision, len(calls))}
	for i := range calls {
		d.Calls[i] = decide(calls[i], docs)
	}
	d.Outcome = outcomeOf(d.Calls)
	return d
}

// decide decides one call. Under policies that overwrite each other, it is decided if they all decide alike; every denial is
// like every other.
func decide(call policygen.Call, docs Documents) CallDecision {
	d := CallDecision{Call: call, request: RequestOf(call)}
	managed := managedKey(call)
	all := docs.Policies(call)
	if len(all) == 0 {
		all = []*Compiled{Compile(Policies{})}
	}
	for i, p := range all {
		if managed != nil {
			p = p.onManagedKey(managed)
		}
		outcome := p.Decide(d.request)
		switch {
		case i == 0:
			d.Outcome, d.policies = outcome, p
		case outcome != d.Outcome && !(outcome.Denied() && d.Outcome.Denied()):
			d.Outcome, d.Conflict = Undecided, i
			return d
		}
	}
	return d
}

func outcomeOf(calls []CallDecision) Outcome {
	if len(calls) == 0 {
		return Undecided
	}
	all := Allowed
	for i := range calls {
		switch c := &calls[i]; {
		case c.Outcome == Allowed:
		case c.Outcome == Undecided || c.Unsure != "":
			if all == Allowed {
				all = Undecided
			}
		case all != ExplicitDeny:
			all = c.Outcome
		}
	}
	return all
}
