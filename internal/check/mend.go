package check

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Fix is statements to add to one policy.
type Fix struct {
	On policygen.Target
	// Of is the name of the topic, queue, key or caller whose policy it is; one in angle brackets where it does not exist yet.
	Of string
	policygen.Attachment
	// There is the policy that the statements are to be added to, as an account has it; nil where it is not known, and in files.
	There *policygen.Document
}

// AddTo says to which policy the statements are added.
func (f *Fix) AddTo() string {
	if f.On == policygen.OnIdentity {
		return "add to an identity policy of " + f.Of
	}
	return "add to the " + string(f.On) + " policy of " + f.Of
}

// newKey stands for the customer managed key that is to replace an AWS managed one.
const newKey = "${Key}"

// mend returns the smallest statements under which the calls, all of the hop, are allowed. It is what policygen grants for
// the hop, without the statements that the calls do not need. It is nil where no statement helps.
func (s *subject) mend(h *Hop, calls []*Call) []Fix {
	if h.AnyTopic {
		return nil // nobody can write down its ARN
	}
	w := s.written(h)
	var fixes []Fix
	o := policygen.Options{KeyStatementsOnly: true}
	another := fromAnotherAccount(h)
	switch {
	case h.CallerElement != nil && h.CallerElement.Linked:
		o.KeyAccess = policygen.ByKeyPolicy
	case !another:
		fixes = delegations(w, h, calls)
	}
	policies := s.generate(o, w, h)
	if another {
		o.KeyAccess = policygen.ByKeyPolicy
		for _, a := range s.generate(o, w, h) {
			if a.On == policygen.OnKey {
				policies = append(policies, a)
			}
		}
	}
	for _, a := range policies {
		a.Document.Statements = slices.DeleteFunc(a.Document.Statements, func(st policygen.Statement) bool {
			return !slices.ContainsFunc(calls, func(c *Call) bool { return w.grants(a, st, c) })
		})
		for i := range a.Document.Statements {
			st := &a.Document.Statements[i]
			st.Action = slices.DeleteFunc(slices.Clone(st.Action), func(action string) bool {
				return !slices.ContainsFunc(calls, func(c *Call) bool { return c.Grant == action && w.grants(a, *st, c) })
			})
			if a.On == policygen.OnIdentity {
				st.Resource = slices.DeleteFunc(slices.Clone(st.Resource), func(resource string) bool {
					return !slices.ContainsFunc(calls, func(c *Call) bool { return w.rewrite(string(c.Resource)) == resource && w.grants(a, *st, c) })
				})
			}
		}
		if len(a.Document.Statements) > 0 {
			fixes = append(fixes, Fix{On: a.On, Of: w.holder(a), Attachment: a})
		}
	}
	return s.reworded(fixes)
}

// generate returns what policygen grants for the hop, in which policies of keys do not refer back to what refers to them. It is nil
// where no statement helps.
func (s *subject) generate(o policygen.Options, w *written, h *Hop) policygen.Policies {
	policies, err := policygen.Generate(o, policygen.Hops{w.hop})
	if err != nil {
		return nil
	}
	forKeys, err := policygen.Generate(o, policygen.Hops{s.withoutCycle(w.hop, h)})
	if err != nil || len(forKeys) != len(policies) {
		return nil
	}
	for i := range policies {
		if policies[i].On == policygen.OnKey {
			policies[i] = forKeys[i]
		}
	}
	return policies
}

// fromAnotherAccount reports whether a key of the hop is one of the file, to which statements refer, and is not known to be of the
// caller's account: its policy has to name the caller.
func fromAnotherAccount(h *Hop) bool {
	account := policygen.AccountOf(h.Caller)
	return account != "" && slices.ContainsFunc(h.keys(), func(k *topology.Key) bool {
		owner := text.AccountIn(string(k.ARN))
		return owner != "" && owner != account && text.Unresolved(string(k.ARN))
	})
}

// delegations returns the statements by which key policies let the caller's account grant the calls: without one, the
// identity policies of the key's own account have no effect. Naming the caller would do as well, but the caller's policies
// often refer to the key, and a template must not go in circles.
func delegations(w *written, h *Hop, calls []*Call) []Fix {
	var fixes []Fix
	for _, k := range h.keys() {
		var actions []string
		for _, c := range calls {
			if c.On == policygen.OnKey && h.KeyElement(c.Resource) == k && slices.Contains(c.Causes, ByResource) && !needsResource(c) {
				actions = appendNew(actions, c.Grant)
			}
		}
		if len(actions) == 0 {
			continue
		}
		account, partition := text.AccountIn(string(k.ARN)), text.Known(string(k.ARN), text.Partition)
		if partition == "" {
			partition = "${AWS::Partition}"
		}
		st := policygen.DefaultKeyPolicy(account, partition).Statements[0]
		st.Sid, st.Action = "AllowAccount", actions
		fixes = append(fixes, statementFix(policygen.OnKey, k.Label(), policygen.ARN(w.rewrite(string(k.ARN))), st))
	}
	return fixes
}

// needs returns the statements that the hop's calls on one kind of resource need in the caller's identity policy, whether
// or not they are granted already.
func (s *subject) needs(h *Hop, on policygen.Target) []Fix {
	var calls []*Call
	for _, c := range h.Calls {
		if c.On == on {
			c.Causes = []Cause{ByIdentity}
			calls = append(calls, &c)
		}
	}
	if len(calls) == 0 {
		return nil
	}
	return s.mend(h, calls)
}
