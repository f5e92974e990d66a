package fanout

import (
	"errors"
	"reflect"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/hopgrant/hopgrant/internal/filter"
)

// FilterScope is what a filter policy looks at.
type FilterScope string

// The scopes of a filter policy.
const (
	MessageAttributes FilterScope = "MessageAttributes" // the default
	MessageBody       FilterScope = "MessageBody"
)

// check returns everything that is wrong with the subscription.
func (p *SubscriptionProps) check() error {
	if p == nil {
		return nil
	}
	kind, policy := p.FilterPolicyScope, p.filter()
	wrong := func(got, want string) error { return bad("filter policy scope", string(kind), got, want, "") }
	errs := []error{
		when(kind != "" && kind != MessageAttributes && kind != MessageBody, wrong("unknown", `"MessageAttributes" or "MessageBody"`)),
		when(value(p.NewDeadLetterQueue) && p.DeadLetterQueue != nil, bad("dead-letter queue", "", "a given one and a new one", "one of them", "")),
		when(kind != "" && kind != p.scope(), wrong("the filters are of type awssns.FilterOrPolicy", string(MessageBody))),
		when(kind != "" && policy == nil, wrong("there is no filter policy", "a FilterPolicy")),
	}
	if policy != nil {
		errs = append(errs, filter.Check(policy, p.scope() == MessageBody))
	}
	return errors.Join(errs...)
}

// scope returns what the filter policy looks at, "" for the default.
func (p *SubscriptionProps) scope() FilterScope {
	switch p.FilterPolicy.(type) {
	case *map[string]awssns.FilterOrPolicy, map[string]awssns.FilterOrPolicy:
		return MessageBody
	}
	return p.FilterPolicyScope
}

// filter returns the filter policy as JSON, nil if there is none: one without keys lets every message pass.
func (p *SubscriptionProps) filter() any {
	plain := plainFilter(p.FilterPolicy)
	if keys, ok := plain.(map[string]any); ok && len(keys) == 0 {
		return nil
	}
	return plain
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
