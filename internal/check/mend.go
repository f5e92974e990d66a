package check

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
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

// A written hop is a hop in the words of its file, so that its statements can be pasted there: where the reader has a
// resource's ARN in parts, the file has a reference to it.
type written struct {
	hop policygen.Hop
	ids map[string]string // from text of an ARN to the logical id
	old map[string]string // from the reader's text to the file's
}

func (s *subject) written(h *Hop) *written {
	w := &written{hop: h.Hop.Hop, ids: map[string]string{}, old: map[string]string{}}
	if t := h.TopicElement; t != nil {
		w.hop.Topic.ARN = policygen.TopicARN(s.text(w, string(t.ARN), &t.Element, "", t.Policies...))
		if pattern := namePattern(t); h.About().Foreign && pattern != "" {
			w.hop.Topic.ARN = policygen.TopicARN(strings.TrimSuffix(string(pattern), "*") + anyName)
		}
		w.hop.Topic.Key = s.key(w, t.Key, string(t.ARN))
	}
	if q := h.QueueElement; q != nil {
		w.hop.Queue = s.queue(w, q)
	}
	if q := h.DestinationElement; q != nil {
		w.hop.Destination = s.queue(w, q)
	}
	w.hop.SourceKeys = nil
	for _, q := range h.Sources {
		if k := s.key(w, q.Key, string(q.ARN)); k != "" && k != w.hop.Queue.Key {
			w.hop.SourceKeys = appendNew(w.hop.SourceKeys, k)
		}
	}
	if h.CallerElement == nil && len(h.Calls) > 0 {
		w.hop.Caller = h.Calls[0].Caller // SNS, by the Regions that the file's references do not tell
	}
	if c := h.CallerElement; c != nil && c.Principal != nil {
		w.ids[c.Principal.String()] = c.Label()
		if role, ok := c.Principal.(policygen.RoleARN); ok && !c.Foreign && !c.Linked {
			w.hop.Caller = policygen.RoleARN(s.text(w, string(role), &c.Element, ".Arn"))
			if h.About().Foreign {
				w.hop.Caller = askedRole(role, c)
			}
		}
	}
	if text.Unresolved(string(h.Source)) {
		w.hop.Source, w.hop.SourceAccount = s.source(h)
	}
	if policygen.IsService(w.hop.Caller) && w.hop.Source == "" && w.hop.SourceAccount == "" && len(h.Calls) > 0 {
		w.hop.SourceAccount = text.AccountIn(string(h.Calls[0].Resource))
	}
	if w.hop.Source == "" && w.hop.SourceAccount != "" && len(h.Calls) > 0 {
		w.hop.Source = anySource(h, w.hop.SourceAccount)
	}
	return w
}

// anySource returns a pattern for whatever of an account the hop's service acts for, if the file does not tell it and the service passes
// its ARN and not the account; else "".
func anySource(h *Hop, account string) policygen.ARN {
	principal, _ := h.Calls[0].Caller.(policygen.ServicePrincipal)
	known, _ := service.LookUp(principal)
	keys := known.Queue
	if h.Record().Resource() == kind.Topic {
		keys = known.Topic
	}
	if !keys.ARN || keys.Account || keys.Owner || !known.Source.HasAccount {
		return ""
	}
	partition := text.Known(string(h.Calls[0].Resource), text.Partition)
	if partition == "" {
		partition = unknownPartition
	}
	return policygen.ARN("arn:" + partition + ":" + known.Source.Service + ":*:" + account + ":" + known.Source.Resource + "*")
}

// text returns how the file refers to an element, for which policies may be: its ARN where that is known, else a reference, in
// CloudFormation as Fn::Sub has it.
func (s *subject) text(w *written, arn string, e *topology.Element, attribute string, policies ...*topology.Policy) string {
	ref := arn
	if text.Unresolved(arn) && !e.Foreign && !s.inline(arn, e, policies) {
		switch s.Kind {
		case "terraform":
			ref = "${" + e.ID + ".arn}"
		case "cloudformation", "sam", "cdk":
			ref = "${" + e.ID + attribute + "}"
		}
	}
	w.ids[ref], w.old[arn] = e.Label(), ref
	return ref
}

func (s *subject) queue(w *written, q *topology.Queue) policygen.Queue {
	return policygen.Queue{ARN: policygen.QueueARN(s.text(w, string(q.ARN), &q.Element, ".Arn", q.Policies...)), Key: s.key(w, q.Key, string(q.ARN))}
}

func (s *subject) key(w *written, r *topology.KeyRef, of string) policygen.KeyARN {
	switch {
	case r == nil:
		return ""
	case r.Key.AWSManaged != "":
		w.ids[newKey] = "<a customer managed key>"
		w.old["alias/aws/"+r.Key.AWSManaged] = newKey
		return newKey
	case r.Key.Foreign && strings.Contains(string(r.Key.ARN), "${alias/"):
		w.ids[string(r.Key.ARN)] = r.Written
		return r.Key.ARN
	}
	return policygen.KeyARN(s.text(w, string(r.Key.ARN), &r.Key.Element, ".Arn"))
}

// scope returns a pattern for the topic's ARN that does not refer to the topic; "" if its name is known, so that its ARN does not
// refer to it.
func scope(t *topology.Topic) policygen.TopicARN {
	pattern, ok := withoutName(string(t.ARN))
	if !ok || text.Known(string(pattern), text.Service) != "sns" {
		return ""
	}
	return policygen.TopicARN(pattern)
}

// withoutName returns an ARN whose resource ends in a reference as a pattern with a star in its place.
func withoutName(arn string) (pattern string, ok bool) {
	parts, isARN := text.SplitARN(arn)
	_, name, ends := text.CutTrailing(parts[5])
	return strings.TrimSuffix(arn, name) + "*", isARN && ends
}

// grants reports whether a statement of an attachment grants a call.
func (w *written) grants(a policygen.Attachment, st policygen.Statement, c *Call) bool {
	if a.On == policygen.OnIdentity {
		if !slices.Contains(c.Causes, ByIdentity) && !slices.Contains(c.Causes, AliasResource) {
			return false
		}
	} else if slices.Equal(c.Causes, []Cause{ByIdentity}) || a.On != c.On || string(a.Resource) != w.rewrite(string(c.Resource)) {
		return false
	}
	if st.Effect != policygen.Allow || !slices.Contains(st.Action, c.Grant) {
		return false
	}
	return a.On != policygen.OnIdentity || slices.Contains(st.Resource, w.rewrite(string(c.Resource)))
}

func (w *written) rewrite(arn string) string {
	if ref, ok := w.old[arn]; ok {
		return ref
	}
	return arn
}

// holder returns the logical id of what the attachment is for.
func (w *written) holder(a policygen.Attachment) string {
	text := string(a.Resource)
	if a.On == policygen.OnIdentity {
		if a.Principal == nil {
			return ""
		}
		text = a.Principal.String()
	}
	if id, ok := w.ids[text]; ok {
		return id
	}
	return text
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
