package cli

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/hopgrant/hopgrant/internal/existing"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// merge prints the policy that --merge names, completed with what the hops need of it.
func (c *Command) merge(o *policyOutput, selected, all policygen.Policies, hops []policygen.Hop) error {
	data, err := c.readInput(o.mergeWith)
	if err != nil {
		return err
	}
	there, err := existing.Read(inputName(o.mergeWith), data)
	if err != nil {
		return err
	}
	whole, err := there.Complete(selected, all, hops)
	if err != nil {
		return err
	}
	for _, why := range whole.Doubts {
		c.hint("it is not known whether the merged policy suffices: %s", report.Line(why))
	}
	c.hintOthers(whole.Attachment, selected)
	if reflect.DeepEqual(whole.Before, whole.Document) {
		c.hint("%s allows all of it already", report.Line(there.Name))
	}
	if o.diff {
		name := inputName(o.mergeWith)
		_, changes, _ := bytes.Cut(diff.Diff(name, []byte(whole.Before.String()), name+" (merged)", []byte(whole.Document.String())), []byte("\n"))
		return c.write(changes)
	}
	b, err := snippet.Render(policygen.Policies{whole.Attachment}, o.format)
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
		c.hint("%d other policies are needed too: see --on %s", len(others), value.Or(existing.Kinds(others)))
	}
}
