// Package filter checks the filter policies of SNS subscriptions.
package filter

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/hopgrant/hopgrant/policygen"
)

// AWS's limits of one filter policy.
//
// [Filter policy constraints]
//
// [Filter policy constraints]: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
const (
	maxKeys         = 5 // of the policy itself; nested ones do not count
	maxCombinations = 150
	maxBytes        = 256 * 1024
	maxComplexity   = 100 // of all patterns with wildcards
)

// Check returns everything for which SNS refuses a filter policy, which is anything that JSON can encode. Body says that the
// policy's scope is MessageBody, not MessageAttributes. Text that only CloudFormation knows is not judged.
func Check(policy any, body bool) error {
	text, err := json.Marshal(policy)
	if err != nil {
		return bad("", "no JSON: "+err.Error(), "", "")
	}
	// Read back, a policy of any Go types is of six.
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return bad("", "no JSON: "+err.Error(), "", "")
	}
	keys, ok := plain.(map[string]any)
	switch {
	case unresolved(plain):
		return nil
	case !ok:
		return bad("", "it is no JSON object", "an object of lists", "")
	}
	c := check{body: body}
	if n := len(keys); n > maxKeys {
		c.add(strconv.Itoa(n)+" keys", "too many", "at most 5", "filter in the consumer, or publish to several topics")
	}
	if n := len(text); n > maxBytes {
		c.add(strconv.Itoa(n)+" bytes", "too long", "at most 262144", "")
	}
	if n := c.combinations("", keys, 1); n > maxCombinations {
		c.add(strconv.FormatFloat(n, 'g', -1, 64)+" combinations of values", "too many", "at most 150",
			"the numbers of values of all keys are multiplied, each by how deep its key is nested")
	}
	if c.complexity > maxComplexity {
		c.add("wildcards of complexity "+strconv.Itoa(c.complexity), "too complex", "at most 100",
			"a key's patterns count 1 with one wildcard, 3 with more, multiplied by the number of the patterns")
	}
	return errors.Join(c.errs...)
}

// A check of one policy collects what is wrong with it. Places in the policy are as in order.total[0].numeric.
type check struct {
	body       bool
	complexity int
	errs       []error
}

func (c *check) add(place, got, want, fix string) {
	c.errs = append(c.errs, bad(place, got, want, fix))
}

func bad(place, got, want, fix string) error {
	return &policygen.InputError{What: "filter policy", Value: place, Got: got, Want: want, Fix: fix}
}

// combinations checks the keys of an object, and returns in how many ways their values combine.
func (c *check) combinations(place string, keys map[string]any, depth float64) float64 {
	n := 1.0
	if place != "" {
		place += "."
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		n *= c.key(place+key, key, keys[key], depth)
	}
	return n
}

// key checks the value of a key, and returns the factor that it is in the number of combinations.
//
// [OR operator]
//
// [OR operator]: https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html#or-operator
func (c *check) key(place, key string, v any, depth float64) float64 {
	switch v := v.(type) {
	case map[string]any:
		if !c.body {
			c.add(place, "it is nested", "a list of values", "a policy on the message body may be (FilterPolicyScope, in the CDK FilterPolicyWithMessageBody)")
			return 1
		}
		return c.combinations(place, v, depth+1)
	case []any:
		if key == "$or" && isOr(v) {
			sum := 0.0
			for i, alternative := range v {
				sum += c.combinations(item(place, i), alternative.(map[string]any), depth)
			}
			return sum
		}
		if len(v) == 0 {
			c.add(place, "it has no values", "at least one", "leave the key out to match every message")
			return 1
		}
		c.values(place, v)
		return float64(len(v)) * depth
	}
	if !unresolved(v) {
		c.add(place, "it is no list", "a list of values", "")
	}
	return 1
}

// isOr reports whether SNS takes the list of a key $or for alternatives, and the key not for one of the messages.
func isOr(list []any) bool {
	for _, v := range list {
		object, ok := v.(map[string]any)
		if !ok {
			return false
		}
		for key := range object {
			if operators[key] != nil {
				return false
			}
		}
	}
	return len(list) >= 2
}

func item(place string, i int) string { return fmt.Sprintf("%s[%d]", place, i) }
