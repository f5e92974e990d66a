package filter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/filter"
)

// The pages that the cases rest on. The last holds answers of SNS that LocalStack recorded.
const (
	constraints = "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"
	or          = "https://docs.aws.amazon.com/sns/latest/dg/and-or-logic.html"
	texts       = "https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html"
	numbers     = "https://docs.aws.amazon.com/sns/latest/dg/numeric-value-matching.html"
	keys        = "https://docs.aws.amazon.com/sns/latest/dg/attribute-key-matching.html"
	recorded    = "https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns_filter_policy.snapshot.json"
)

func TestCheck(t *testing.T) {
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") + "]" }
	tests := []struct {
		source, reason, policy string
		body                   bool
		want                   string // a part of the error; none if SNS takes the policy
	}{
		{constraints, "exact values", `{"a": ["x", 1, true, false, null]}`, false, ""},
		{constraints, "five keys at most", `{"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}`, false, `filter policy "6 keys": too many, want at most 5`},
		{constraints, "nested keys are no keys of the policy", `{"a": {"b": [1], "c": [1], "d": [1], "e": [1], "f": [1], "g": [1]}}`, false, `filter policy "a": it is nested`},
		{constraints, "they count only in combinations", `{"a": {"b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}}`, true, ""},
		{recorded, "150 combinations at most", `{"a": ` + list(151) + `}`, false, "151 combinations of values"},
		{recorded, "values of several keys are multiplied", `{"a": ` + list(100) + `, "b": ` + list(51) + `}`, false, "5100 combinations of values"},
		{constraints, "each key counts times its depth: 3 x 4 x 2 x 3", `{"a": {"b": {"c": ` + list(4) + `}}, "d": {"e": ` + list(3) + `}}`, true, ""},
		{recorded, "the same times 3", `{"a": {"b": {"c": ` + list(4) + `}}, "d": {"e": ` + list(3) + `}, "f": ` + list(3) + `}`, true, "216 combinations of values"},
		{recorded, "alternatives are added: 3 x (6 + 4 x (4 + 7))", `{"a": ` + list(3) + `, "$or": [{"b": ` + list(6) + `}, {"c": ` + list(4) + `, "$or": [{"d": ` + list(4) + `}, {"e": ` + list(7) + `}]}]}`, false, ""},
		{recorded, "4 x (6 + 4 x (4 + 4))", `{"a": ` + list(4) + `, "$or": [{"b": ` + list(6) + `}, {"c": ` + list(4) + `, "$or": [{"d": ` + list(4) + `}, {"e": ` + list(4) + `}]}]}`, false, "152 combinations"},
		{recorded, "alternatives in a nested object are as deep as its keys: (3 + 2) x 4 x (2 + 6)",
			`{"$or": [{"a": ` + list(3) + `}, {"b": ` + list(2) + `}], "c": {"d": ` + list(2) + `, "$or": [{"e": ` + list(1) + `}, {"f": ` + list(3) + `}]}}`, true, "160 combinations"},
		{or, "alternatives are checked too", `{"$or": [{"a": ["x"]}, {"b": "y"}]}`, false, `filter policy "$or[1].b": it is no list`},
		{or, "one object is no alternative, and so a value", `{"$or": [{"a": ["x"]}]}`, false, `filter policy "$or[0].a": no operator`},
		{or, "keys that are operators make values of the objects", `{"$or": [{"numeric": 123}, {"prefix": "abc"}]}`, false, `filter policy "$or[0].numeric"`},
		{or, "and values that are right are", `{"$or": [{"prefix": "a"}, {"suffix": "b"}]}`, false, ""},
		{constraints, "the size", `{"a": ["` + strings.Repeat("x", 256*1024) + `"]}`, false, "too long"},

		{recorded, "a value must be in a list", `{"a": "x"}`, false, `filter policy "a": it is no list, want a list of values`},
		{recorded, "an operator must be too", `{"a": {"suffix": "x"}}`, true, `filter policy "a.suffix": it is no list`},
		{recorded, "no list in a list", `{"a": [["x"]]}`, false, `filter policy "a[0]": it is a list`},
		{recorded, "an empty list", `{"a": []}`, false, "it has no values"},
		{recorded, "an unknown operator", `{"a": ["x", {"regex": "x"}]}`, false, `filter policy "a[1].regex": no operator, want "anything-but", "cidr"`},
		{recorded, "two operators", `{"a": [{"suffix": "x", "prefix": "y"}]}`, false, "it has 2 operators, want one"},

		{texts, "operators of text", `{"a": [{"prefix": "x"}, {"suffix": "x"}, {"equals-ignore-case": "x"}, {"wildcard": "*x*y*"}, {"cidr": "10.0.0.0/24"}]}`, false, ""},
		{texts, "anything but", `{"a": [{"anything-but": ["x", 1]}, {"anything-but": "x"}, {"anything-but": {"prefix": "x"}}, {"anything-but": {"wildcard": "*x"}}]}`, false, ""},
		{recorded, "a suffix that is a number", `{"a": [{"suffix": 100}]}`, false, `filter policy "a[0].suffix": it is no string`},
		{recorded, "several suffixes", `{"a": [{"suffix": ["x", "y"]}]}`, false, `filter policy "a[0].suffix": it is no string`},
		{recorded, "a prefix that is none", `{"a": [{"anything-but": {"prefix": false}}]}`, false, `filter policy "a[0].anything-but.prefix": it is no string`},
		{recorded, "anything but existing", `{"a": [{"anything-but": {"exists": false}}]}`, false, `filter policy "a[0].anything-but.exists": no operator, want "equals-ignore-case", "prefix", "suffix" or "wildcard"`},
		{texts, "anything but nothing", `{"a": [{"anything-but": []}]}`, false, `"a[0].anything-but": it has no values`},
		{texts, "anything but a list of objects", `{"a": [{"anything-but": [{"prefix": "x"}]}]}`, false, `"a[0].anything-but[0]": it is a list or an object`},
		{texts, "an address that is no range", `{"a": [{"cidr": "10.0.0.0"}]}`, false, `filter policy "a[0].cidr": 10.0.0.0 is no address range`},
		{constraints, "three wildcards at most", `{"a": [{"wildcard": "a*b*c*d*"}]}`, false, `"a[0].wildcard": it has 4 wildcards, want at most 3`},
		{texts, "a backslash takes the meaning of an asterisk", `{"a": [{"wildcard": "a*b*c*d\\*"}]}`, false, ""},
		{constraints, "ten patterns are of complexity 100", `{"a": [` + strings.TrimSuffix(strings.Repeat(`{"wildcard": "x*"},`, 10), ",") + `]}`, false, ""},
		{constraints, "eleven of 121", `{"a": [` + strings.TrimSuffix(strings.Repeat(`{"anything-but": {"wildcard": "x*"}},`, 11), ",") + `]}`, false, "wildcards of complexity 121"},

		{keys, "existence", `{"a": [{"exists": true}], "b": [{"exists": false}]}`, false, ""},
		{recorded, "existence of another kind", `{"a": [{"exists": "no"}]}`, false, `filter policy "a[0].exists": it is neither true nor false`},

		{numbers, "comparisons and ranges", `{"a": [{"numeric": ["=", 301.5]}, {"numeric": ["<", 0]}, {"numeric": [">", 0, "<=", 150]}]}`, false, ""},
		{recorded, "no comparison", `{"a": [{"numeric": []}]}`, false, `filter policy "a[0].numeric": it has 0 elements`},
		{recorded, "an operator alone", `{"a": [{"numeric": [">="]}]}`, false, "it has 1 elements"},
		{recorded, "three ranges", `{"a": [{"numeric": [">", 20, "<", 30, "<", 50]}]}`, false, "it has 6 elements"},
		{recorded, "operator and number exchanged", `{"a": [{"numeric": [1, "<="]}]}`, false, `filter policy "a[0].numeric[0]": 1 is no operator here`},
		{recorded, "an unknown operator", `{"a": [{"numeric": ["!=", 1]}]}`, false, `want "<", "<=", "=", ">" or ">="`},
		{recorded, "a number in quotation marks", `{"a": [{"numeric": ["=", "000"]}]}`, false, `filter policy "a[0].numeric[1]": 000 is no number`},
		{recorded, "the upper bound first", `{"a": [{"numeric": ["<", 100, ">", 10]}]}`, false, `"a[0].numeric[0]": < is no operator here, want ">" or ">="`},
		{recorded, "two lower bounds", `{"a": [{"numeric": [">=", 1, ">", 2]}]}`, false, `"a[0].numeric[2]": > is no operator here, want "<" or "<="`},
		{recorded, "an empty range", `{"a": [{"numeric": [">", 3, "<", 1]}]}`, false, "the range is empty"},
		{constraints, "a number beyond a billion", `{"a": [{"numeric": ["=", 1000000001]}]}`, false, "out of range"},

		{constraints, "what CloudFormation knows later is not judged",
			`{"z": "${List}", "a": ["${A}", {"prefix": "${B}"}, {"numeric": [">", "${C}", "<", -1.8881545897087503e+289]}, {"cidr": "${D}"}, {"exists": "${E}"}]}`, false, ""},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.source == "" || tt.reason == "" || seen[tt.reason+tt.policy] {
			t.Fatalf("%s: a case without source or reason, or the same twice", tt.policy)
		}
		seen[tt.reason+tt.policy] = true
		err := filter.Check(json.RawMessage(tt.policy), tt.body)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %.80s: got %v", tt.reason, tt.policy, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %.80s:\ngot  %v\nwant …%s…", tt.reason, tt.policy, err, tt.want)
		}
	}
	if err := filter.Check(func() {}, false); err == nil || !strings.Contains(err.Error(), "no JSON") {
		t.Errorf("a function: got %v", err)
	}
	if err := filter.Check([]string{"a"}, false); err == nil || !strings.Contains(err.Error(), "no JSON object") {
		t.Errorf("a list: got %v", err)
	}
	if err := filter.Check("${Policy}", false); err != nil {
		t.Errorf("a policy that CloudFormation knows: got %v", err)
	}
}
