package account

import (
	"slices"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// TestPolicy reads under several options and proves the policy for each by the calls that were made: all are allowed, and each action
// that is taken out denies one.
func TestPolicy(t *testing.T) {
	role := "arn:aws:iam::444455556666:role/reader"
	for _, test := range []struct {
		reason string
		o      Options
	}{
		{"a whole Region", Options{Account: home, Regions: []string{east}}},
		{"neither the account nor a Region is named, so that the policy has wildcards", Options{}},
		{"no evidence, so that metrics, logs and events are nobody's business", Options{Account: home, Regions: []string{east}, NoEvidence: true}},
		{"a queue, whose sources are asked for", Options{Account: home, Regions: []string{east}, Queues: []string{billing, dead}}},
		{"a topic, of which nothing else in the Region is listed", Options{Account: home, Regions: []string{east}, Topics: []string{"orders"}}},
		{"a key, for which all topics and queues are looked at", Options{Account: home, Regions: []string{east}, Keys: []string{"alias/shop"}}},
		{"owners of topics, queues and keys", Options{Account: home, Regions: []string{east}, OwnerTag: "owner"}},
		{"other accounts, whose roles are assumed, and the organization", Options{Account: home, Regions: []string{east}, Organization: true, Roles: map[string]string{other: role}}},
	} {
		e := shop()
		e.subscribe(orders, "arn:aws:sqs:us-east-1:444455556666:theirs", nil)
		e.queues["arn:aws:sqs:us-east-1:444455556666:theirs"] = map[string]string{}
		// By name, so that the URL of a queue is asked for.
		e.subscribe(orders, "arn:aws:sqs:us-east-1:111122223333:gone", nil)
		c := shopCloud(e)
		answerOrganization(c)
		answerOwners(c, func(at place) []string { return here(e.queues, at) })
		c.read(t, test.o)
		policy := Policy(test.o)
		var own []call
		for _, one := range c.calls {
			if one.account == home {
				own = append(own, one)
			}
		}
		if denied := deniedUnder(t, policy, own); denied != "" {
			t.Errorf("%s: the policy denies %s", test.reason, denied)
		}
		for i, s := range policy.Statements {
			for j, action := range s.Action {
				less := policy
				less.Statements = slices.Clone(policy.Statements)
				less.Statements[i].Action = slices.Delete(slices.Clone(s.Action), j, j+1)
				if len(less.Statements[i].Action) == 0 {
					less.Statements = slices.Delete(less.Statements, i, i+1)
				}
				if deniedUnder(t, less, own) == "" {
					t.Errorf("%s: nothing that was read needs %s", test.reason, action)
				}
			}
		}
	}
}

// deniedUnder returns a call that the policy does not allow.
func deniedUnder(t *testing.T, d policygen.Document, calls []call) string {
	t.Helper()
	for _, one := range calls {
		o, _ := operationOf(one.service, one.operation)
		if o.Action == "" {
			continue
		}
		p := eval.Policies{Identity: []policygen.Document{d}}
		switch one.service {
		case "KMS": // a key counts on its own policy to count the account's
			keyPolicy := policygen.DefaultKeyPolicy(home, "aws")
			p.Resource = &keyPolicy
		case "STS": // a role of another account trusts this one
			p.Resource = &policygen.Document{Statements: []policygen.Statement{{
				Effect: policygen.Allow, Action: []string{"sts:AssumeRole"}, Principal: &policygen.Principals{AWS: []string{"arn:aws:iam::111122223333:root"}},
			}}}
		}
		decision := eval.Evaluate(eval.Request{
			Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/doctor"), Action: o.Action, Resource: policygen.ARN(resourceOf(one)), ResourceAccount: account(one),
		}, p)
		if decision.Outcome != eval.Allowed {
			return o.Action + " on " + resourceOf(one)
		}
	}
	return ""
}

// account returns the account of what a call is on, where the ARN does not tell.
func account(c call) string {
	if c.service == "S3" {
		return home
	}
	return ""
}
