package eval

import (
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
