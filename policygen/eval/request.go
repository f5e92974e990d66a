package eval

import (
	"maps"

	services "github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Request is one authorization question: may this principal do this to this resource?
//
// Any text in it may be unresolved ("${…}"). Text that is the same in a policy is the same value; other unresolved text
// may or may not be, unless [Policies].Distinct knows better.
type Request struct {
	// Principal is who asks: a role or user (who then asks in some session), one session of a role, an AWS service, or a
	// federated one. An account is its root user, [policygen.Anyone] an unsigned request.
	Principal policygen.Principal
	// Action is one action, as AWS asks for it, without wildcards.
	Action string
	// Resource is the ARN of one resource, or "*" for actions that have none.
	Resource policygen.ARN
	// ResourceAccount is the account that owns the resource, where its ARN does not tell (such as a bucket's).
	ResourceAccount string
	// Context is the request's context. A key without values is known not to be in the request. A key that is not here is
	// unknown, except for those that follow from the other fields: aws:PrincipalArn, aws:PrincipalAccount and the like,
	// aws:ResourceAccount, kms:CallerAccount, and aws:SourceAccount from an aws:SourceArn that has an account. Names of keys
	// have no case.
	Context map[string][]string
	// ContextComplete says that a key that is not in Context, and does not follow from the other fields, is not in the request.
	ContextComplete bool
}

// RequestOf returns the request that AWS authorizes for a call of a hop. What the call's context leaves open because a
// Region or account is not resolved is there as unresolved text, so that it equals the same text in a policy.
func RequestOf(call policygen.Call) Request {
	r := Request{Principal: call.Caller, Action: call.Action, Resource: call.Resource, Context: maps.Clone(call.Context)}
	if r.Context == nil {
		r.Context = map[string][]string{}
	}
	if call.On != policygen.OnKey {
		return r
	}
	if _, ok := services.ManagedKey(string(call.Resource)); ok {
		r.ResourceAccount = text.AccountIn(string(call.Encrypts))
	}
	return r
}
