package proofs

import (
	"errors"
	"slices"
	"testing"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A service acts for every account of the organization and for no other. It is admitted so only where a page says that it passes the key,
// in the policy of the topic or queue and in that of its key.
func TestSourceOrganization(t *testing.T) {
	const organization = policygen.OrganizationID("o-exampleorgid")
	const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	type place struct {
		kind       string
		main, keys service.Keys
		role       policygen.Role
	}
	var admitted []string
	for _, s := range service.All() {
		caller := policygen.ServicePrincipal(s.Principal)
		if s.Regional {
			caller = "us-east-1." + caller
		}
		topic := policygen.Topic{ARN: "arn:aws:sns:us-east-1:111122223333:sales", Key: key}
		if s.Unencrypted {
			topic.Key = ""
		}
		queue := policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:orders", Key: key}
		for _, p := range []place{
			{"topic", s.Topic, s.TopicKey, policygen.Publisher{Principal: caller, SourceOrganization: organization, Topics: []policygen.Topic{topic}}},
			{"queue", s.Queue, s.QueueKey, policygen.Producer{Principal: caller, SourceOrganization: organization, Queues: []policygen.Queue{queue}}},
		} {
			policies, err := policygen.Generate(policygen.Options{}, p.role)
			if p.main.Organization == "" || p.keys.Scopes() && p.keys.Organization == "" {
				if !errors.Is(err, policygen.ErrCaller) {
					t.Errorf("%s to a %s: %v, want an error, because no page says that it passes its organization", s.Principal, p.kind, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s to a %s: %v", s.Principal, p.kind, err)
				continue
			}
			admitted = append(admitted, s.Principal+" to a "+p.kind)
			for _, call := range p.role.Hops()[0].Calls() {
				document, _ := policies.Of(call.Resource)
				for _, from := range []struct {
					reason       string
					organization []string
					want         eval.Outcome
				}{
					{"an account of the organization", []string{string(organization)}, eval.Allowed},
					{"an account of another organization", []string{"o-otherorgid00"}, eval.ImplicitDeny},
					{"an account of no organization", nil, eval.ImplicitDeny},
				} {
					r := eval.RequestOf(call)
					r.Context = withKey(r.Context, "aws:SourceOrgID", from.organization...)
					if d := eval.Evaluate(r, eval.Policies{Resource: &document}); d.Outcome != from.want {
						t.Errorf("%s, for %s, %s: %v, want %v: %s", s.Principal, from.reason, call.Action, d.Outcome, from.want, d.Explain())
					}
				}
			}
		}
	}
	// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html is about queues and keys,
	// and AWS's sample about alarms.
	want := []string{"cloudwatch.amazonaws.com to a topic", "s3.amazonaws.com to a queue", "sns.amazonaws.com to a queue"}
	if !slices.Equal(admitted, want) {
		t.Errorf("admitted are %q, want %q", admitted, want)
	}
}

// The organization is instead of an account, has the form of an id, and is no source of IAM callers.
func TestSourceOrganizationRefused(t *testing.T) {
	queues := []policygen.Queue{{ARN: "arn:aws:sqs:us-east-1:111122223333:orders"}}
	for reason, role := range map[string]policygen.Role{
		"no id of an organization": policygen.Producer{Principal: policygen.ServicePrincipal("s3.amazonaws.com"), SourceOrganization: "111122223333", Queues: queues},
		"an account too":           policygen.Producer{Principal: policygen.ServicePrincipal("s3.amazonaws.com"), SourceOrganization: "o-exampleorgid", SourceAccount: "111122223333", Queues: queues},
		"a role":                   policygen.Producer{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/shop"), SourceOrganization: "o-exampleorgid", Queues: queues},
	} {
		if _, err := policygen.Generate(policygen.Options{}, role); !errors.Is(err, policygen.ErrCaller) {
			t.Errorf("%s: %v, want an error", reason, err)
		}
	}
}
