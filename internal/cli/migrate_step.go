package cli

import (
	"bytes"
	"fmt"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// writeSteps fills in what each step of a plan changes in the files, after the steps before it, and what is left to a person. Worse says
// what is worse in files with a content than it was; a plan whose files would not say what its steps mean is refused.
func (c *Command) writeSteps(p *migrate.Plan, in []*topology.Topology, worse func(content map[string][]byte) string) {
	files := mend.NewFiles()
	whole := true
	for i := range p.Steps {
		s := &p.Steps[i]
		if len(s.Commands) > 0 {
			s.ByHand = append(s.ByHand, asked(s)...)
			continue
		}
		before := files.Content()
		why := func(err error) string {
			if p.In == "fanout" {
				return "it is in a document of hopgrant policy fanout"
			}
			return err.Error()
		}
		if m := s.Makes; m != nil {
			if err := files.MakeKey(m.Beside, m.Key, m.Finding, in); err != nil {
				s.ByHand = append(s.ByHand, migrate.Hand{What: "make key " + m.Key.Label() + " with this policy", Why: err.Error(), Finding: m.Finding})
			}
		}
		for _, g := range s.Grants {
			if g.Elsewhere {
				continue
			}
			if err := files.Try(g.Finding, in); err != nil {
				s.ByHand = append(s.ByHand, migrate.Hand{What: g.Finding.Fix[0].AddTo(), Why: why(err), Finding: g.Finding})
			}
		}
		s.ByHand = append(s.ByHand, asked(s)...)
		s.ByHand = append(s.ByHand, changeAll(files, s.Changes, in)...)
		for i := range s.Removals {
			if h := take(files, &s.Removals[i], in, why); h != nil {
				s.ByHand = append(s.ByHand, *h)
			}
		}
		s.Diff = differences(files, before)
		whole = whole && len(s.ByHand) == 0
		if !whole {
			continue // what is changed elsewhere is not in the files
		}
		if why := worse(files.Content()); why != "" {
			p.Refused = append(p.Refused, fmt.Sprintf("step %d, %s, cannot be written into the files: %s", i+1, s.Title, why))
		}
	}
	if len(p.Refused) > 0 {
		p.Steps, p.Notes = nil, nil
	}
}

// take takes a statement out of its file, or returns what a person has to do.
func take(files *mend.Files, r *migrate.Removal, in []*topology.Topology, why func(error) string) *migrate.Hand {
	reason := r.Other
	if reason == "" {
		err := files.Take(r.Policy, &r.Statement, r.At, r.Resource, in)
		if err == nil {
			return nil
		}
		reason = why(err)
	}
	what := "statement"
	if r.Resource >= 0 {
		what = "resource " + r.Statement.Resource[0] + " of the statement"
	}
	return &migrate.Hand{What: fmt.Sprintf("take the %s at %s from the %s policy of %s", what, r.At, r.On, r.Of), Why: reason, Statement: &r.Statement}
}

// asked returns the grants in policies that are not in the files.
func asked(s *migrate.Step) (all []migrate.Hand) {
	for _, g := range s.Grants {
		if g.Elsewhere {
			all = append(all, migrate.Hand{What: g.Finding.Fix[0].AddTo(), Why: "it is not in the files", Finding: g.Finding})
		}
	}
	return all
}

// changeAll makes the changes of each queue or topic, or says what a person has to change.
func changeAll(files *mend.Files, changes []check.Change, in []*topology.Topology) (left []migrate.Hand) {
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].Element == changes[0].Element {
			n++
		}
		own := changes[:n]
		changes = changes[n:]
		f := &check.Finding{At: own[0].Element.At, In: in[0].Kind, Changes: own}
		err := files.Try(f, in)
		if err == nil {
			continue
		}
		for _, x := range own {
			left = append(left, migrate.Hand{What: changeSentence(&x, in[0].Kind), Why: err.Error()})
		}
	}
	return left
}

// props are the props of the CDK's constructs that become properties.
var props = map[string]string{
	"SqsManagedSseEnabled": "Encryption", "KmsDataKeyReusePeriodSeconds": "DataKeyReuse", "KmsMasterKeyId": "EncryptionMasterKey of a queue, or MasterKey of a topic",
}

// changeSentence says what property of a change gets which value.
func changeSentence(x *check.Change, language string) string {
	name := x.Property
	switch language {
	case "terraform":
		name = mend.Argument(name)
	case "cdk":
		name += " (the prop " + props[name] + ")"
	}
	if x.Value == nil {
		return "take " + name + " from " + x.Element.Label() + ", if it is set"
	}
	return fmt.Sprintf("set %s of %s to %v", name, x.Element.Label(), x.Value)
}

// differences returns what has changed in the files since their content was another one, as a unified diff.
func differences(files *mend.Files, before map[string][]byte) []byte {
	var b bytes.Buffer
	content := files.Content()
	for _, path := range files.Paths() {
		was, changed := before[path]
		if !changed {
			was = files.Original(path)
		}
		b.Write(fileDiff(path, was, content[path]))
	}
	return b.Bytes()
}
