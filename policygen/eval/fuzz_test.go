package eval

import (
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// FuzzEvaluate decides arbitrary requests against arbitrary documents: nothing panics, both ways of deciding agree, order
// decides nothing, a further Deny never allows, and every decision can be explained.
func FuzzEvaluate(f *testing.F) {
	for _, c := range loadCorpus(f) {
		identity, resource := "", ""
		if len(c.policies.Identity) > 0 {
			identity = c.policies.Identity[0].String()
		}
		if c.policies.Resource != nil {
			resource = c.policies.Resource.String()
		}
		key, value := "", ""
		for k, v := range c.request.Context {
			key, value = k, strings.Join(v, ",")
		}
		f.Add(identity, resource, c.request.Principal.String(), c.request.Action, string(c.request.Resource), c.request.ResourceAccount, key, value)
	}
	deny := policygen.Document{Statements: []policygen.Statement{{
		Effect: policygen.Deny, Action: []string{"*:*"}, NotResource: []string{"arn:aws:sqs:*:*:x"},
		Condition: policygen.Condition{"StringLike": {"aws:SourceArn": {"arn:*"}}},
	}}}
	f.Fuzz(func(t *testing.T, identity, resource, principal, action, target, owner, key, value string) {
		p, err := policygen.ParsePrincipal(principal)
		if err != nil {
			return
		}
		req := Request{Principal: p, Action: action, Resource: policygen.ARN(target), ResourceAccount: owner}
		if key != "" {
			req.Context = map[string][]string{key: nil}
			if value != "" {
				req.Context[key] = strings.Split(value, ",")
			}
		}
		var policies Policies
		if d, err := policygen.Parse([]byte(identity)); err == nil {
			policies.Identity = []policygen.Document{d}
			policies.ServiceControl = [][]policygen.Document{{d}, {d}}
		}
		if d, err := policygen.Parse([]byte(resource)); err == nil {
			policies.Resource = &d
			policies.ResourceControl = [][]policygen.Document{{d}}
		}
		c := Compile(policies)
		d := c.Evaluate(req)
		if o := c.Decide(req); o != d.Outcome {
			t.Fatalf("Decide says %v, Evaluate %v", o, d.Outcome)
		}
		if d.Explain() == "" {
			t.Fatal("no explanation")
		}
		for _, r := range d.Reasons {
			if r.String() == "" || (r.Applies == Applies) != (r.Why() == "") {
				t.Fatalf("reason %q, why %q, applies %v", r, r.Why(), r.Applies)
			}
		}
		if o := Compile(reversed(policies)).Decide(req); o != d.Outcome {
			t.Fatalf("in another order it is %v, not %v", o, d.Outcome)
		}
		denied := policies
		denied.Identity = append(slices.Clip(denied.Identity), deny)
		if o := Compile(denied).Decide(req); o == Allowed && d.Outcome != Allowed || d.Outcome.Denied() && !o.Denied() {
			t.Fatalf("with one more Deny it is %v, not %v", o, d.Outcome)
		}
	})
}
