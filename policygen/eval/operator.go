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

// operators are the plain operators, as AWS writes them.
var operators = map[string]*operator{
	"StringEquals":              {comparison: stringEquals},
	"StringNotEquals":           {comparison: stringEquals, negated: true},
	"StringEqualsIgnoreCase":    {comparison: stringEqualsIgnoreCase},
	"StringNotEqualsIgnoreCase": {comparison: stringEqualsIgnoreCase, negated: true},
	"StringLike":                {comparison: stringLike},
	"StringNotLike":             {comparison: stringLike, negated: true},
	"NumericEquals":             {comparison: numericEquals},
	"NumericNotEquals":          {comparison: numericEquals, negated: true},
	"NumericLessThan":           {comparison: numericLess},
	"NumericLessThanEquals":     {comparison: numericLessEquals},
	"NumericGreaterThan":        {comparison: numericGreater},
	"NumericGreaterThanEquals":  {comparison: numericGreaterEquals},
	"DateEquals":                {comparison: dateEquals},
	"DateNotEquals":             {comparison: dateEquals, negated: true},
	"DateLessThan":              {comparison: dateLess},
	"DateLessThanEquals":        {comparison: dateLessEquals},
	"DateGreaterThan":           {comparison: dateGreater},
	"DateGreaterThanEquals":     {comparison: dateGreaterEquals},
	"Bool":                      {comparison: boolean},
	"BinaryEquals":              {comparison: binaryEquals},
	"IpAddress":                 {comparison: ipAddress},
	"NotIpAddress":              {comparison: ipAddress, negated: true},
	// ArnEquals and ArnLike do the same.
	"ArnEquals":    {comparison: arnLike},
	"ArnNotEquals": {comparison: arnLike, negated: true},
	"ArnLike":      {comparison: arnLike},
	"ArnNotLike":   {comparison: arnLike, negated: true},
	"Null":         {comparison: null},
}

// anyCase are the plain operators in lower case, as they are read.
var anyCase = func() map[string]*operator {
	all := make(map[string]*operator, len(operators))
	for name, op := range operators {
		op.written = name
		all[text.Lower(name)] = op
	}
	return all
}()

// parseOperator returns the operator that s names, without regard to case; one that AWS does not have is an
// unknownOperator.
func parseOperator(s string) *operator {
	if op := operators[s]; op != nil {
		return op
	}
	name, set := text.Lower(s), single
	if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		name, set = rest, forAnyValue
	} else if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		name, set = rest, forAllValues
	}
	name, ifExists := strings.CutSuffix(name, "ifexists")
	var op operator
	if plain := anyCase[name]; plain != nil && (plain.comparison != null || !ifExists && set == single) {
		op = *plain
	}
	op.written, op.set, op.ifExists = s, set, ifExists
	return &op
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
