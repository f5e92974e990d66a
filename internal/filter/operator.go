package filter

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
)

const (
	maxWildcards = 3   // of one pattern
	maxNumber    = 1e9 // and the same below zero
)

// operators are those of a value that is an object, each with what checks its argument.
//
// [String value matching], [Numeric value matching], [Key matching]
//
// [String value matching]: https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
// [Numeric value matching]: https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html
// [Key matching]: https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html
var operators map[string]func(c *check, place string, arg any)

// negated are the operators that may stand in anything-but. AWS documents two of them, prefix and wildcard. It refused
// others once and may take them now, which a deployment says at once.
var negated = []string{"equals-ignore-case", "prefix", "suffix", "wildcard"}

func init() { // anything-but refers to the others
	operators = map[string]func(*check, string, any){
		"anything-but": (*check).anythingBut, "cidr": (*check).cidr, "equals-ignore-case": (*check).text, "exists": (*check).exists,
		"numeric": (*check).numeric, "prefix": (*check).text, "suffix": (*check).text, "wildcard": (*check).wildcard,
	}
}

// values checks the values of a key, of which one must match.
func (c *check) values(place string, list []any) {
	patterns, points := 0, 0
	for i, v := range list {
		at := item(place, i)
		switch v := v.(type) {
		case []any:
			c.add(at, "it is a list", "a string, a number, true, false, null or an operator", "")
		case map[string]any:
			c.operator(at, v, slices.Sorted(maps.Keys(operators)))
			if n := wildcards(v); n > 0 {
				patterns++
				points += 1 + 2*min(n-1, 1)
			}
		}
	}
	c.complexity += patterns * points
}

// operator checks an object that must be one of some operators and its argument.
func (c *check) operator(place string, object map[string]any, names []string) {
	if len(object) != 1 {
		c.add(place, "it has "+strconv.Itoa(len(object))+" operators", "one", "values of a list are alternatives")
		return
	}
	for name, arg := range object {
		if !slices.Contains(names, name) {
			c.add(place+"."+name, "no operator", value.QuotedOr(names), "")
			return
		}
		operators[name](c, place+"."+name, arg)
	}
}

func (c *check) text(place string, arg any) {
	if _, ok := arg.(string); !ok {
		c.add(place, "it is no string", "a string", "")
	}
}

func (c *check) wildcard(place string, arg any) {
	c.text(place, arg)
	if n := stars(arg); n > maxWildcards {
		c.add(place, "it has "+strconv.Itoa(n)+" wildcards", "at most 3", "")
	}
}

// wildcards returns how many wildcards a value has that is a pattern, or anything but one.
func wildcards(object map[string]any) int {
	if but, ok := object["anything-but"].(map[string]any); ok {
		object = but
	}
	return stars(object["wildcard"])
}

// stars counts the wildcards of a pattern, in which a backslash takes the meaning of the character after it.
func stars(pattern any) int {
	s, _ := pattern.(string)
	return strings.Count(strings.NewReplacer(`\\`, "", `\*`, "").Replace(s), "*")
}

func (c *check) exists(place string, arg any) {
	if _, ok := arg.(bool); !ok && !unresolved(arg) {
		c.add(place, "it is neither true nor false", "true or false", "")
	}
}

func (c *check) cidr(place string, arg any) {
	if unresolved(arg) {
		return
	}
	s, _ := arg.(string)
	if _, err := netip.ParsePrefix(s); err != nil {
		c.add(place, fmt.Sprintf("%v is no address range", arg), "an IP address, / and the length of the prefix, such as 10.0.0.0/24", "")
	}
}

func (c *check) anythingBut(place string, arg any) {
	switch arg := arg.(type) {
	case map[string]any:
		c.operator(place, arg, negated)
	case []any:
		if len(arg) == 0 {
			c.add(place, "it has no values", "at least one", "")
		}
		for i, v := range arg {
			switch v.(type) {
			case []any, map[string]any:
				c.add(item(place, i), "it is a list or an object", "a string or a number", "")
			}
		}
	}
}

// numeric checks a comparison or a range. The lower bound of a range comes first.
func (c *check) numeric(place string, arg any) {
	terms, _ := arg.([]any)
	if len(terms) != 2 && len(terms) != 4 {
		c.add(place, "it has "+strconv.Itoa(len(terms))+" elements", `an operator and a number, or two of each, such as [">", 0, "<=", 100]`, "")
		return
	}
	allowed := [][]string{{"<", "<=", "=", ">", ">="}}
	if len(terms) == 4 {
		allowed = [][]string{{">", ">="}, {"<", "<="}}
	}
	bounds := make([]float64, 2)
	for i, names := range allowed {
		name, _ := terms[2*i].(string)
		if !slices.Contains(names, name) {
			c.add(item(place, 2*i), fmt.Sprintf("%v is no operator here", terms[2*i]), value.QuotedOr(names), "")
		}
		bounds[i] = math.NaN()
		if unresolved(terms[2*i+1]) {
			continue
		}
		n, ok := terms[2*i+1].(float64)
		switch {
		case !ok:
			c.add(item(place, 2*i+1), fmt.Sprintf("%v is no number", terms[2*i+1]), "a number", "")
		case n < -maxNumber || n > maxNumber:
			c.add(item(place, 2*i+1), "out of range", "a number from -1000000000 to 1000000000", "")
		default:
			bounds[i] = n
		}
	}
	if len(terms) == 4 && bounds[0] >= bounds[1] {
		c.add(place, "the range is empty", "a lower bound below the upper one", "")
	}
}

// unresolved reports whether only CloudFormation knows the value. The CDK writes numbers of that kind as huge negative ones.
func unresolved(v any) bool {
	switch v := v.(type) {
	case string:
		return text.Unresolved(v)
	case float64:
		return v < -1e200
	}
	return false
}
