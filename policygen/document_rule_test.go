package policygen

import (
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/value"
)

// A document is refused by what it is attached to. Each statement is one that AWS takes in the kinds of takes and refuses in
// those of refuses; want is a part of the problem.
func TestDocumentRules(t *testing.T) {
	const (
		identity = kind.IdentityPolicy
		resource = kind.ResourcePolicy
		boundary = kind.PermissionsBoundary
		session  = kind.SessionPolicy
		scp      = kind.ServiceControlPolicy
		rcp      = kind.ResourceControlPolicy
		key      = kind.KeyPolicy
		trust    = kind.TrustPolicy
	)
	type kinds = []kind.Policy
	tests := []struct {
		name, statement string
		takes, refuses  kinds
		want, reason    string
	}{
		{"principal", `"Effect":"Deny","Principal":"*","Action":"sqs:SendMessage","Resource":"*"`,
			kinds{resource, key, rcp}, kinds{identity, boundary, session, scp}, "it has a Principal", "who the policy is attached to asks"},
		{"not principal", `"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sqs:SendMessage","Resource":"*"`,
			kinds{resource, key}, kinds{identity, boundary, session, scp, rcp, trust}, "it has a NotPrincipal", "the page of NotPrincipal lists where it is not supported"},
		{"allow with not principal", `"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sqs:SendMessage","Resource":"*"`,
			nil, kinds{resource, key, rcp, trust, identity}, "it has a NotPrincipal", "it must be used with Deny"},
		{"no principal", `"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"`,
			kinds{identity, boundary, session, scp}, kinds{resource, key, rcp, trust}, "it has no Principal", "the grammar requires it in resource policies"},
		{"any service", `"Effect":"Allow","Principal":{"Service":"*"},"Action":"sqs:SendMessage","Resource":"*"`,
			nil, kinds{resource, key, rcp, trust}, "a principal has a wildcard", "a wildcard stands for everybody only under AWS"},
		{"any session", `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app-*"},"Action":"sqs:SendMessage","Resource":"*"`,
			nil, kinds{resource, key, rcp, trust}, "a principal has a wildcard", "a wildcard cannot match a part of an ARN"},
		{"any federated user", `"Effect":"Allow","Principal":{"Federated":"*"},"Action":"sts:AssumeRoleWithSAML"`,
			nil, kinds{trust}, "a principal has a wildcard", "a wildcard stands for everybody only under AWS"},
		{"everybody", `"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sqs:*","Resource":"*"`,
			kinds{resource, key, rcp}, nil, "", "the documented form for everybody"},
		{"unresolved principal", `"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::${AWS::AccountId}:role/${*}"},"Action":"sqs:SendMessage","Resource":"*"`,
			kinds{resource, key}, nil, "", "what is within a reference is no wildcard"},
		{"no resource", `"Effect":"Allow","Action":"sqs:SendMessage"`,
			nil, kinds{identity, boundary, session, scp}, "it has neither Resource nor NotResource", "Access Analyzer: missing resource"},
		{"no resource in a resource policy", `"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"`,
			kinds{resource, key, trust}, kinds{rcp}, "it has neither Resource nor NotResource", "AWS's pages disagree for queues, and KMS takes it"},
		{"role as resource", `"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Resource":"*"`,
			kinds{resource}, kinds{trust}, "it has a Resource", "IAM: has prohibited field Resource"},
		{"not resource of a role", `"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","NotResource":"*"`,
			nil, kinds{trust}, "it has a NotResource", "the policy is about the role"},
		{"action without a service", `"Effect":"Allow","Principal":"*","Action":["sqs:SendMessage","ReceiveMessage"],"Resource":"*"`,
			nil, kinds{resource, key}, "an action has no service", "an action begins with the service's namespace"},
		{"not action without a service", `"Effect":"Allow","NotAction":"ReceiveMessage","Resource":"*"`,
			nil, kinds{identity, scp}, "an action has no service", "an action begins with the service's namespace"},
		{"action that is not known", `"Effect":"Allow","Action":["*","${Action}"],"Resource":"*"`,
			kinds{identity, boundary, session, scp}, nil, "", "it may be one"},
		{"allow", `"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"`,
			kinds{resource, key}, kinds{rcp}, "it allows something", "only RCPFullAWSAccess allows"},
		{"full access", `"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"`,
			kinds{rcp}, nil, "", "RCPFullAWSAccess itself"},
		{"named principal", `"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sqs:*","Resource":"*"`,
			kinds{resource, key}, kinds{rcp}, "it names principals", "a resource control policy is about everybody"},
		{"not action", `"Effect":"Deny","Principal":"*","NotAction":"sqs:*","Resource":"*"`,
			kinds{resource, key}, kinds{rcp}, "it has a NotAction", "it is none of the elements of resource control policies"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, k := range append(tt.takes, kind.AnyPolicy) {
				if problems := problemsOf(t, k, tt.statement); len(problems) > 0 {
					t.Errorf("refused as %v: %v (%s)", k, problems, tt.reason)
				}
			}
			for _, k := range tt.refuses {
				problems := strings.Join(problemsOf(t, k, tt.statement), "\n")
				if !strings.Contains(problems, k.String()+" statement") || !strings.Contains(problems, tt.want) || !strings.Contains(problems, "see https://docs.aws.amazon.com/") {
					t.Errorf("as %v: %q, want %q with a page (%s)", k, problems, tt.want, tt.reason)
				}
			}
			if len(tt.takes)+len(tt.refuses) == 0 {
				t.Error("the case tries no kind")
			}
		})
	}
}

func problemsOf(t *testing.T, k kind.Policy, statement string) []string {
	t.Helper()
	v, err := value.ParseJSON("", []byte(`{"Version":"2012-10-17","Statement":{`+statement+`}}`))
	if err != nil {
		t.Fatal(err)
	}
	var problems []string
	new(DocumentReader).Read(v, k, false, func(_ int, element string, e *value.Error) {
		if e.Line != 1 || e.Column < 37 || element == "" {
			t.Errorf("%v is at %d:%d in element %q", e, e.Line, e.Column, element)
		}
		problems = append(problems, e.Error())
	})
	return problems
}

// Policies of an organization have the current version of the language, and policies of resources alone an Id.
func TestDocumentElements(t *testing.T) {
	const old, current, id = `"Version":"2008-10-17",`, `"Version":"2012-10-17",`, `"Id":"orders",`
	tests := []struct {
		reason string
		kind   kind.Policy
		first  string
		want   int
	}{
		{"RCPs have it", kind.ResourceControlPolicy, current, 0},
		{"and no older one", kind.ResourceControlPolicy, old, 1},
		{"nor none, which is the older one", kind.ResourceControlPolicy, "", 1},
		{"every SCP must include it", kind.ServiceControlPolicy, current, 0},
		{"SCPs with an older one are refused", kind.ServiceControlPolicy, old, 1},
		{"and SCPs without one", kind.ServiceControlPolicy, "", 1},
		{"others may do without", kind.ResourcePolicy, "", 0},
		{"a queue's policy has an Id", kind.ResourcePolicy, id, 0},
		{"so has a key's", kind.KeyPolicy, id, 0},
		{"an identity policy must not", kind.IdentityPolicy, id, 1},
		{"nor a boundary, which is a managed policy", kind.PermissionsBoundary, id, 1},
		{"nor a session's policy", kind.SessionPolicy, id, 1},
		{"of a document whose kind is not known it is not known", kind.AnyPolicy, id, 0},
	}
	for _, tt := range tests {
		principal := `"Principal":"*",`
		if attached&(1<<tt.kind) != 0 {
			principal = ""
		}
		v, err := value.ParseJSON("", []byte(`{`+tt.first+`"Statement":{"Effect":"Deny",`+principal+`"Action":"sqs:*","Resource":"*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		new(DocumentReader).Read(v, tt.kind, false, func(_ int, _ string, e *value.Error) { got = append(got, e.Error()) })
		if len(got) != tt.want || len(got) > 0 && !strings.Contains(got[0], "see https://docs.aws.amazon.com/") {
			t.Errorf("%v with %s: %q, want %d problems, each with a page: %s", tt.kind, tt.first, got, tt.want, tt.reason)
		}
	}
}
