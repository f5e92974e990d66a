package proofs

import (
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// Every IAM principal of the organization may do what is granted to it, in whatever account it is, and nobody else.
func TestOrganization(t *testing.T) {
	const organization = policygen.OrganizationID("o-exampleorgid")
	const key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	queue := policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:orders", Key: key}
	topic := policygen.Topic{ARN: "arn:aws:sns:us-east-1:111122223333:sales", Key: key}
	for name, role := range map[string]policygen.Role{
		"publisher": policygen.Publisher{Principal: organization, Topics: []policygen.Topic{topic}},
		"producer":  policygen.Producer{Principal: organization, Queues: []policygen.Queue{queue}},
		"consumer":  policygen.Consumer{Principal: organization, Queues: []policygen.Queue{queue}},
	} {
		t.Run(name, func(t *testing.T) {
			policies, err := policygen.Generate(policygen.Options{}, role)
			if err != nil {
				t.Fatal(err)
			}
			for _, hop := range role.Hops() {
				if d := eval.Hop(hop.Calls(), eval.Attached(policies)); d.Outcome != eval.Allowed {
					t.Errorf("%s is %v", hop.Kind, d.Outcome)
				}
				for _, call := range hop.Calls() {
					identity := identityOf(policies, organization)
					document, _ := policies.Of(call.Resource)
					for _, who := range []struct {
						reason       string
						principal    policygen.Principal
						organization []string
						want         eval.Outcome
					}{
						{"a role of a member account", policygen.RoleARN("arn:aws:iam::444455556666:role/shop"), []string{string(organization)}, eval.Allowed},
						{"a role of another organization", policygen.RoleARN("arn:aws:iam::444455556666:role/shop"), []string{"o-otherorgid00"}, eval.ImplicitDeny},
						{"a role of no organization", policygen.RoleARN("arn:aws:iam::444455556666:role/shop"), nil, eval.ImplicitDeny},
						{"an AWS service", policygen.ServicePrincipal("s3.amazonaws.com"), nil, eval.ImplicitDeny},
					} {
						r := eval.Request{Principal: who.principal, Action: call.Action, Resource: call.Resource,
							Context: map[string][]string{"aws:PrincipalOrgID": who.organization}, ContextComplete: true}
						if d := eval.Evaluate(r, eval.Policies{Identity: identity, Resource: &document}); d.Outcome != who.want {
							t.Errorf("%s, %s: %v, want %v: %s", who.reason, call.Action, d.Outcome, who.want, d.Explain())
						}
					}
				}
			}
		})
	}
}

// Messages are moved back within an account, and an id has a form.
func TestOrganizationRefused(t *testing.T) {
	queue := policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:orders"}
	for reason, role := range map[string]policygen.Role{
		"no id of an organization": policygen.Producer{Principal: policygen.OrganizationID("111122223333"), Queues: []policygen.Queue{queue}},
		"moving messages back":     policygen.Redriver{Principal: policygen.OrganizationID("o-exampleorgid"), DeadLetterQueue: queue, Destination: policygen.Queue{ARN: queue.ARN + "-2"}},
	} {
		if _, err := policygen.Generate(policygen.Options{}, role); err == nil {
			t.Errorf("%s: no error", reason)
		}
	}
}
