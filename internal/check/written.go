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
