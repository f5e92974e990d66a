package eval

import (
	"testing"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// What the corpus does not say because AWS's pages do not: values that are not known, and values of the wrong type.
func TestConditionHolds(t *testing.T) {
	type c = policygen.Condition
	tests := []struct {
		name      string
		condition c
		context   map[string][]string
		want      text.Truth
		reason    string
	}{
		{"unknown key", c{"StringEquals": {"aws:SourceVpc": {"vpc-1"}}}, nil, text.Maybe, "it may or may not be there"},
		{"unknown key, negated", c{"StringNotEquals": {"aws:SourceVpc": {"vpc-1"}}}, nil, text.Maybe, "it may be that value"},
		{"unknown key, any value", c{"StringLike": {"aws:SourceVpc": {"*"}}}, nil, text.Maybe, "it may be absent"},
		{"unknown key, any value, if it exists", c{"StringLikeIfExists": {"aws:SourceVpc": {"*"}}}, nil, text.Yes, "absent or not, it holds"},
		{"unknown key, none of no values", c{"StringEquals": {"aws:SourceVpc": {}}}, nil, text.No, "no value is among none"},
		{"unknown key, null", c{"Null": {"aws:SourceVpc": {"true"}}}, nil, text.Maybe, "it may be absent"},
		{"known key and unknown key", c{"StringEquals": {"aws:SourceVpc": {"vpc-1"}, "aws:username": {"other"}}}, nil, text.No, "the known one fails"},
		{"unresolved value, same", c{"ArnEquals": {"aws:SourceArn": {"${Topic.Arn}"}}}, map[string][]string{"aws:SourceArn": {"${Topic.Arn}"}}, text.Yes,
			"the same text is the same value"},
		{"unresolved value, other", c{"ArnEquals": {"aws:SourceArn": {"${Topic.Arn}"}}}, map[string][]string{"aws:SourceArn": {"${Other.Arn}"}}, text.Maybe,
			"they may be equal"},
		{"unresolved value, negated", c{"StringNotEquals": {"a:b": {"${X}"}}}, map[string][]string{"a:b": {"v"}}, text.Maybe, "they may be equal"},
		{"unresolved value in a list", c{"StringEquals": {"a:b": {"${X}", "v"}}}, map[string][]string{"a:b": {"v"}}, text.Yes, "another value of the list matches"},
		{"unresolved request, pattern", c{"StringLike": {"a:b": {"prefix-*"}}}, map[string][]string{"a:b": {"prefix-${X}"}}, text.Yes, "the star covers it"},
		{"unresolved request, contradiction", c{"StringLike": {"a:b": {"prefix-*"}}}, map[string][]string{"a:b": {"other-${X}"}}, text.No, "the beginning differs"},
		{"unresolved, without case", c{"StringEqualsIgnoreCase": {"a:b": {"A-${X}"}}}, map[string][]string{"a:b": {"a-${X}"}}, text.Yes, "a and A are equal there"},
		{"unresolved number", c{"NumericLessThanEquals": {"a:b": {"${X}"}}}, map[string][]string{"a:b": {"7"}}, text.Maybe, "it may be more"},
		{"unresolved number, same", c{"NumericLessThan": {"a:b": {"${X}"}}}, map[string][]string{"a:b": {"${X}"}}, text.Maybe, "equal is not less, if it is a number at all"},
		{"unresolved boolean", c{"Bool": {"a:b": {"${X}"}}}, map[string][]string{"a:b": {"true"}}, text.Maybe, "it may be either"},
		{"no number", c{"NumericEquals": {"a:b": {"7"}}}, map[string][]string{"a:b": {"seven"}}, text.No, "it is not 7"},
		{"whole numbers of many digits", c{"NumericEquals": {"a:b": {"900719925474099312"}}}, map[string][]string{"a:b": {"900719925474099313"}}, text.No,
			"they differ, though not as floating-point numbers"},
		{"negative numbers", c{"NumericLessThan": {"a:b": {"-1"}}}, map[string][]string{"a:b": {"-1.5"}}, text.Yes, "-1.5 is less"},
		{"no date", c{"DateLessThan": {"a:b": {"2030-01-01T00:00:00Z"}}}, map[string][]string{"a:b": {"tomorrow"}}, text.No, "it is no date"},
		{"a date alone", c{"DateLessThan": {"a:b": {"2030-01-02"}}}, map[string][]string{"a:b": {"2030-01-01T23:59:59Z"}}, text.Yes, "a day starts at midnight UTC"},
		{"no address", c{"IpAddress": {"aws:SourceIp": {"203.0.113.0/24"}}}, map[string][]string{"aws:SourceIp": {"sqs.amazonaws.com"}}, text.No, "a name is no address"},
		{"no range", c{"IpAddress": {"aws:SourceIp": {"everywhere"}}}, map[string][]string{"aws:SourceIp": {"203.0.113.1"}}, text.No, "no address is within it"},
		{"host bits", c{"IpAddress": {"aws:SourceIp": {"203.0.113.77/24"}}}, map[string][]string{"aws:SourceIp": {"203.0.113.1"}}, text.Yes, "only the prefix counts"},
		{"no ARN", c{"ArnLike": {"aws:SourceArn": {"arn:aws:sns:*:*:*"}}}, map[string][]string{"aws:SourceArn": {"events"}}, text.No, "it has no six parts"},
		{"short ARN pattern", c{"ArnLike": {"aws:SourceArn": {"arn:aws:sns:*"}}}, map[string][]string{"aws:SourceArn": {"arn:aws:sns:us-east-2:111122223333:events"}}, text.Maybe,
			"AWS says what becomes of it in Resource, not in conditions"},
		{"unresolved account id as a number", c{"NumericEquals": {"aws:SourceAccount": {"${X}"}}}, map[string][]string{"aws:SourceAccount": {"${X}"}}, text.Maybe,
			"it may be the same number"},
		{"unresolved ARN as a number", c{"NumericEquals": {"aws:SourceArn": {"${X}"}}}, map[string][]string{"aws:SourceArn": {"${X}"}}, text.No, "an ARN is no number"},
		{"unresolved account id as an ARN, negated", c{"ArnNotEquals": {"aws:SourceAccount": {"arn:aws:sns:*:*:*"}}}, map[string][]string{"aws:SourceAccount": {"${X}"}}, text.No,
			"the wrong operator never applies"},
		{"account id as a number", c{"NumericEquals": {"aws:SourceAccount": {"111122223333"}}}, map[string][]string{"aws:SourceAccount": {"111122223333"}}, text.Maybe,
			"the key holds text, which looks like a number"},
		{"account id as a number, negated", c{"NumericNotEquals": {"aws:SourceAccount": {"111122223333"}}}, map[string][]string{"aws:SourceAccount": {"444455556666"}}, text.Maybe,
			"the key holds text, which looks like a number"},
		{"account id as an address", c{"IpAddress": {"aws:SourceAccount": {"${X}"}}}, map[string][]string{"aws:SourceAccount": {"${X}"}}, text.No, "an account id is no address"},
		{"account id as bytes", c{"BinaryEquals": {"aws:SourceAccount": {"111122223333"}}}, map[string][]string{"aws:SourceAccount": {"111122223333"}}, text.No,
			"the key holds text, though these digits are Base64 too"},
		{"ARN as a date, if it exists", c{"DateEqualsIfExists": {"aws:SourceArn": {"${X}"}}}, map[string][]string{"aws:SourceArn": {"${X}"}}, text.No, "an ARN is no date"},
		{"ARN as an address, negated", c{"NotIpAddress": {"aws:SourceArn": {"203.0.113.0/24"}}}, map[string][]string{"aws:SourceArn": {"${X}"}}, text.No, "the wrong operator never applies"},
		{"ARN as bytes", c{"BinaryEquals": {"aws:PrincipalArn": {"${X}"}}}, map[string][]string{"aws:PrincipalArn": {"${X}"}}, text.No, "an ARN is no binary value"},
		{"Boolean as a number", c{"NumericEquals": {"aws:SecureTransport": {"${X}"}}}, map[string][]string{"aws:SecureTransport": {"${X}"}}, text.No, "true is no number"},
		{"unknown ARN as a number", c{"NumericLessThan": {"aws:SourceArn": {"7"}}}, nil, text.No, "whatever it is, it is no number"},
		{"unresolved account id as a Boolean", c{"Bool": {"aws:SourceAccount": {"${X}"}}}, map[string][]string{"aws:SourceAccount": {"${X}"}}, text.No, "it is neither true nor false"},
		{"unresolved Boolean, the same", c{"Bool": {"aws:SecureTransport": {"${X}"}}}, map[string][]string{"aws:SecureTransport": {"${X}"}}, text.Yes, "the key holds Booleans"},
		{"unresolved tag as an ARN", c{"ArnEquals": {"aws:PrincipalTag/queuearn": {"${X}"}}}, map[string][]string{"aws:PrincipalTag/queuearn": {"${X}"}}, text.Maybe, "a tag may hold anything"},
		{"unresolved text that is no ARN", c{"ArnLike": {"a:b": {"sqs.${X}"}}}, map[string][]string{"a:b": {"sqs.${X}"}}, text.No, "it begins otherwise"},
		{"unknown operator", c{"StringMatches": {"a:b": {"v"}}}, map[string][]string{"a:b": {"v"}}, text.Maybe, "AWS would refuse the policy"},
		{"null with a set operator", c{"ForAnyValue:Null": {"a:b": {"true"}}}, nil, text.Maybe, "AWS has no such operator"},
		{"operator without case", c{"stringequals": {"a:b": {"v"}}}, map[string][]string{"a:b": {"v"}}, text.Yes, "operators are recognized in any case"},
		{"several values without a set operator", c{"StringEquals": {"a:b": {"v"}}}, map[string][]string{"a:b": {"u", "v"}}, text.Maybe,
			"AWS demands a set operator, and does not say what one of them is worth without"},
		{"several values without a set operator, none", c{"StringEquals": {"a:b": {"w"}}}, map[string][]string{"a:b": {"u", "v"}}, text.No, "none matches in any reading"},
		{"several values, negated", c{"StringNotEquals": {"a:b": {"v"}}}, map[string][]string{"a:b": {"u", "v"}}, text.No, "one of them is too many"},
		{"several values, negated, none", c{"StringNotEquals": {"a:b": {"w"}}}, map[string][]string{"a:b": {"u", "v"}}, text.Maybe, "AWS demands a set operator"},
		{"one value of a multivalued key without a set operator", c{"StringEquals": {"aws:TagKeys": {"v"}}}, map[string][]string{"aws:TagKeys": {"v"}}, text.Maybe,
			"AWS demands a set operator for the key"},
		{"a multivalued key without a set operator, none", c{"StringEquals": {"aws:TagKeys": {"v"}}}, map[string][]string{"aws:TagKeys": {"u"}}, text.No,
			"no reading matches"},
		{"a multivalued key, null", c{"Null": {"aws:TagKeys": {"false"}}}, map[string][]string{"aws:TagKeys": {"u"}}, text.Yes, "Null needs no set operator"},
		{"no ARN, same text", c{"ArnEquals": {"a:b": {"events"}}}, map[string][]string{"a:b": {"events"}}, text.No, "the wrong operator never applies"},
		{"no number, negated", c{"NumericNotEquals": {"a:b": {"7"}}}, map[string][]string{"a:b": {"seven"}}, text.No, "the wrong operator never applies"},
		{"no date, negated", c{"DateNotEquals": {"a:b": {"2030-01-01T00:00:00Z"}}}, map[string][]string{"a:b": {"tomorrow"}}, text.No, "the wrong operator never applies"},
		{"no ARN, negated", c{"ArnNotLike": {"a:b": {"arn:aws:sns:*:*:*"}}}, map[string][]string{"a:b": {"events"}}, text.No, "the wrong operator never applies"},
		{"no ARN, negated, of any", c{"ForAnyValue:ArnNotLike": {"a:b": {"arn:aws:sns:*:*:*"}}}, map[string][]string{"a:b": {"events", "arn:aws:sqs:us-east-2:111122223333:q"}}, text.Yes,
			"the other value is an ARN"},
		{"unresolved ARN, negated", c{"ArnNotLike": {"a:b": {"arn:aws:sns:*:*:*"}}}, map[string][]string{"a:b": {"${X}"}}, text.Maybe, "it may be another ARN"},
		{"no number in the policy, negated", c{"NumericNotEquals": {"a:b": {"seven"}}}, map[string][]string{"a:b": {"7"}}, text.Maybe, "AWS says nothing of it"},
		{"no number in the policy, negated, unknown key", c{"NumericNotEqualsIfExists": {"a:b": {"seven"}}}, nil, text.Maybe, "AWS says nothing of it"},
		{"no ARN's parts in the policy", c{"ArnLike": {"a:b": {"*:role/admin"}}}, map[string][]string{"a:b": {"arn:aws:iam::111122223333:role/admin"}}, text.Maybe,
			"AWS says that each of six parts is matched"},
		{"no ARN in the policy, negated", c{"ArnNotEquals": {"a:b": {"admin"}}}, map[string][]string{"a:b": {"arn:aws:iam::111122223333:role/dev"}}, text.Maybe, "AWS says nothing of it"},
		{"no ARN in the policy", c{"ArnEquals": {"a:b": {"admin"}}}, map[string][]string{"a:b": {"arn:aws:iam::111122223333:role/dev"}}, text.No, "no ARN is like it"},
		{"no ARN's parts in the policy, other", c{"ArnLike": {"a:b": {"*:role/admin"}}}, map[string][]string{"a:b": {"arn:aws:iam::111122223333:role/dev"}}, text.No,
			"no reading matches"},
		{"variable", c{"StringEquals": {"a:b": {"${aws:username}"}}}, map[string][]string{"a:b": {"dev"}}, text.Yes, "the user's name follows from the ARN"},
		{"variable, unknown", c{"StringEquals": {"a:b": {"${aws:PrincipalTag/team}"}}}, map[string][]string{"a:b": {"x"}}, text.Maybe, "the tag is not known"},
		{"variable, absent", c{"StringEquals": {"a:b": {"${aws:PrincipalTag/team}"}}}, map[string][]string{"a:b": {"x"}, "aws:PrincipalTag/team": nil}, text.No,
			"a variable without a value matches nothing"},
		{"variable with a default", c{"StringEquals": {"a:b": {"${aws:PrincipalTag/team, 'none'}"}}}, map[string][]string{"a:b": {"none"}, "aws:principaltag/TEAM": nil}, text.Yes,
			"the default counts where the key is absent"},
		{"variable of several values", c{"StringEquals": {"a:b": {"${aws:TagKeys}"}}}, map[string][]string{"a:b": {"x"}, "aws:TagKeys": {"x", "y"}}, text.Maybe,
			"AWS allows only single-valued keys as variables"},
		{"wildcards of a variable", c{"StringLike": {"a:b": {"${c:d}"}}}, map[string][]string{"a:b": {"xyz"}, "c:d": {"x*"}}, text.No,
			"a star that a value brings along is a star"},
		{"a character of several bytes", c{"StringLike": {"a:b": {"caf?"}}}, map[string][]string{"a:b": {"café"}}, text.Yes, "a question mark is one character"},
		{"a character of several bytes, two", c{"StringLike": {"a:b": {"caf??"}}}, map[string][]string{"a:b": {"café"}}, text.No, "it is one character, not two"},
		{"a character of several bytes, after a star", c{"StringLike": {"a:b": {"*?é"}}}, map[string][]string{"a:b": {"né"}}, text.Yes, "n and é"},
		{"a character of several bytes, with a variable", c{"StringLike": {"a:b": {"${aws:username}-caf?"}}}, map[string][]string{"a:b": {"dev-café"}}, text.Yes, "a question mark is one character"},
		{"case beyond ASCII", c{"StringEqualsIgnoreCase": {"a:b": {"CAFÉ"}}}, map[string][]string{"a:b": {"café"}}, text.Maybe, "AWS does not say how far case goes"},
		{"case beyond ASCII, the same", c{"StringEqualsIgnoreCase": {"a:b": {"CAFé"}}}, map[string][]string{"a:b": {"café"}}, text.Yes, "only ASCII letters differ"},
		{"escaped star", c{"StringLike": {"a:b": {"x${*}"}}}, map[string][]string{"a:b": {"xy"}}, text.No, "${*} is a star, not a wildcard"},
		{"escaped star, star", c{"StringLike": {"a:b": {"x${*}${?}${$}"}}}, map[string][]string{"a:b": {"x*?$"}}, text.Yes, "${*} is a star, ${?} and ${$} likewise"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r run
			r.start(&Request{
				Principal: policygen.UserARN("arn:aws:iam::111122223333:user/dev"), Action: "sqs:SendMessage",
				Resource: "arn:aws:sqs:us-east-2:111122223333:orders", Context: tt.context,
			})
			got := text.Yes
			for _, c := range newConditions(tt.condition, true) {
				got = min(got, c.holds(&r))
			}
			if got != tt.want {
				t.Errorf("it is %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
