package fanout

import (
	"errors"

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
	var errs []error
	switch p.FilterPolicyScope {
	case "", MessageAttributes, MessageBody:
	default:
		errs = append(errs, bad("filter policy scope", string(p.FilterPolicyScope), "unknown", `"MessageAttributes" or "MessageBody"`, ""))
	}
	if value(p.NewDeadLetterQueue) && p.DeadLetterQueue != nil {
		errs = append(errs, bad("dead-letter queue", "", "a given one and a new one", "one of them", ""))
	}
	switch {
	case p.FilterPolicyScope != p.scope() && p.FilterPolicyScope != "":
		errs = append(errs, bad("filter policy scope", string(p.FilterPolicyScope), "the filters are of type awssns.FilterOrPolicy", string(MessageBody), ""))
	case p.filter() != nil:
		errs = append(errs, filter.Check(p.filter(), p.scope() == MessageBody))
	case p.FilterPolicyScope != "":
		errs = append(errs, bad("filter policy scope", string(p.FilterPolicyScope), "there is no filter policy", "a FilterPolicy", ""))
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
	case []any:
		plain := make([]any, len(v))
		for i, x := range v {
			plain[i] = plainFilter(x)
		}
		return plain
	case *map[string]awssns.SubscriptionFilter:
		return plainFilters(value(v))
	case map[string]awssns.SubscriptionFilter:
		return plainFilters(v)
	case *map[string]awssns.FilterOrPolicy:
		return plainFilters(value(v))
	case map[string]awssns.FilterOrPolicy:
		return plainFilters(v)
	case map[string]any:
		return plainFilters(v)
	case awssns.SubscriptionFilter:
		return *v.Conditions()
	case awssns.Filter:
		return *v.FilterDoc().Conditions()
	case awssns.Policy:
		return plainFilters(*v.PolicyDoc())
	}
	return v
}

func plainFilters[V any](filters map[string]V) map[string]any {
	plain := make(map[string]any, len(filters))
	for key, v := range filters {
		plain[key] = plainFilter(v)
	}
	return plain
}
