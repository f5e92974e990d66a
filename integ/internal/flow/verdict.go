package flow

import (
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A Hop is a hop between deployed resources, with the names that its template has for them.
type Hop struct {
	policygen.Hop
	From, To string // logical ids, or a service principal
}

// String names the hop, such as "hop deliver OrdersTopic → BillingQueue".
func (h Hop) String() string { return fmt.Sprintf("hop %s %s → %s", h.Kind, h.From, h.To) }

// A Verdict is the decision of policygen/eval on one call of a hop, under the policies that were read back.
type Verdict struct {
	eval.CallDecision
	Hop Hop
}

// String names the hop and gives the reasons of the decision.
func (v Verdict) String() string {
	return fmt.Sprintf("%s: %s on %s %s is %s: %s", v.Hop, v.Action, v.On, v.Resource, v.Outcome, v.Reasons().Explain())
}

// Evaluate decides every call of the hop under the deployed policies.
func (d *Deployed) Evaluate(h Hop) ([]Verdict, error) {
	if err := h.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", h, err)
	}
	var verdicts []Verdict
	for _, call := range eval.Hop(h.Calls(), d).Calls {
		verdicts = append(verdicts, Verdict{call, h})
	}
	if len(verdicts) == 0 {
		return nil, fmt.Errorf("%s: got no calls, want at least one", h)
	}
	return verdicts, nil
}

// Policies returns the deployed policies that decide a call.
func (d *Deployed) Policies(call policygen.Call) []*eval.Compiled {
	p := eval.Policies{Resource: d.ResourcePolicy(call)}
	if role, ok := call.Caller.(policygen.RoleARN); ok {
		p.Identity = d.identity(role)
	}
	return []*eval.Compiled{eval.Compile(p)}
}

// Denied returns the verdicts other than allowed.
func Denied(verdicts []Verdict) []Verdict {
	var denied []Verdict
	for _, v := range verdicts {
		if v.Outcome != eval.Allowed {
			denied = append(denied, v)
		}
	}
	return denied
}

// ResourcePolicy returns the deployed policy of the call's topic, queue or key, or nil if there is none.
func (d *Deployed) ResourcePolicy(call policygen.Call) *policygen.Document {
	switch call.On {
	case policygen.OnKey:
		return d.Keys[policygen.KeyARN(call.Resource)]
	case policygen.OnTopic:
		for _, t := range d.Topics {
			if policygen.ARN(t.Topic.ARN) == call.Resource {
				return t.Policy
			}
		}
	case policygen.OnQueue:
		for _, q := range d.Queues {
			if policygen.ARN(q.Queue.ARN) == call.Resource {
				return q.Policy
			}
		}
	}
	return nil
}

func (d *Deployed) identity(arn policygen.RoleARN) []policygen.Document {
	for _, r := range d.Roles {
		if r.ARN == arn {
			return r.Policies
		}
	}
	return nil
}

// A Problem is a deviation from what a flow says. Its text names the hop.
type Problem struct{ Hop, What string }

func (p Problem) String() string { return p.Hop + ": " + p.What }

// Problems are the findings of a check.
type Problems []Problem

func (ps *Problems) add(hop fmt.Stringer, format string, args ...any) {
	*ps = append(*ps, Problem{hop.String(), fmt.Sprintf(format, args...)})
}

// String returns the problems, one on each line.
func (ps Problems) String() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
