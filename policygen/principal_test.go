package policygen

import (
	"strings"
	"testing"
)

type principalCase struct {
	name, reason, in string
	want             Principal // nil if it is refused
	err              string    // a part of the error
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
var principalCases = []principalCase{
	{"role", "an ARN of IAM", "arn:aws:iam::111122223333:role/app", RoleARN("arn:aws:iam::111122223333:role/app"), ""},
	{"role with a path", "paths are part of the ARN", "arn:aws:iam::111122223333:role/service/eu/app", RoleARN("arn:aws:iam::111122223333:role/service/eu/app"), ""},
	{"user", "an ARN of IAM", "arn:aws:iam::111122223333:user/dev", UserARN("arn:aws:iam::111122223333:user/dev"), ""},
	{"session", "an ARN of STS", "arn:aws:sts::111122223333:assumed-role/app/i-0abc", SessionARN("arn:aws:sts::111122223333:assumed-role/app/i-0abc"), ""},
	{"account id", "12 digits", "111122223333", AccountID("111122223333"), ""},
	{"root", "the same as the account id", "arn:aws:iam::111122223333:root", AccountID("111122223333"), ""},
	{"service", "a name under amazonaws.com", "sns.amazonaws.com", ServicePrincipal("sns.amazonaws.com"), ""},
	{"regional service", "some carry their Region", "sns.ap-east-1.amazonaws.com", ServicePrincipal("sns.ap-east-1.amazonaws.com"), ""},
	{"service with a prefix", "RDS events", "events.rds.amazonaws.com", ServicePrincipal("events.rds.amazonaws.com"), ""},
	{"anyone", "spelled out by the type", "*", Anyone{}, ""},
	{"token", "unresolved text is taken for a role", "${Token[TOKEN.12]}", RoleARN("${Token[TOKEN.12]}"), ""},
	{"unresolved role name", "a role", "arn:aws:iam::111122223333:role/${App}", RoleARN("arn:aws:iam::111122223333:role/${App}"), ""},
	{"unresolved user name", "a user", "arn:aws:iam::111122223333:user/${Dev}", UserARN("arn:aws:iam::111122223333:user/${Dev}"), ""},
	{"unresolved role of a session", "a session", "arn:aws:sts::111122223333:assumed-role/${App}/i-0abc", SessionARN("arn:aws:sts::111122223333:assumed-role/${App}/i-0abc"), ""},
	{"unresolved account", "a role", "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app", RoleARN("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app"), ""},
	{"federated user", "an ARN of STS", "arn:aws:sts::111122223333:federated-user/bob", Federated("arn:aws:sts::111122223333:federated-user/bob"), ""},
	{"web identity", "the provider's domain", "accounts.google.com", Federated("accounts.google.com"), ""},
	{"OIDC provider", "an ARN of IAM", "arn:aws:iam::111122223333:oidc-provider/oidc.example.com", Federated("arn:aws:iam::111122223333:oidc-provider/oidc.example.com"), ""},
	{"SAML provider", "an ARN of IAM", "arn:aws:iam::111122223333:saml-provider/Company", Federated("arn:aws:iam::111122223333:saml-provider/Company"), ""},
	{"China", "another partition", "arn:aws-cn:iam::111122223333:role/app", RoleARN("arn:aws-cn:iam::111122223333:role/app"), ""},

	{"empty", "nobody", "", nil, "neither an ARN nor an account nor a service"},
	{"role's name", "which account's?", "app", nil, "neither an ARN nor an account nor a service"},
	{"group", "groups are no principals", "arn:aws:iam::111122223333:group/devs", nil, `resource is "group/devs"`},
	{"instance profile", "it holds a role and is none", "arn:aws:iam::111122223333:instance-profile/app", nil, `resource is "instance-profile/app"`},
	{"policy", "the wrong ARN was copied", "arn:aws:iam::111122223333:policy/app", nil, `resource is "policy/app"`},
	{"function", "its execution role is the principal", "arn:aws:lambda:us-east-1:111122223333:function:f", nil, `service is "lambda", want "iam" or "sts"`},
	{"short account", "account ids have 12 digits", "1111", nil, "neither an ARN nor an account nor a service"},
	{"short account in an ARN", "account ids have 12 digits", "arn:aws:iam::1111:role/app", nil, `account is "1111", want 12 digits`},
	{"wildcard in a role", "IAM takes no wildcard for a part of a principal", "arn:aws:iam::111122223333:role/*", nil, `resource is "role/*"`},
	{"wildcard session", "sessions must be named exactly", "arn:aws:sts::111122223333:assumed-role/app/*", nil, `resource is "assumed-role/app/*"`},
	{"wildcard account", "IAM takes no wildcard for a part of a principal", "arn:aws:iam::*:role/app", nil, `account is "*"`},
	{"unknown partition", "made up", "arn:amazon:iam::111122223333:role/app", nil, `partition is "amazon"`},
	{"upper case service", "service principals are in lower case", "SNS.amazonaws.com", nil, "neither an ARN nor an account nor a service"},
	{"upper case domain", "domains of identity providers are in lower case", "Google.com", nil, "neither an ARN nor an account nor a service"},
	{"domain with an empty label", "no domain", "a..b", nil, "neither an ARN nor an account nor a service"},
	{"federated user without a name", "a name is needed", "arn:aws:sts::111122223333:federated-user/", nil, `resource is "federated-user/"`},
	{"role without a name", "a name is needed", "arn:aws:iam::111122223333:role/", nil, `resource is "role/"`},
	{"long role name", "names have at most 64 characters", "arn:aws:iam::111122223333:role/" + strings.Repeat("r", 65), nil, "resource is"},
}

func TestParsePrincipal(t *testing.T) {
	checkCases(t, principalCases, func(c principalCase) (string, string) { return c.name, c.reason })
	for _, c := range principalCases {
		got, err := ParsePrincipal(c.in)
		switch {
		case c.want == nil && err == nil:
			t.Errorf("%s: got %#v, want an error (%s)", c.name, got, c.reason)
		case c.want == nil && !strings.Contains(err.Error(), c.err):
			t.Errorf("%s: got %q, want %q in it (%s)", c.name, err, c.err, c.reason)
		case c.want != nil && (err != nil || got != c.want):
			t.Errorf("%s: got %#v, %v, want %#v (%s)", c.name, got, err, c.want, c.reason)
		}
		if c.want == nil {
			continue
		}
		_, federated := c.want.(Federated)
		if err := checkPrincipal(c.want); (err != nil) != federated {
			t.Errorf("%s: what was parsed is granted or not: %v, want an error for federated ones only", c.name, err)
		}
	}
}

func TestCheckPrincipal(t *testing.T) {
	for _, c := range []struct {
		p      Principal
		want   string
		reason string
	}{
		{UserARN("arn:aws:iam::111122223333:role/app"), "it is a role, want a user", "the type says otherwise than the text"},
		{RoleARN("111122223333"), "it is an account, want a role", "the type says otherwise than the text"},
		{RoleARN("sns.amazonaws.com"), "it is a service, want a role", "the type says otherwise than the text"},
		{RoleARN("*"), "it is anyone, want a role", "everybody must be spelled Anyone"},
		{ServicePrincipal("arn:aws:iam::111122223333:role/app"), "no service principal", "a role is no service"},
		{ServicePrincipal(""), "no service principal", "nothing was given"},
		{AccountID("1111"), "neither an ARN nor an account", "account ids have 12 digits"},
		{nil, "", "no caller is named"},
		{Anyone{}, "", "hops refuse it, principals do not"},
		{ServicePrincipal("${Service}"), "", "unresolved text is taken to be right"},
		{UserARN("${Token[TOKEN.1]}"), "", "unresolved text is taken to be right"},
	} {
		got := ""
		if err := checkPrincipal(c.p); err != nil {
			got = err.Error()
		}
		if got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%#v: got %q, want %q (%s)", c.p, got, c.want, c.reason)
		}
	}
}

func TestAccountOf(t *testing.T) {
	for _, c := range []struct {
		p    Principal
		want string
	}{
		{RoleARN("arn:aws:iam::111122223333:role/app"), "111122223333"},
		{SessionARN("arn:aws:sts::111122223333:assumed-role/app/i-0abc"), "111122223333"},
		{AccountID("111122223333"), "111122223333"},
		{RoleARN("arn:aws:iam::${AWS::AccountId}:role/app"), ""},
		{RoleARN("${Token[TOKEN.12]}"), ""},
		{ServicePrincipal("sns.amazonaws.com"), ""},
		{Anyone{}, ""},
		{nil, ""},
	} {
		if got := AccountOf(c.p); got != c.want {
			t.Errorf("%#v: got %q, want %q", c.p, got, c.want)
		}
	}
}

type snsPrincipalCase struct {
	name, reason, topic, queue string
	want                       ServicePrincipal
}

// https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html has the table.
var snsPrincipalCases = []snsPrincipalCase{
	{"same Region", "nothing crosses", "us-east-1", "us-east-1", "sns.amazonaws.com"},
	{"between default Regions", "the plain principal", "us-east-1", "eu-west-1", "sns.amazonaws.com"},
	{"default to opt-in", "the queue's Region names the principal", "us-east-1", "ap-east-1", "sns.ap-east-1.amazonaws.com"},
	{"opt-in to default", "the topic's Region names the principal", "ap-east-1", "us-east-1", "sns.ap-east-1.amazonaws.com"},
	{"opt-in to opt-in", "the queue's Region names the principal", "ap-east-1", "af-south-1", "sns.af-south-1.amazonaws.com"},
	{"within an opt-in Region", "nothing crosses", "af-south-1", "af-south-1", "sns.amazonaws.com"},
	{"within China", "both Regions are on by default there", "cn-north-1", "cn-northwest-1", "sns.amazonaws.com"},
	{"within GovCloud", "both Regions are on by default there", "us-gov-west-1", "us-gov-east-1", "sns.amazonaws.com"},
	{"topic's Region unknown", "it counts as the queue's", "", "ap-east-1", "sns.amazonaws.com"},
	{"queue's Region unknown", "it counts as the topic's", "ap-east-1", "", "sns.amazonaws.com"},
	{"Region of the future", "every Region since March 2019 is opt-in", "us-east-1", "xx-nowhere-9", "sns.xx-nowhere-9.amazonaws.com"},
}

func TestSNSPrincipal(t *testing.T) {
	checkCases(t, snsPrincipalCases, func(c snsPrincipalCase) (string, string) { return c.name, c.reason })
	for _, c := range snsPrincipalCases {
		got := snsPrincipal(c.topic, c.queue)
		if got != c.want {
			t.Errorf("%s: got %s, want %s (%s)", c.name, got, c.want, c.reason)
		}
		if err := checkPrincipal(got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
