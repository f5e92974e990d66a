package policygen

import (
	"reflect"
	"testing"
)

// checkCases fails for a case without a reason or with a name that was there before, and for a table without cases.
func checkCases[C any](t *testing.T, cases []C, name func(C) (name, reason string)) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	seen := map[string]bool{}
	for _, c := range cases {
		n, reason := name(c)
		if reason == "" {
			t.Errorf("%s: no reason", n)
		}
		if seen[n] {
			t.Errorf("%s: the name is not unique", n)
		}
		seen[n] = true
	}
}

type parseCase struct {
	name, reason, in string
	want             Document
}

// The grammar's page is https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, that of
// principals https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
var parseCases = []parseCase{
	{
		name: "identity policy", reason: "every element takes one value where one is enough",
		in: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}`,
		want: Document{Version: "2012-10-17", Statements: []Statement{
			{Effect: Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{"*"}}}},
	},
	{
		name: "lists", reason: "every element takes a list, also of one",
		in: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["sqs:SendMessage","sqs:ReceiveMessage"],"Resource":["arn:aws:sqs:*:*:a"]}]}`,
		want: Document{Version: "2012-10-17", Statements: []Statement{
			{Effect: Deny, Action: []string{"sqs:SendMessage", "sqs:ReceiveMessage"}, Resource: []string{"arn:aws:sqs:*:*:a"}}}},
	},
	{
		name: "anyone", reason: "a principal may be an asterisk",
		in:   `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Principal: &Principals{Anyone: true}, Action: []string{"*"}}}},
	},
	{
		name: "any AWS principal", reason: `{"AWS": "*"} is kept apart from "*", since AWS's documents do`,
		in:   `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*"}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Principal: &Principals{AWS: []string{"*"}}, Action: []string{"*"}}}},
	},
	{
		name: "principals of every type", reason: "the map has four keys, each with one value or a list",
		in: `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/app"],"Service":"sns.amazonaws.com",
			"Federated":"cognito-identity.amazonaws.com","CanonicalUser":["79a59d"]},"Action":"*"}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Principal: &Principals{
			AWS: []string{"111122223333", "arn:aws:iam::111122223333:role/app"}, Service: []string{"sns.amazonaws.com"},
			Federated: []string{"cognito-identity.amazonaws.com"}, CanonicalUser: []string{"79a59d"}}, Action: []string{"*"}}}},
	},
	{
		name: "the negated elements", reason: "NotPrincipal, NotAction and NotResource are elements of their own",
		in: `{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"NotAction":"iam:*","NotResource":"arn:aws:sqs:*:*:a"}]}`,
		want: Document{Statements: []Statement{{Effect: Deny, NotPrincipal: &Principals{AWS: []string{"111122223333"}},
			NotAction: []string{"iam:*"}, NotResource: []string{"arn:aws:sqs:*:*:a"}}}},
	},
	{
		name: "condition values", reason: "strings, numbers and booleans mean their text, alone and in lists",
		in: `{"Statement":[{"Effect":"Deny","Action":"*","Condition":{"Bool":{"aws:SecureTransport":false},
			"NumericLessThan":{"s3:max-keys":[10,1.50]},"StringEquals":{"a:b":["x","y"],"a:c":"z"}}}]}`,
		want: Document{Statements: []Statement{{Effect: Deny, Action: []string{"*"}, Condition: Condition{
			"Bool":            {"aws:SecureTransport": {"false"}},
			"NumericLessThan": {"s3:max-keys": {"10", "1.50"}},
			"StringEquals":    {"a:b": {"x", "y"}, "a:c": {"z"}}}}}},
	},
	{
		name: "empty lists stay", reason: "an empty list is not an absent element: it matches nothing",
		in: `{"Statement":[{"Effect":"Allow","Action":[],"Resource":[],"Condition":{"StringEquals":{"a:b":[]}}}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Action: []string{}, Resource: []string{},
			Condition: Condition{"StringEquals": {"a:b": {}}}}}},
	},
	{
		name: "no statements", reason: "a document without any statement denies everything implicitly, and is one",
		in: `{"Version":"2008-10-17","Id":"x","Statement":[]}`, want: Document{Version: "2008-10-17", ID: "x", Statements: []Statement{}},
	},
	{
		name: "missing resource and principal", reason: "whether they belong into a statement depends on what it is attached to",
		in:   `{"Statement":[{"Sid":"One","Effect":"Allow","Action":"kms:*"}]}`,
		want: Document{Statements: []Statement{{Sid: "One", Effect: Allow, Action: []string{"kms:*"}}}},
	},
	{
		name: "byte order mark", reason: "editors on Windows write one before UTF-8",
		in: "\ufeff" + `{"Statement":[]}`, want: Document{Statements: []Statement{}},
	},
	{
		name: "white space everywhere", reason: "JSON allows it between all tokens",
		in: "\r\n\t { \"Statement\" :\t[ ] }\n\n", want: Document{Statements: []Statement{}},
	},
	{
		name: "escapes", reason: "a string means its characters, however they are written",
		in:   `{"Statement":[{"Effect":"\u0041llow","Sid":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","Action":"*"}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Sid: "\"\\/\b\f\n\r\té😀", Action: []string{"*"}}}},
	},
	{
		name: "escaped key", reason: "keys are strings like any other",
		in: `{"\u0053tatement":[]}`, want: Document{Statements: []Statement{}},
	},
	{
		name: "operators with qualifiers", reason: "operators are kept as they are, known or not; the evaluator judges them",
		in:   `{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":"a*"}}}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Action: []string{"*"}, Condition: Condition{"ForAllValues:StringLikeIfExists": {"aws:TagKeys": {"a*"}}}}}},
	},
	{
		name: "unresolved text", reason: "tokens and variables are text until they are resolved",
		in:   `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"${Token[TOKEN.12]}"}]}`,
		want: Document{Statements: []Statement{{Effect: Allow, Action: []string{"*"}, Resource: []string{"${Token[TOKEN.12]}"}}}},
	},
	{
		name: "empty condition", reason: "a condition without operators always holds; it is kept, so that writing gives back what was read",
		in: `{"Statement":[{"Effect":"Allow","Action":"*","Condition":{}}]}`, want: Document{Statements: []Statement{{Effect: Allow, Action: []string{"*"}, Condition: Condition{}}}},
	},
}

func TestParse(t *testing.T) {
	checkCases(t, parseCases, func(c parseCase) (string, string) { return c.name, c.reason })
	for _, c := range parseCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse([]byte(c.in))
			if err != nil {
				t.Fatalf("%v (%s)", err, c.reason)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %#v\nwant %#v\n(%s)", got, c.want, c.reason)
			}
		})
	}
}

func TestUnmarshalStatement(t *testing.T) {
	var s Statement
	if err := s.UnmarshalJSON([]byte(`{"Effect":"Allow","Action":"sqs:SendMessage"}`)); err != nil {
		t.Fatal(err)
	}
	if want := (Statement{Effect: Allow, Action: []string{"sqs:SendMessage"}}); !reflect.DeepEqual(s, want) {
		t.Errorf("got %#v, want %#v", s, want)
	}
	if err := s.UnmarshalJSON([]byte(`{"Effect":"Allow"}`)); err == nil {
		t.Error("a statement without an action was read")
	}
	if s.Action == nil {
		t.Error("a failed read changed the statement")
	}
}
