package cli

import (
	"encoding/json"
	"io"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// An answer is the line that answers a request. Fields are added, never renamed.
type answer struct {
	ID          json.RawMessage `json:"id,omitempty"`
	Decision    eval.Outcome    `json:"decision"`
	Explanation string          `json:"explanation"`
	Reasons     []answerReason  `json:"reasons"`
	Notes       []string        `json:"notes,omitempty"` // what should be known about the request; see eval.Decision.Notes
}

// An answerReason says whether one statement applies to the request, and why.
type answerReason struct {
	Policy    string           `json:"policy"`          // the field that holds the policy
	Level     *int             `json:"level,omitempty"` // of control policies, from 0
	Index     *int             `json:"index,omitempty"` // in the list of policies, from 0
	Statement int              `json:"statement"`       // from 0
	Sid       string           `json:"sid,omitempty"`
	Effect    policygen.Effect `json:"effect"`
	Applies   eval.Match       `json:"applies"`           // no, maybe or yes
	Element   string           `json:"element,omitempty"` // the element because of which it does not, or may not, apply
	Text      string           `json:"text"`
}

// writeAnswer writes the line of an answer. It ignores errors, which the command's output remembers.
func writeAnswer(w io.Writer, id json.RawMessage, d eval.Decision) {
	a := answer{ID: id, Decision: d.Outcome, Explanation: d.Explain(), Reasons: make([]answerReason, len(d.Reasons)), Notes: d.Notes()}
	for i := range d.Reasons {
		r := &d.Reasons[i]
		a.Reasons[i] = answerReason{
			Policy: policyField(r.Policy), Statement: r.Statement, Sid: r.Sid, Effect: r.Effect,
			Applies: r.Applies, Element: r.Element.String(), Text: r.String(),
		}
		switch r.Policy {
		case eval.ServiceControlPolicy, eval.ResourceControlPolicy:
			a.Reasons[i].Level, a.Reasons[i].Index = &r.Level, &r.Index
		case eval.IdentityPolicy, eval.SessionPolicy:
			a.Reasons[i].Index = &r.Index
		}
	}
	_, _ = w.Write(value.EncodeJSON(a, ""))
}

// policyField returns the name of the field that holds policies of the kind.
func policyField(k eval.PolicyKind) string {
	switch k {
	case eval.IdentityPolicy:
		return "identityPolicies"
	case eval.ResourcePolicy:
		return "resourcePolicy"
	case eval.PermissionsBoundary:
		return "permissionsBoundary"
	case eval.SessionPolicy:
		return "sessionPolicies"
	case eval.ServiceControlPolicy:
		return "serviceControlPolicies"
	}
	return "resourceControlPolicies"
}
