package eval

import (
	"maps"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Request is one authorization question: may this principal do this to this resource?
//
// Any text in it may be unresolved ("${…}"). Text that is the same in a policy is the same value; other unresolved text
// may or may not be.
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
	// aws:ResourceAccount, kms:CallerAccount. Names of keys have no case.
	Context policygen.Context
}

// RequestOf returns the request that AWS authorizes for a call of a hop. What the call's context leaves open because a
// Region or account is not resolved is there as unresolved text, so that it equals the same text in a policy.
func RequestOf(call policygen.Call) Request {
	r := Request{Principal: call.Caller, Action: call.Action, Resource: call.Resource, Context: maps.Clone(call.Context)}
	if r.Context == nil {
		r.Context = policygen.Context{}
	}
	if policygen.IsService(call.Caller) {
		if source := r.Context["aws:SourceArn"]; len(source) == 1 {
			fill(r.Context, "aws:SourceAccount", accountText(source[0]))
		}
	}
	if call.On != policygen.OnKey {
		return r
	}
	owner, _ := splitARN(string(ownerOfKeyUse(call)))
	if _, ok := policygen.AWSManagedKey(string(call.Resource)); ok {
		r.ResourceAccount = owner[4]
	}
	if !policygen.IsService(call.Caller) && owner[3] != "" && !policygen.Unresolved(owner[2]) {
		fill(r.Context, "kms:ViaService", policygen.ViaService(owner[2], owner[3]))
	}
	return r
}

// fill gives a key that the context leaves open a value.
func fill(ctx policygen.Context, key, value string) {
	if _, ok := ctx[key]; !ok && value != "" && !strings.ContainsAny(value, "*?") {
		ctx[key] = []string{value}
	}
}

// ownerOfKeyUse returns the topic or queue whose messages the call's key encrypts.
func ownerOfKeyUse(call policygen.Call) policygen.ARN {
	switch h := call.Hop; {
	case policygen.ARN(h.Topic.Key) == call.Resource && kind.Of(h.Kind).Resource() == kind.Topic:
		return policygen.ARN(h.Topic.ARN)
	case policygen.ARN(h.Destination.Key) == call.Resource && h.Queue.Key != h.Destination.Key:
		return policygen.ARN(h.Destination.ARN)
	default:
		return policygen.ARN(h.Queue.ARN)
	}
}

// ParsePrincipal returns the principal that makes a request: those that [policygen.ParsePrincipal] knows, a federated
// user's session, an identity provider's ARN, or the domain of an identity provider. The error is a
// [*policygen.InputError].
func ParsePrincipal(s string) (policygen.Principal, error) {
	parts, isARN := splitARN(s)
	if res := parts[5]; isARN && parts[2] == "sts" && strings.HasPrefix(res, "federated-user/") && len(res) > len("federated-user/") {
		return policygen.FederatedUserARN(s), nil
	}
	p, err := policygen.ParsePrincipal(s)
	if err == nil {
		return p, nil
	}
	res := parts[5]
	if isARN && parts[2] == "iam" && (strings.HasPrefix(res, "oidc-provider/") || strings.HasPrefix(res, "saml-provider/")) || !isARN && isDomain(s) {
		return policygen.FederatedIdentity(s), nil
	}
	return nil, err
}

// isDomain reports whether s looks like the domain of an identity provider, such as accounts.google.com.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1
}
