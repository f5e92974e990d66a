package proofs

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"pgregory.net/rapid"
)

// generate returns the topology's documents. Limits of size are not passed by topologies as small as these.
func (top topology) generate(t *rapid.T) policygen.Policies {
	policies, err := policygen.Generate(top.hops, top.options)
	if err != nil {
		t.Fatalf("%v\nhops: %+v", err, top.hops)
	}
	return policies
}

func (top topology) calls() []policygen.Call {
	var calls []policygen.Call
	for _, h := range top.hops {
		calls = append(calls, h.Calls()...)
	}
	return calls
}

// documents returns what decides a call once the generated documents are attached. A key that got no document has KMS's
// default policy, an AWS managed key its own; key statements without the account's own are merged into the default policy.
func (top topology) documents(all policygen.Policies, call policygen.Call) eval.Policies {
	var p eval.Policies
	if d, ok := all.Identity(call.Caller); ok {
		p.Identity = []policygen.Document{d}
	}
	if d, ok := all.Of(call.Resource); ok {
		if call.On == policygen.OnKey && top.options.KeyStatementsOnly {
			d.Statements = append(slices.Clone(defaultKey(call.Resource).Statements), d.Statements...)
		}
		p.Resource = &d
		return p
	}
	if call.On == policygen.OnKey {
		d := defaultKey(call.Resource)
		if service, ok := policygen.AWSManagedKey(string(call.Resource)); ok {
			// An alias without Region and account is that of the Region through whose service the key is used.
			region := strings.TrimSuffix(strings.TrimPrefix(call.Context["kms:ViaService"][0], service+"."), ".amazonaws.com")
			account := policygen.AccountOf(call.Caller)
			if policygen.Unresolved(region) {
				account = "${AWS::AccountId}"
			}
			d = policygen.AWSManagedKeyPolicy(service, account, region)
		}
		p.Resource = &d
	}
	return p
}

func defaultKey(key policygen.ARN) policygen.Document {
	if key.Unresolved() {
		return policygen.DefaultKeyPolicy("${AWS::AccountId}", "${AWS::Partition}")
	}
	return policygen.DefaultKeyPolicy(key.Account(), key.Partition())
}

// decide evaluates a call under generated documents.
func (top topology) decide(all policygen.Policies, call policygen.Call) eval.Decision {
	return eval.Evaluate(eval.RequestOf(call), top.documents(all, call))
}

// broken returns the first call that is not allowed.
func (top topology) broken(all policygen.Policies) (policygen.Call, eval.Decision, bool) {
	for _, call := range top.calls() {
		if d := top.decide(all, call); d.Outcome != eval.Allowed {
			return call, d, true
		}
	}
	return policygen.Call{}, eval.Decision{}, false
}

// with returns the policies with one document replaced.
func with(all policygen.Policies, i int, d policygen.Document) policygen.Policies {
	changed := slices.Clone(all)
	changed[i].Document = d
	return changed
}

// withStatement returns the document with one statement replaced.
func withStatement(d policygen.Document, i int, s policygen.Statement) policygen.Document {
	d.Statements = slices.Clone(d.Statements)
	d.Statements[i] = s
	return d
}

// without returns the list without its element i.
func without[E any](list []E, i int) []E { return slices.Delete(slices.Clone(list), i, i+1) }
