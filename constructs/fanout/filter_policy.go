package fanout

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
)

// AWS's limits of one filter policy.
//
// [Filter policy constraints]
//
// [Filter policy constraints]: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
const (
	filterKeys         = 5
	filterCombinations = 150
	filterBytes        = 256 * 1024
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
	if p.FilterPolicy == nil {
		if p.FilterPolicyScope != "" {
			errs = append(errs, bad("filter policy scope", string(p.FilterPolicyScope), "there is no filter policy", "a FilterPolicy", ""))
		}
		return errors.Join(errs...)
	}
	return errors.Join(append(errs, checkFilter(plainFilter(p.FilterPolicy), p.FilterPolicyScope == MessageBody))...)
}

func checkFilter(policy map[string]any, body bool) error {
	var errs []error
	if n := len(policy); n > filterKeys {
		errs = append(errs, bad("filter policy", strconv.Itoa(n)+" keys", "too many", "at most 5", "filter in the consumer, or publish to several topics"))
	}
	text, err := json.Marshal(policy)
	if err != nil {
		return bad("filter policy", "", "no JSON: "+err.Error(), "", "")
	}
	if n := len(text); n > filterBytes {
		errs = append(errs, bad("filter policy", strconv.Itoa(n)+" bytes", "too long", "at most 262144", ""))
	}
	// Read back, a policy of any Go types is one of six.
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		return bad("filter policy", "", "no JSON object: "+err.Error(), "", "")
	}
	combinations := 1
	for key, v := range plain {
		n, err := count(key, v, body)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		combinations *= n
	}
	if combinations > filterCombinations {
		errs = append(errs, bad("filter policy", strconv.Itoa(combinations)+" combinations of values", "too many", "at most 150",
			"the numbers of values of all keys are multiplied"))
	}
	return errors.Join(errs...)
}

// count returns how a key counts in the product of combinations: by the number of its values, or of what is nested in it.
func count(key string, v any, body bool) (int, error) {
	switch v := v.(type) {
	case []any:
		if key == "$or" {
			return countOr(v, body)
		}
		if len(v) == 0 {
			return 0, bad("filter policy key", key, "it has no values", "at least one", "leave the key out to match every message")
		}
		return len(v), nil
	case map[string]any:
		if !body {
			return 0, bad("filter policy key", key, "it is nested", "a list of values", "set FilterPolicyScope to MessageBody to filter by the body")
		}
		n := 1
		for k, x := range v {
			m, err := count(k, x, body)
			if err != nil {
				return 0, err
			}
			n *= m
		}
		return n, nil
	}
	return 0, bad("filter policy key", key, "it is no list", "a list of values", "")
}

// countOr adds the alternatives of $or.
func countOr(alternatives []any, body bool) (int, error) {
	sum := 0
	for _, a := range alternatives {
		m, ok := a.(map[string]any)
		if !ok {
			return 0, bad("filter policy key", "$or", "an alternative is no object", "a list of objects", "")
		}
		n := 1
		for k, x := range m {
			c, err := count(k, x, body)
			if err != nil {
				return 0, err
			}
			n *= c
		}
		sum += n
	}
	return max(sum, 1), nil
}

// plainFilter returns the policy with the CDK's filters as the lists that they stand for.
func plainFilter(policy map[string]any) map[string]any {
	plain := make(map[string]any, len(policy))
	for key, v := range policy {
		switch v := v.(type) {
		case awssns.SubscriptionFilter:
			plain[key] = *v.Conditions()
		case map[string]any:
			plain[key] = plainFilter(v)
		default:
			plain[key] = v
		}
	}
	return plain
}
