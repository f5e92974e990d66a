package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// TestFilterPolicies: the CDK's filters say what they say in the CDK, and JSON is SNS's own.
func TestFilterPolicies(t *testing.T) {
	kinds := awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("order", "refund"), MatchPrefixes: jsii.Strings("a-")})
	total := awssns.SubscriptionFilter_NumericFilter(&awssns.NumericConditions{Between: &awssns.BetweenCondition{Start: jsii.Number(1), Stop: jsii.Number(9)}})
	attributes := &map[string]awssns.SubscriptionFilter{"kind": kinds, "total": total}
	body := &map[string]awssns.FilterOrPolicy{"kind": awssns.FilterOrPolicy_Filter(kinds),
		"order": awssns.FilterOrPolicy_Policy(&map[string]awssns.FilterOrPolicy{"total": awssns.FilterOrPolicy_Filter(total)})}
	tests := []struct {
		name, reason string
		cdk          awssnssubscriptions.SqsSubscriptionProps
		ours         fanout.SubscriptionProps
	}{
		{"attributes", "the prop and the value of the CDK", awssnssubscriptions.SqsSubscriptionProps{FilterPolicy: attributes}, fanout.SubscriptionProps{FilterPolicy: attributes}},
		{"attributes, no pointer", "as it is used in Go", awssnssubscriptions.SqsSubscriptionProps{FilterPolicy: attributes}, fanout.SubscriptionProps{FilterPolicy: *attributes}},
		{"attributes in JSON", "beside others in JSON", awssnssubscriptions.SqsSubscriptionProps{FilterPolicy: attributes},
			fanout.SubscriptionProps{FilterPolicy: map[string]any{"kind": kinds, "total": []any{map[string]any{"numeric": []any{">=", 1, "<=", 9}}}}}},
		{"attributes of strings", "a map of any type encodes as JSON", awssnssubscriptions.SqsSubscriptionProps{FilterPolicy: &map[string]awssns.SubscriptionFilter{
			"kind": awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("a", "b")})}}, fanout.SubscriptionProps{FilterPolicy: map[string][]string{"kind": {"a", "b"}}}},
		{"body", "the prop and the value of the CDK", awssnssubscriptions.SqsSubscriptionProps{FilterPolicyWithMessageBody: body}, fanout.SubscriptionProps{FilterPolicyWithMessageBody: body}},
		{"body in JSON", "as SNS has it", awssnssubscriptions.SqsSubscriptionProps{FilterPolicyWithMessageBody: body}, fanout.SubscriptionProps{FilterPolicyWithMessageBody: map[string]any{
			"kind": kinds, "order": map[string]any{"total": []any{map[string]any{"numeric": []any{">=", 1, "<=", 9}}}}}}},
		{"no filter", "nil lets every message pass", awssnssubscriptions.SqsSubscriptionProps{}, fanout.SubscriptionProps{FilterPolicy: map[string]any(nil)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			theirs, ours := newStack(app, "Theirs"), newStack(app, "Ours")
			awssns.NewTopic(theirs, jsii.String("T"), nil).AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(theirs, jsii.String("Q"), nil), &tt.cdk))
			fanout.Subscribe(awssns.NewTopic(ours, jsii.String("T"), nil), awssqs.NewQueue(ours, jsii.String("Q"), nil), &tt.ours)
			all := synth(t, app)
			want, got := all["Theirs"].one("AWS::SNS::Subscription", "").Properties, all["Ours"].one("AWS::SNS::Subscription", "").Properties
			for _, p := range []string{"FilterPolicy", "FilterPolicyScope"} {
				if diff := cmp.Diff(text(want[p]), text(got[p])); diff != "" {
					t.Errorf("%s: %s (-CDK +ours):\n%s", tt.reason, p, diff)
				}
			}
		})
	}
}

// TestFilterPoliciesOfTokens: what CloudFormation knows later goes into the template as it is.
func TestFilterPoliciesOfTokens(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	kinds := awscdk.Fn_Ref(jsii.String("Kinds"))
	fanout.Subscribe(fanout.NewTopic(s, jsii.String("T"), nil), fanout.NewQueue(s, jsii.String("Q"), nil), &fanout.SubscriptionProps{FilterPolicy: map[string]any{
		"kind": awscdk.Fn_Split(jsii.String(","), kinds, nil), "list": awscdk.Token_AsAny(*awscdk.Fn_Split(jsii.String(","), kinds, nil)),
		"name": []any{awscdk.Token_AsAny(kinds), map[string]any{"prefix": kinds}},
	}})
	const split = `{"Fn::Split":[",",{"Ref":"Kinds"}]}`
	want := `{"kind":` + split + `,"list":` + split + `,"name":[{"Ref":"Kinds"},{"prefix":{"Ref":"Kinds"}}]}`
	if got := text(synth(t, app)["S"].one("AWS::SNS::Subscription", "").Properties["FilterPolicy"]); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestFilterPoliciesAreChecked: the error names the construct and the place in the filter, whatever its type.
func TestFilterPoliciesAreChecked(t *testing.T) {
	kinds := awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("a")})
	wrong := awssns.NewSubscriptionFilter(&[]any{map[string]any{"prefix": 1}})
	for name, tt := range map[string]struct {
		props fanout.SubscriptionProps
		want  string
	}{
		"attributes": {fanout.SubscriptionProps{FilterPolicy: &map[string]awssns.SubscriptionFilter{"kind": wrong}}, `construct "S/Q": filter policy "kind[0].prefix": it is no string`},
		"body": {fanout.SubscriptionProps{FilterPolicyWithMessageBody: &map[string]awssns.FilterOrPolicy{"order": awssns.FilterOrPolicy_Policy(&map[string]awssns.FilterOrPolicy{"kind": awssns.FilterOrPolicy_Filter(wrong)})}},
			`construct "S/Q": filter policy "order.kind[0].prefix": it is no string`},
		"JSON":   {fanout.SubscriptionProps{FilterPolicy: map[string]any{"kind": []any{map[string]any{"regex": "x"}}}}, `construct "S/Q": filter policy "kind[0].regex": no operator`},
		"no map": {fanout.SubscriptionProps{FilterPolicy: []string{"x"}}, `construct "S/Q": filter policy: it is no JSON object`},
		"body as attributes": {fanout.SubscriptionProps{FilterPolicy: map[string]awssns.FilterOrPolicy{"kind": awssns.FilterOrPolicy_Filter(kinds)}},
			`construct "S/Q": filter policy: the filters are of type awssns.FilterOrPolicy, want FilterPolicyWithMessageBody for them`},
		"both": {fanout.SubscriptionProps{FilterPolicy: map[string]any{"kind": []string{"a"}}, FilterPolicyWithMessageBody: map[string]any{"kind": []string{"a"}}},
			`construct "S/Q": filter policy: one on the attributes and one on the message body, want one of them`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStack(newApp(t, nil), "S")
			err := misused(t, func() {
				fanout.Subscribe(fanout.NewTopic(s, jsii.String("T"), nil), fanout.NewQueue(s, jsii.String("Q"), nil), &tt.props)
			})
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s…", err, tt.want)
			}
		})
	}
}
