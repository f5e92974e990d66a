package proofs

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// generate returns the topology's documents. Topologies as small as these exceed no limits of size.
func (top topology) generate(t *rapid.T) policygen.Policies {
	policies, err := policygen.Generate(top.options, policygen.Hops(top.hops))
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

// documents returns the policies that decide a call once the generated documents are attached. A key without a
// generated document has KMS's default policy, and an AWS managed key has its own. Key statements without the account's
// own statement are merged into the default policy.
func (top topology) documents(all policygen.Policies, call policygen.Call) eval.Policies {
	var p eval.Policies
	p.Identity = identityOf(all, call.Caller)
	if d, ok := all.Of(call.Resource); ok {
		if call.On == policygen.OnKey && top.options.KeyStatementsOnly {
			d.Statements = append(slices.Clone(defaultKey(call.Resource).Statements), d.Statements...)
		}
		p.Resource = &d
		return p
	}
	if call.On == policygen.OnKey {
		d := defaultKey(call.Resource)
		if service, ok := service.ManagedKey(string(call.Resource)); ok {
			// An alias without Region and account is in the Region of the service through which the key is used.
			region := strings.TrimSuffix(strings.TrimPrefix(call.Context["kms:ViaService"][0], service+"."), ".amazonaws.com")
			account := policygen.AccountOf(call.Caller)
			if text.Unresolved(region) {
				account = "${AWS::AccountId}"
			}
			d = eval.AWSManagedKeyPolicy(service, account, region)
		}
		p.Resource = &d
	}
	return p
}

// identityOf returns the identity policies of a principal, or those of unnamed callers if who is nil.
func identityOf(all policygen.Policies, who policygen.Principal) []policygen.Document {
	var docs []policygen.Document
	for _, a := range all.On(policygen.OnIdentity) {
		if a.Principal == who {
			docs = append(docs, a.Document)
		}
	}
	return docs
}

func defaultKey(key policygen.ARN) policygen.Document {
	if text.Unresolved(string(key)) {
		return policygen.DefaultKeyPolicy("${AWS::AccountId}", "${AWS::Partition}")
	}
	return policygen.DefaultKeyPolicy(key.Account(), text.Known(string(key), text.Partition))
}

// An attached is a set of generated documents, indexed by what they are attached to.
type attached struct {
	topology
	all policygen.Policies
}

func (a attached) Policies(call policygen.Call) []*eval.Compiled {
	return []*eval.Compiled{eval.Compile(a.documents(a.all, call))}
}

// broken returns the first call that is not allowed.
func (top topology) broken(all policygen.Policies) (policygen.Call, eval.Decision, bool) {
	for _, h := range top.hops {
		for _, call := range eval.Hop(h.Calls(), attached{top, all}).Calls {
			if call.Outcome != eval.Allowed {
				return call.Call, call.Reasons(), true
			}
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

// without returns the list without element i.
func without[E any](list []E, i int) []E { return slices.Delete(slices.Clone(list), i, i+1) }

// show returns the documents as text for the messages of failed proofs.
func show(all policygen.Policies) string {
	var b strings.Builder
	for _, a := range all {
		fmt.Fprintf(&b, "%s policy", a.On)
		if a.Principal != nil {
			fmt.Fprintf(&b, " of %s", a.Principal)
		}
		if a.Resource != "" {
			fmt.Fprintf(&b, " of %s", a.Resource)
		}
		fmt.Fprintf(&b, "\n%s", a.Document)
	}
	return b.String()
}
