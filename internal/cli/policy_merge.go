package cli

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// merge prints the policy that --merge names, completed with what the hops need of it.
func (c *Command) merge(o *policyOutput, selected, all policygen.Policies, hops []policygen.Hop) error {
	data, err := c.readInput(o.mergeWith)
	if err != nil {
		return err
	}
	there, err := readExisting(inputName(o.mergeWith), data)
	if err != nil {
		return err
	}
	a, err := there.place(selected)
	if err != nil {
		return err
	}
	before, err := there.document(a.On)
	if err != nil {
		return err
	}
	whole, err := policygen.Merge(before, a)
	if err != nil {
		return err
	}
	a.Document, a.Partial = whole, false
	for _, d := range decisions(a, all, hops) {
		why := strings.TrimSuffix(d.Explain(), ".")
		switch {
		case d.Outcome == eval.ExplicitDeny:
			return fmt.Errorf("--merge %q: with the new statements it still denies a call: %s", there.name, why)
		case d.Outcome == eval.ImplicitDeny && a.On == policygen.OnKey:
			return fmt.Errorf("--merge %q: %s, want --key-access key-policy", there.name, why)
		case d.Outcome == eval.Undecided:
			c.hint("it is not known whether the merged policy suffices: %s", report.Line(why))
		}
	}
	c.hintOthers(a, selected)
	if reflect.DeepEqual(before, whole) {
		c.hint("%s allows all of it already", report.Line(there.name))
	}
	if o.diff {
		name := inputName(o.mergeWith)
		_, changes, _ := bytes.Cut(diff.Diff(name, []byte(before.String()), name+" (merged)", []byte(whole.String())), []byte("\n"))
		return c.write(changes)
	}
	b, err := snippet.Render(policygen.Policies{a}, o.format)
	if err != nil {
		return err
	}
	return c.write(b)
}

// hintOthers says which policies are needed beside the one that is merged.
func (c *Command) hintOthers(a policygen.Attachment, selected policygen.Policies) {
	others := slices.DeleteFunc(slices.Clone(selected), func(other policygen.Attachment) bool {
		return other.On == a.On && other.Resource == a.Resource && other.Principal == a.Principal
	})
	switch len(others) {
	case 0:
	case 1:
		c.hint("another policy is needed too: see --on %s", others[0].On)
	default:
		c.hint("%d other policies are needed too: see --on %s", len(others), value.Or(kinds(others)))
	}
}

// place returns the generated policy that belongs where the existing one is.
func (e *existing) place(selected policygen.Policies) (policygen.Attachment, error) {
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
		return policygen.Attachment{}, fmt.Errorf("--merge %q: there are %d policies that it could be, want --on %s, or --of %s", e.name, len(selected),
			value.Or(kinds(selected)), value.Or(owners(selected)))
	case len(selected) == 0 || e.on != "" && (selected[0].On != e.on || !e.isOf(selected[0])):
		return policygen.Attachment{}, fmt.Errorf("--merge %q: it is the %s policy of %s, which needs nothing here", e.name, e.on, e.of)
	}
	return selected[0], nil
}

// isOf reports whether the attachment is of what the existing policy is attached to, as far as both tell.
func (e *existing) isOf(a policygen.Attachment) bool {
	if a.On != policygen.OnIdentity {
		return string(a.Resource) == e.of
	}
	return a.Principal == nil || strings.HasSuffix(a.Principal.String(), "/"+e.of)
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
