package fanout

import (
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/hopgrant/hopgrant/internal/filter"
)

// check returns everything that is wrong with the subscription.
func (p *SubscriptionProps) check() error {
	if p == nil {
		return nil
	}
	if p.FilterPolicy != nil && p.FilterPolicyWithMessageBody != nil {
		return bad("filter policy", "", "one on the attributes and one on the message body", "one of them", "")
	}
	switch p.FilterPolicy.(type) {
	case *map[string]awssns.FilterOrPolicy, map[string]awssns.FilterOrPolicy:
		return bad("filter policy", "", "the filters are of type awssns.FilterOrPolicy", "FilterPolicyWithMessageBody for them", "")
	}
	policy, body := p.filter()
	if policy == nil {
		return nil
	}
	return filter.Check(policy, body)
}

// filter returns the filter policy as JSON, and whether it looks at the message body. It returns nil if there is none: one
// without keys lets every message pass.
func (p *SubscriptionProps) filter() (policy any, body bool) {
	body = p.FilterPolicyWithMessageBody != nil
	policy = plainFilter(p.FilterPolicy)
	if body {
		policy = plainFilter(p.FilterPolicyWithMessageBody)
	}
	if keys, ok := policy.(map[string]any); ok && len(keys) == 0 {
		return nil, false
	}
	return policy, body
}

// plainFilter returns the JSON that a filter of the CDK's stands for, a token for what CloudFormation knows later, and any
// other as it is.
func plainFilter(v any) any {
	switch v := v.(type) {
	case awscdk.IResolvable:
		return *awscdk.Token_AsString(v, nil)
	case awssns.SubscriptionFilter:
		return *v.Conditions()
	case awssns.Filter:
		return *v.FilterDoc().Conditions()
	case awssns.Policy:
		return plainFilter(v.PolicyDoc())
	}
	switch r := reflect.Indirect(reflect.ValueOf(v)); {
	case !r.IsValid():
		return nil
	case r.Kind() == reflect.Map && r.Type().Elem().Kind() == reflect.Interface && r.Type().Key().Kind() == reflect.String:
		plain := make(map[string]any, r.Len())
		for key, x := range r.Seq2() {
			plain[key.String()] = plainFilter(x.Interface())
		}
		return plain
	case r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.Interface:
		plain := make([]any, r.Len())
		for i := range plain {
			plain[i] = plainFilter(r.Index(i).Interface())
		}
		return plain
	}
	return v
}
