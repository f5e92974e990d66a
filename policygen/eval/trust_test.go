package eval

import (
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// Who may assume a role: its trust policy must allow in any case.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func TestTrustPolicies(t *testing.T) {
	const target = "arn:aws:iam::111122223333:role/deploy"
	trust := func(statement string) *policygen.Document {
		d, err := policygen.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statement + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	identity := []policygen.Document{*trust(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + target + `"}`)}
	account := trust(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`)
	named := trust(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole"}`)
	other := trust(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}`)
	lambda := trust(`{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}`)
	google := trust(`{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"accounts.google.com:aud":"66677788899900pro0"}}}`)
	github := trust(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`)
	saml := trust(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/Company"},"Action":"sts:AssumeRoleWithSAML"}`)
	tests := []struct {
		name, principal, action string
		context                 map[string][]string
		policies                Policies
		want                    Outcome
		reason                  string
	}{
		{"identity policy alone", "arn:aws:iam::111122223333:role/app", "sts:AssumeRole", nil, Policies{Identity: identity}, ImplicitDeny, "the trust policy must allow explicitly"},
		{"account, delegated", "arn:aws:iam::111122223333:role/app", "sts:AssumeRole", nil, Policies{Identity: identity, Resource: account}, Allowed, "the account passes it on"},
		{"account, not delegated", "arn:aws:iam::111122223333:role/app", "sts:AssumeRole", nil, Policies{Resource: account}, ImplicitDeny, "the account principal only delegates"},
		{"by name", "arn:aws:iam::111122223333:role/app", "sts:AssumeRole", nil, Policies{Resource: named}, Allowed, "within the account the name is enough"},
		{"by name, in a session", "arn:aws:sts::111122223333:assumed-role/app/i-0abc", "sts:AssumeRole", nil, Policies{Resource: named}, Allowed, "a session is the role's"},
		{"somebody else", "arn:aws:iam::111122223333:role/other", "sts:AssumeRole", nil, Policies{Resource: named}, ImplicitDeny, "it names another role"},
		{"across accounts", "arn:aws:iam::444455556666:role/app", "sts:AssumeRole", map[string][]string{"sts:ExternalId": {"x"}}, Policies{Identity: identity, Resource: other}, Allowed, "both accounts allow"},
		{"across accounts, wrong id", "arn:aws:iam::444455556666:role/app", "sts:AssumeRole", map[string][]string{"sts:ExternalId": {"y"}}, Policies{Identity: identity, Resource: other}, ImplicitDeny, "the external id guards it"},
		{"across accounts, unknown id", "arn:aws:iam::444455556666:role/app", "sts:AssumeRole", nil, Policies{Identity: identity, Resource: other}, Undecided, "the external id decides"},
		{"a service", "lambda.amazonaws.com", "sts:AssumeRole", nil, Policies{Resource: lambda}, Allowed, "services need nothing but the trust policy"},
		{"another service", "ec2.amazonaws.com", "sts:AssumeRole", nil, Policies{Resource: lambda}, ImplicitDeny, "it is not named"},
		{"web identity", "accounts.google.com", "sts:AssumeRoleWithWebIdentity", map[string][]string{"accounts.google.com:aud": {"66677788899900pro0"}}, Policies{Resource: google}, Allowed, "the provider is named"},
		{"web identity of another application", "accounts.google.com", "sts:AssumeRoleWithWebIdentity", map[string][]string{"accounts.google.com:aud": {"another"}}, Policies{Resource: google}, ImplicitDeny, "the audience differs"},
		{"another provider", "www.amazon.com", "sts:AssumeRoleWithWebIdentity", nil, Policies{Resource: google}, ImplicitDeny, "it is not named"},
		{"OIDC provider", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity", nil, Policies{Resource: github}, Allowed, "by its ARN"},
		{"OIDC provider by domain", "token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity", nil, Policies{Resource: github}, Allowed, "by its domain"},
		{"SAML provider", "arn:aws:iam::111122223333:saml-provider/Company", "sts:AssumeRoleWithSAML", nil, Policies{Resource: saml}, Allowed, "by its ARN"},
		{"root user", "arn:aws:iam::111122223333:root", "sts:AssumeRole", nil, Policies{Resource: account}, Allowed, "the account principal includes its root user"},
	}
	for _, tt := range tests {
		p, err := policygen.ParsePrincipal(tt.principal)
		if err != nil {
			t.Fatal(err)
		}
		d := Evaluate(Request{Principal: p, Action: tt.action, Resource: target, Context: tt.context}, tt.policies)
		if d.Outcome != tt.want {
			t.Errorf("%s: %v, want %v: %s\n%s", tt.name, d.Outcome, tt.want, tt.reason, d.Explain())
		}
	}
}

// A federated user's session is named by its own ARN; whether it is that of a named user is not known.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func TestFederatedUsers(t *testing.T) {
	const bob = policygen.Federated("arn:aws:sts::111122223333:federated-user/bob")
	policy := func(principal string) *policygen.Document {
		return &policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow,
			Principal: &policygen.Principals{AWS: []string{principal}}, Action: []string{"sqs:SendMessage"}, Resource: []string{"*"}}}}
	}
	req := Request{Principal: bob, Action: "sqs:SendMessage", Resource: policygen.ARN(queueARN)}
	session := []policygen.Document{{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"s3:*"}, Resource: []string{"*"}}}}}
	tests := []struct {
		principal string
		want      Outcome
		reason    string
	}{
		{string(bob), Allowed, "what is given to the session itself no session policy limits"},
		{"arn:aws:sts::111122223333:federated-user/alice", ImplicitDeny, "another session"},
		{"arn:aws:iam::111122223333:user/bob", ImplicitDeny, "if it is that user's, the session policy limits it"},
		{"111122223333", ImplicitDeny, "the account only delegates"},
	}
	for _, tt := range tests {
		if d := Evaluate(req, Policies{Resource: policy(tt.principal), Session: session}); d.Outcome != tt.want {
			t.Errorf("%s: %v, want %v: %s\n%s", tt.principal, d.Outcome, tt.want, tt.reason, d.Explain())
		}
	}
	if d := Evaluate(req, Policies{Resource: policy("arn:aws:iam::111122223333:user/bob")}); d.Outcome != Undecided {
		t.Errorf("named by a user without a session policy it is %v, want undecided", d.Outcome)
	}
}
