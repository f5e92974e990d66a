package proofs

import (
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// A change is a request that differs in one thing from a call of a topology.
type change struct {
	what    string
	request eval.Request
	keep    bool // whether the caller keeps its identity policy
}

// TestTight checks that another caller, account, source, resource, Region or action is certainly denied.
func TestTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		top := topologies.Draw(t, "topology")
		all := top.generate(t)
		for _, call := range top.calls() {
			docs := top.documents(all, call)
			for _, c := range top.changes(call) {
				p := docs
				if !c.keep {
					p.Identity = nil
				}
				if c.request.Resource != call.Resource {
					p.Resource = elsewhere(call, c.request.Resource)
				}
				if d := eval.Evaluate(c.request, p); !d.Outcome.Denied() {
					t.Fatalf("%s: %s by %v on %s is %v\n%s\ncontext: %v\n%s", c.what, c.request.Action, c.request.Principal, c.request.Resource,
						d.Outcome, d.Explain(), c.request.Context, show(all))
				}
			}
		}
	})
}

// elsewhere returns the policy of a resource that no hop of the topology uses.
func elsewhere(call policygen.Call, resource policygen.ARN) *policygen.Document {
	if call.On != policygen.OnKey {
		return nil
	}
	d := defaultKey(resource)
	return &d
}

// changes returns the requests that must be denied because one thing is different.
func (top topology) changes(call policygen.Call) []change {
	if policygen.IsService(call.Caller) {
		return slices.Concat(top.serviceChanges(call), otherResources(call, false), otherActions(call))
	}
	return slices.Concat(top.otherCallers(call), otherResources(call, true), otherActions(call))
}

// otherCallers returns the call as made by principals that have no grant: a role of the same account, a principal of
// the same name in another account with a copy of the caller's identity policy, AWS services, and anonymous callers.
func (top topology) otherCallers(call policygen.Call) []change {
	_, managed := service.ManagedKey(string(call.Resource))
	account := policygen.AccountOf(call.Caller)
	var all []change
	add := func(what string, who policygen.Principal, keep bool) {
		all = append(all, change{what, requestBy(call, who), keep})
	}
	// Everybody in the account may use an AWS managed key, or a key with account-wide access, through its service.
	shared := call.On == policygen.OnKey && (managed || top.options.KeyAccess == policygen.AccountWide)
	if !shared || account != call.Resource.Account() && !managed {
		add("another role of the account", policygen.RoleARN("arn:"+partitionOf(call)+":iam::"+account+":role/another"), false)
	}
	add("the same name in another account", inAccount(call.Caller, stranger), true)
	add("an AWS service", policygen.ServicePrincipal("lambda.amazonaws.com"), false)
	add("an anonymous caller", policygen.Anyone{}, false)
	return all
}

func partitionOf(call policygen.Call) string { return text.Known(call.Caller.String(), text.Partition) }

// inAccount returns the principal of the same name in another account.
func inAccount(p policygen.Principal, account string) policygen.Principal {
	moved := strings.Replace(p.String(), policygen.AccountOf(p), account, 1)
	switch p.(type) {
	case policygen.UserARN:
		return policygen.UserARN(moved)
	case policygen.SessionARN:
		return policygen.SessionARN(moved)
	}
	return policygen.RoleARN(moved)
}

// requestBy returns the request for the same call by another caller, with what AWS then adds to it.
func requestBy(call policygen.Call, who policygen.Principal) eval.Request {
	h := call.Hop
	h.Caller = who
	if who == policygen.Principal(policygen.Anyone{}) {
		// An unsigned request comes through no service and has no account.
		r := eval.RequestOf(call)
		r.Principal = who
		r.Context = map[string][]string{"aws:SecureTransport": {"true"}, "kms:CallerAccount": nil, "kms:ViaService": nil, "aws:SourceArn": nil, "aws:SourceAccount": nil}
		return r
	}
	for _, c := range h.Calls() {
		if c.Action == call.Action && c.Resource == call.Resource && c.On == call.On {
			return eval.RequestOf(c)
		}
	}
	panic("the call depends on who makes it")
}

// serviceChanges returns the call of a service as made by another service, and for sources that are not admitted. If
// AWS documents no source condition, for this call or for another of the service on the same key, no policy can distinguish
// sources.
func (top topology) serviceChanges(call policygen.Call) []change {
	request := eval.RequestOf(call)
	all := []change{
		{"another service", withPrincipal(request, policygen.ServicePrincipal("another.amazonaws.com")), false},
		{"a role of the resource's account", withPrincipal(request, policygen.RoleARN("arn:"+text.Known(string(call.Resource), text.Partition)+":iam::"+call.Resource.Account()+":role/another")), false},
		{"a role of another account", withPrincipal(request, policygen.RoleARN("arn:"+text.Known(string(call.Resource), text.Partition)+":iam::"+stranger+":role/another")), false},
		{"an anonymous caller", withPrincipal(request, policygen.Anyone{}), false},
	}
	source := func(what string, arn policygen.ARN, account string) {
		r := request
		r.Context = withKey(withKey(r.Context, "aws:SourceArn", string(arn)), "aws:SourceAccount", account)
		r.Context = withKey(r.Context, "aws:SourceOwner", account)
		all = append(all, change{what, r, false})
	}
	h := call.Hop
	if kind.Of(h.Kind).BySNS() {
		topic := policygen.ARN(h.Topic.ARN)
		source("a topic of another account", replacePart(topic, topic.Account(), stranger), stranger)
		source("a topic of another Region", replacePart(topic, topic.Region(), "us-west-2"), topic.Account())
		if call.On != policygen.OnKey || h.Topic.Scope == "" {
			source("another topic", topic+"x", topic.Account())
			source("a topic whose name is the beginning of the topic's", topic[:len(topic)-1], topic.Account())
		}
		return all
	}
	if known, ok := service.LookUp(call.Caller.(policygen.ServicePrincipal)); ok {
		for _, other := range top.calls() {
			if other.Caller == call.Caller && other.Resource == call.Resource && !limits(keysFor(known, other), other.Hop) {
				return all
			}
		}
	}
	arn := h.Source
	if arn.Account() != "" {
		arn = replacePart(arn, arn.Account(), stranger)
	}
	source("a source of another account", arn, stranger)
	return all
}

// keysFor returns the source condition keys that a service passes with a call.
func keysFor(s *service.Service, call policygen.Call) service.Keys {
	about := kind.Of(call.Hop.Kind).Resource()
	switch {
	case call.On == policygen.OnTopic:
		return s.Topic
	case call.On == policygen.OnQueue:
		return s.Queue
	case about == kind.Topic:
		return s.TopicKey
	}
	return s.QueueKey
}

// limits reports whether a condition on one of the keys can hold the source that the hop names.
func limits(k service.Keys, h policygen.Hop) bool {
	account := h.SourceAccount != "" || h.Source.Account() != ""
	return k.ARN && h.Source != "" || (k.Account || k.Owner) && account
}

// withPrincipal returns the request as made by another principal, directly to the resource.
func withPrincipal(r eval.Request, p policygen.Principal) eval.Request {
	r.Principal = p
	context := map[string][]string{"kms:ViaService": nil}
	for k, v := range r.Context {
		if !strings.HasPrefix(k, "aws:Principal") && k != "kms:CallerAccount" {
			context[k] = v
		}
	}
	r.Context = context
	return r
}

func replacePart(arn policygen.ARN, old, new string) policygen.ARN {
	return policygen.ARN(strings.Replace(string(arn), ":"+old+":", ":"+new+":", 1))
}

// otherResources returns the call on resources that the topology does not have: another name, another Region, another
// account. keep says whether the caller keeps its identity policy.
func otherResources(call policygen.Call, keep bool) []change {
	if _, managed := service.ManagedKey(string(call.Resource)); managed {
		return nil
	}
	other := call.Resource + "x"
	if call.On == policygen.OnKey {
		other = call.Resource[:len(call.Resource)-4] + "0000"
	}
	request := eval.RequestOf(call)
	var all []change
	for what, arn := range map[string]policygen.ARN{
		"another name":    other,
		"another Region":  replacePart(call.Resource, call.Resource.Region(), "us-west-2"),
		"another account": replacePart(call.Resource, call.Resource.Account(), stranger),
	} {
		r := request
		r.Resource = arn
		all = append(all, change{"a resource of " + what, r, keep})
	}
	return all
}

// otherActions returns other calls on the same resource by the same caller.
func otherActions(call policygen.Call) []change {
	actions := map[policygen.Target][]string{
		policygen.OnTopic: {"sns:DeleteTopic", "sns:SetTopicAttributes", "sns:AddPermission", "sns:GetTopicAttributes"},
		policygen.OnQueue: {"sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:AddPermission"},
		policygen.OnKey:   {"kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:ReEncryptFrom", "kms:Encrypt"},
	}
	if _, managed := service.ManagedKey(string(call.Resource)); managed {
		actions[policygen.OnKey] = []string{"kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"}
	}
	var all []change
	for _, action := range actions[call.On] {
		r := eval.RequestOf(call)
		r.Action = action
		all = append(all, change{"another action", r, true})
	}
	return all
}
