package generator

import (
	"slices"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A Reason says why a document has a statement.
type Reason struct {
	Sid   string `json:"sid"`
	Why   string `json:"why"`
	Doc   string `json:"doc"` // the AWS page, where the statement allows no call of a hop
	Calls []Call `json:"calls"`
}

// A Call is a call of a hop that the statement allows.
type Call struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
	Hop      string `json:"hop"`
	Doc      string `json:"doc"`
	Unsure   string `json:"unsure"`
}

// What statements are for that allow no call of a hop, with the AWS pages.
var (
	accountReason = Reason{Why: "The account keeps control of the key, and its identity policies count for it. By itself it allows nobody but the root user anything.",
		Doc: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"}
	throughReason = Reason{Why: "Everybody in the account who may use the queue or topic may use its key through the service, and only through it.",
		Doc: "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html"}
	tlsReason = Reason{Why: "Nobody gets through without TLS. SNS delivers over HTTPS, so this stops no delivery.",
		Doc: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"}
)

// reasons says of each statement of a document why it is there: the calls that it allows.
func reasons(a policygen.Attachment, all policygen.Policies, hops []policygen.Hop) []Reason {
	list := make([]Reason, len(a.Document.Statements))
	for i := range a.Document.Statements {
		s := &a.Document.Statements[i]
		switch {
		case s.Effect == policygen.Deny:
			list[i] = tlsReason
		case slices.Contains(s.Action, "kms:*"):
			list[i] = accountReason
		case s.Condition["StringEquals"]["kms:ViaService"] != nil:
			list[i] = throughReason
		}
		list[i].Sid = s.Sid
	}
	for _, h := range hops {
		for _, call := range h.Calls() {
			for _, i := range allowing(a, call) {
				if list[i].Doc == "" {
					list[i].add(call)
				}
			}
		}
	}
	return list
}

// allowing returns the statements of the document that apply to a call.
func allowing(a policygen.Attachment, call policygen.Call) []int {
	some := func(account string) policygen.Principal { // some role of an account
		return policygen.RoleARN("arn:" + text.Known(string(call.Resource), text.Partition) + ":iam::" + account + ":role/${Caller}")
	}
	switch who := call.Caller.(type) {
	case nil:
		call.Caller = some(call.Resource.Account())
	case policygen.AccountID:
		if a.On == policygen.OnIdentity {
			call.Caller = some(string(who))
		}
	case policygen.OrganizationID:
		if a.On == policygen.OnIdentity {
			call.Caller = some("${Account}")
		}
	}
	var p eval.Policies
	switch {
	case a.On == policygen.OnIdentity && !policygen.IsService(call.Caller):
		p.Identity = []policygen.Document{a.Document}
	case a.On == call.On && (a.Resource == call.Resource || text.Unresolved(string(call.Resource))):
		p.Resource = &a.Document
	}
	var list []int
	for _, r := range eval.Evaluate(eval.RequestOf(call), p).Reasons {
		if r.Applies != eval.DoesNotApply && r.Effect == policygen.Allow {
			list = append(list, r.Statement)
		}
	}
	return list
}

// add notes a call that the statement allows.
func (r *Reason) add(call policygen.Call) {
	k := kind.Of(call.Hop.Kind)
	c := Call{Action: call.Grant, Resource: resource(string(call.Resource)), Hop: k.Name, Doc: call.Doc, Unsure: call.Unsure}
	if !slices.Contains(r.Calls, c) {
		r.Calls = append(r.Calls, c)
	}
}
