package existing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A Completed policy holds all that was there, and what the hops need of it.
type Completed struct {
	policygen.Attachment
	Before policygen.Document
	// Doubts say why it is not known whether the policy suffices.
	Doubts []string
}

// Complete completes the policy with that one of the selected policies which belongs in its place. The hops, and all the policies that
// they need, tell whether that suffices. The errors call the policy --merge.
func (e *Policy) Complete(selected, all policygen.Policies, hops []policygen.Hop) (Completed, error) {
	a, err := e.place(selected)
	if err != nil {
		return Completed{}, err
	}
	before, err := e.document(a.On)
	if err != nil {
		return Completed{}, err
	}
	a.Document, err = policygen.Merge(before, a)
	if err != nil {
		return Completed{}, err
	}
	a.Partial = false
	c := Completed{Attachment: a, Before: before}
	for _, d := range decisions(a, all, hops) {
		why := strings.TrimSuffix(d.Explain(), ".")
		switch {
		case d.Outcome == eval.ExplicitDeny:
			return c, fmt.Errorf("--merge %q: with the new statements it still denies a call: %s", e.Name, why)
		case d.Outcome == eval.ImplicitDeny && a.On == policygen.OnKey:
			return c, fmt.Errorf("--merge %q: %s, want --key-access key-policy", e.Name, why)
		case d.Outcome == eval.Undecided:
			c.Doubts = append(c.Doubts, why)
		}
	}
	return c, nil
}

// place returns the generated policy that belongs where the existing one is.
func (e *Policy) place(selected policygen.Policies) (policygen.Attachment, error) {
	if len(selected) > 1 && e.on != "" {
		selected = selected.On(e.on)
	}
	if len(selected) > 1 && e.of != "" {
		var of policygen.Policies
		for _, a := range selected {
			if e.isOf(a) {
				of = append(of, a)
			}
		}
		selected = of
	}
	switch {
	case len(selected) > 1:
		return policygen.Attachment{}, fmt.Errorf("--merge %q: there are %d policies that it could be, want --on %s, or --of %s", e.Name, len(selected),
			value.Or(Kinds(selected)), value.Or(Owners(selected)))
	case len(selected) == 0 || e.on != "" && (selected[0].On != e.on || !e.isOf(selected[0])):
		return policygen.Attachment{}, fmt.Errorf("--merge %q: it is the %s policy of %s, which needs nothing here", e.Name, e.on, e.of)
	}
	return selected[0], nil
}

// isOf reports whether the attachment is of what the existing policy is attached to, as far as both tell.
func (e *Policy) isOf(a policygen.Attachment) bool {
	if a.On != policygen.OnIdentity {
		return string(a.Resource) == e.of
	}
	return a.Principal == nil || strings.HasSuffix(a.Principal.String(), "/"+e.of)
}

// Kinds returns the kinds of the policies, each once.
func Kinds(all policygen.Policies) []string {
	var list []string
	for _, a := range all {
		if !slices.Contains(list, string(a.On)) {
			list = append(list, string(a.On))
		}
	}
	return list
}

// Owners returns the topics, queues, keys and principals of the policies. Beyond five it says how many more there are.
func Owners(all policygen.Policies) []string {
	const most = 5
	var list []string
	for _, a := range all {
		owner := string(a.Resource)
		if a.On == policygen.OnIdentity && a.Principal != nil {
			owner = a.Principal.String()
		}
		if owner != "" && !slices.Contains(list, owner) {
			list = append(list, owner)
		}
	}
	if len(list) > most {
		list = append(list[:most], fmt.Sprintf("one of %d more", len(list)-most))
	}
	return list
}

// decisions decides the calls of the hops that the merged policy has a say in. Other statements that are there may deny one, and
// the policy of a key may keep the account's identity policies from counting.
func decisions(a policygen.Attachment, all policygen.Policies, hops []policygen.Hop) []eval.Decision {
	var list []eval.Decision
	for _, h := range hops {
		for _, call := range h.Calls() {
			var p eval.Policies
			switch {
			case a.On == policygen.OnIdentity && a.Principal == call.Caller:
				p.Identity = []policygen.Document{a.Document}
			case a.On == call.On && a.Resource == call.Resource:
				p.Resource = &a.Document
				for _, other := range all.On(policygen.OnIdentity) {
					if other.Principal == call.Caller {
						p.Identity = append(p.Identity, other.Document)
					}
				}
			default:
				continue
			}
			if call.Caller == nil { // some role of the resource's account
				call.Caller = policygen.RoleARN("arn:" + text.Known(string(call.Resource), text.Partition) + ":iam::" + call.Resource.Account() + ":role/${Caller}")
			}
			list = append(list, eval.Evaluate(eval.RequestOf(call), p))
		}
	}
	return list
}
