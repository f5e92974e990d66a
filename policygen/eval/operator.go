package eval

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
)

// An operator is a condition operator, such as ForAnyValue:StringNotLikeIfExists, taken apart.
//
// [IAM JSON policy elements: Condition operators], [Multivalued context keys]
//
// [IAM JSON policy elements: Condition operators]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// [Multivalued context keys]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type operator struct {
	written    string
	comparison comparison
	negated    bool
	ifExists   bool
	set        setOperator
}

type setOperator uint8

const (
	single setOperator = iota
	forAnyValue
	forAllValues
)

// comparison is what an operator does with one value of the policy and one of the request.
type comparison uint8

const (
	unknownOperator comparison = iota
	stringEquals
	stringEqualsIgnoreCase
	stringLike
	numericEquals
	numericLess
	numericLessEquals
	numericGreater
	numericGreaterEquals
	dateEquals
	dateLess
	dateLessEquals
	dateGreater
	dateGreaterEquals
	boolean
	binaryEquals
	ipAddress
	arnLike
	null
)

var operators = map[string]operator{
	"stringequals":              {comparison: stringEquals},
	"stringnotequals":           {comparison: stringEquals, negated: true},
	"stringequalsignorecase":    {comparison: stringEqualsIgnoreCase},
	"stringnotequalsignorecase": {comparison: stringEqualsIgnoreCase, negated: true},
	"stringlike":                {comparison: stringLike},
	"stringnotlike":             {comparison: stringLike, negated: true},
	"numericequals":             {comparison: numericEquals},
	"numericnotequals":          {comparison: numericEquals, negated: true},
	"numericlessthan":           {comparison: numericLess},
	"numericlessthanequals":     {comparison: numericLessEquals},
	"numericgreaterthan":        {comparison: numericGreater},
	"numericgreaterthanequals":  {comparison: numericGreaterEquals},
	"dateequals":                {comparison: dateEquals},
	"datenotequals":             {comparison: dateEquals, negated: true},
	"datelessthan":              {comparison: dateLess},
	"datelessthanequals":        {comparison: dateLessEquals},
	"dategreaterthan":           {comparison: dateGreater},
	"dategreaterthanequals":     {comparison: dateGreaterEquals},
	"bool":                      {comparison: boolean},
	"binaryequals":              {comparison: binaryEquals},
	"ipaddress":                 {comparison: ipAddress},
	"notipaddress":              {comparison: ipAddress, negated: true},
	// ArnEquals and ArnLike do the same.
	"arnequals":    {comparison: arnLike},
	"arnnotequals": {comparison: arnLike, negated: true},
	"arnlike":      {comparison: arnLike},
	"arnnotlike":   {comparison: arnLike, negated: true},
	"null":         {comparison: null},
}

// parseOperator returns the operator that s names, without regard to case; one that AWS does not have is an
// unknownOperator.
func parseOperator(s string) operator {
	name, set := text.Lower(s), single
	if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		name, set = rest, forAnyValue
	} else if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		name, set = rest, forAllValues
	}
	name, ifExists := strings.CutSuffix(name, "ifexists")
	op := operators[name]
	if op.comparison == null && (ifExists || set != single) {
		op = operator{}
	}
	op.written, op.set, op.ifExists = s, set, ifExists
	return op
}

// absent is what a condition with the operator is worth if the request does not have the key. ForAnyValue asks for one of
// its values, which IfExists does not change.
//
// [ForAnyValue:StringEqualsIfExists behaving unexpectedly]
//
// [ForAnyValue:StringEqualsIfExists behaving unexpectedly]: https://repost.aws/questions/QU9HFmDzP0QGuU-fd7rS6B7w/foranyvalue-stringequalsifexists-behaving-unexpectedly
func (o *operator) absent() text.Truth {
	switch {
	case o.set == forAnyValue:
		return text.No
	case o.ifExists || o.set == forAllValues:
		return text.Yes
	}
	return text.Of(o.negated)
}
