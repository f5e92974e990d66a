package eval

import (
	"runtime"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// Policies that are put together decide and explain as those that are compiled together, and stay what they are.
func TestCompiledWith(t *testing.T) {
	allow := func(action string) policygen.Document {
		return policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{
			{Effect: policygen.Allow, Action: []string{action}, Resource: []string{"*"}}}}
	}
	key := policygen.DefaultKeyPolicy("111122223333", "aws")
	other := policygen.DefaultKeyPolicy("444455556666", "aws")
	decrypt, send := allow("kms:Decrypt"), allow("sqs:SendMessage")
	unknown := &Unknown{Why: "not in this file"}
	caller := Compile(Policies{Identity: []policygen.Document{send, decrypt}})
	request := Request{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/r"), Action: "kms:Decrypt",
		Resource: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
	tests := []struct {
		reason string
		more   []Policies // beside the caller's
		whole  Policies   // as one, beside the caller's
		want   Outcome
	}{
		{"without a key policy nobody may", nil, Policies{}, ImplicitDeny},
		{"the key policy delegates to the account", []Policies{{Resource: &key}}, Policies{Resource: &key}, Allowed},
		{"another account's does not", []Policies{{Resource: &other}}, Policies{Resource: &other}, ImplicitDeny},
		{"of two the last counts", []Policies{{Resource: &other}, {Resource: &key}}, Policies{Resource: &key}, Allowed},
		{"one that is not known leaves it open", []Policies{{UnknownResource: unknown}}, Policies{UnknownResource: unknown}, Undecided},
		{"a boundary limits", []Policies{{Boundary: &send}, {Resource: &key}}, Policies{Boundary: &send, Resource: &key}, ImplicitDeny},
		{"one of two sessions' policies is enough", []Policies{{Session: []policygen.Document{send}}, {Session: []policygen.Document{decrypt}}, {Resource: &key}},
			Policies{Session: []policygen.Document{send, decrypt}, Resource: &key}, Allowed},
		{"each level of control policies has to allow", []Policies{{Resource: &key}, {ServiceControl: [][]policygen.Document{{decrypt}}}, {ServiceControl: [][]policygen.Document{{send}}}},
			Policies{Resource: &key, ServiceControl: [][]policygen.Document{{decrypt}, {send}}}, ImplicitDeny},
	}
	for _, tt := range tests {
		var more []*Compiled
		for _, p := range tt.more {
			more = append(more, Compile(p))
		}
		combined := caller.With(more...)
		if got := combined.Decide(request); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
		tt.whole.Identity = []policygen.Document{send, decrypt}
		if got, want := combined.Evaluate(request).Explain(), Evaluate(request, tt.whole).Explain(); got != want {
			t.Errorf("%s: explained as %q, want %q", tt.reason, got, want)
		}
	}
	if got := caller.Decide(request); got != ImplicitDeny {
		t.Errorf("the policies that were combined have changed: %v", got)
	}
}

// What is kept of a document of three statements, beside its strings, is less than 2 KB, so that many can be.
func TestCompiledIsSmall(t *testing.T) {
	_, policies := benchmarkCase(t)
	const n = 1000
	for i, d := range append(policies.Identity, *policies.Resource) {
		all := make([]*Compiled, n)
		heap := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		for j := range all {
			all[j] = Compile(Policies{Identity: []policygen.Document{d}})
		}
		if size := (heap() - before) / n; size == 0 || size >= 2048 {
			t.Errorf("document %d takes %d bytes, want less than 2048", i, size)
		} else {
			t.Logf("document %d takes %d bytes", i, size)
		}
		runtime.KeepAlive(all)
	}
}
