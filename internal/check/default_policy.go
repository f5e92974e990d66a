package check

import (
	"fmt"
	"slices"

	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// replaceDefaults completes the fixes of a finding that give a topic or key its first policy. That policy replaces the default one, so
// it must also grant what works today.
//
// [Default topic policy], [Default key policy]
//
// [Default topic policy]: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
// [Default key policy]: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func (s *subject) replaceDefaults(f *Finding) {
	for i := range f.Fix {
		fix := &f.Fix[i]
		switch fix.On {
		case policygen.OnTopic:
			for _, t := range s.Topics {
				if t.Label() == fix.Of && !t.Foreign && len(t.Policies) == 0 && slices.Contains(f.Elements, &t.Element) {
					f.replaceDefault(fix, s.publishing(t), "topic "+t.Label(), "admits callers of its account, so that it grants those of this file who publish today too")
				}
			}
		case policygen.OnKey:
			for _, k := range s.Keys {
				if k.Label() == fix.Of && k.Policy != nil && k.Policy.Default && slices.Contains(f.Elements, &k.Element) {
					f.replaceDefault(fix, []Fix{DefaultPolicy(s.Topology, k)},
						"key "+k.Label(), "lets its account use the key, so that it does so too")
				}
			}
		}
	}
}

// replaceDefault puts the statements of kept before those of fix, and says that of has a default policy and what that does.
func (f *Finding) replaceDefault(fix *Fix, kept []Fix, of, does string) {
	var all []policygen.Statement
	seen := map[string]bool{}
	for _, st := range fix.Document.Statements {
		seen[content(st)] = true
	}
	for _, k := range kept {
		for _, st := range k.Document.Statements {
			if c := content(st); !seen[c] {
				seen[c] = true
				all = append(all, st)
			}
		}
	}
	fix.Document.Statements = uniqueSids(append(all, fix.Document.Statements...))
	f.advise(of + " has no policy of its own, and this one replaces the default policy, which " + does)
}

// uniqueSids numbers statements whose Sids are the same.
func uniqueSids(all []policygen.Statement) []policygen.Statement {
	seen := map[string]bool{}
	for i := range all {
		for n, sid := 2, all[i].Sid; sid != "" && seen[all[i].Sid]; n++ {
			all[i].Sid = fmt.Sprint(sid, n)
		}
		seen[all[i].Sid] = true
	}
	return all
}

// content returns what a statement says, whatever it is called.
func content(st policygen.Statement) string {
	st.Sid = ""
	return policygen.Document{Statements: []policygen.Statement{st}}.String()
}

// publishing returns the statements under which those publish to a topic who are allowed to by its default policy.
func (s *subject) publishing(t *topology.Topic) []Fix {
	var all []Fix
	for _, h := range s.into[&t.Element] {
		var calls []*Call
		for i := range h.Calls {
			c := &h.Calls[i]
			if c.On == policygen.OnTopic && !c.Outcome.Denied() &&
				evaluate(c.Call, c.Documents, withResource(policygen.Document{Version: policygen.Version})) != eval.Allowed {
				kept := *c
				kept.Causes = []Cause{ByResource}
				calls = append(calls, &kept)
			}
		}
		switch {
		case len(calls) == 0:
		case byService(h):
			all = append(all, s.mend(h, calls)...)
		default:
			w := s.written(h)
			st := policygen.Statement{Sid: "AllowPublish", Effect: policygen.Allow, Action: []string{calls[0].Grant},
				Principal: &policygen.Principals{AWS: []string{w.hop.Caller.String()}}, Resource: []string{string(w.hop.Topic.ARN)}}
			all = append(all, s.reworded([]Fix{statementFix(policygen.OnTopic, t.Label(), policygen.ARN(w.hop.Topic.ARN), st)})...)
		}
	}
	return all
}
