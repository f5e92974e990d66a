package eval

import (
	"runtime"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

func TestWithResourceOf(t *testing.T) {
	identity := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{
		{Effect: policygen.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{"*"}}}}
	key := policygen.DefaultKeyPolicy("111122223333", "aws")
	other := policygen.DefaultKeyPolicy("444455556666", "aws")
	caller := Compile(Policies{Identity: []policygen.Document{identity}, Resource: &other})
	request := Request{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/r"), Action: "kms:Decrypt",
		Resource: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
	tests := []struct {
		reason   string
		resource Policies
		want     Outcome
	}{
		{"the key policy delegates to the account", Policies{Resource: &key}, Allowed},
		{"another account's does not", Policies{Resource: &other}, ImplicitDeny},
		{"without a key policy nobody may", Policies{}, ImplicitDeny},
		{"one that is not known leaves it open", Policies{UnknownResource: &Unknown{Why: "not in this file"}}, Undecided},
	}
	for _, tt := range tests {
		combined := caller.WithResourceOf(Compile(tt.resource))
		if got := combined.Decide(request); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
		whole := tt.resource
		whole.Identity = []policygen.Document{identity}
		if got, want := combined.Evaluate(request).Explain(), Evaluate(request, whole).Explain(); got != want {
			t.Errorf("%s: explained as %q, want %q", tt.reason, got, want)
		}
	}
	if got := caller.Decide(request); got != ImplicitDeny {
		t.Errorf("the policies that were combined have changed: %v", got)
	}
}

// What is kept of a document of three statements, beside its strings, is less than 2 KB, so that many can be.
func TestCompiledDocumentIsSmall(t *testing.T) {
	_, policies := benchmarkCase(t)
	const n = 1000
	for i, d := range append(policies.Identity, *policies.Resource) {
		all := make([]*CompiledDocument, n)
		heap := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		for j := range all {
			all[j] = CompileDocument(d, IdentityPolicy)
		}
		if size := (heap() - before) / n; size == 0 || size >= 2048 {
			t.Errorf("document %d takes %d bytes, want less than 2048", i, size)
		} else {
			t.Logf("document %d takes %d bytes", i, size)
		}
		runtime.KeepAlive(all)
	}
}
