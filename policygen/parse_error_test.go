package policygen

import (
	"errors"
	"strings"
	"testing"
)

type parseErrorCase struct {
	name, reason, in string
	want             []string // lines of the error
}

var parseErrorCases = []parseErrorCase{
	{"no object", "a policy is an object", `[]`, []string{`line 1, column 1: document: it is a list, want an object`}},
	{"no statement", "a policy without Statement is none", `{"Version":"2012-10-17"}`,
		[]string{`line 1, column 1: document: it has no Statement, want at least one statement`}},
	{"unknown version", "AWS knows two versions; a made-up one is refused there",
		`{"Version":"2012-10-18","Statement":[]}`, []string{`line 1, column 12: Version "2012-10-18": unknown, want "2012-10-17" or "2008-10-17"`}},
	{"lower case element", "AWS's grammar is literal about the names of elements",
		"{\n  \"statement\": []\n}", []string{
			`line 1, column 1: document: it has no Statement, want at least one statement`,
			`line 2, column 3: element "statement": unknown, want "Statement"; names are case-sensitive`}},
	{"lower case effect", "and about the values of Effect",
		`{"Statement":[{"Effect":"allow","Action":"*"}]}`, []string{`line 1, column 25: Effect "allow": unknown, want "Allow" or "Deny"`}},
	{"no effect and no action", "every problem is reported, in the order of the document",
		"{\"Statement\":[\n{\"Sid\":\"A\"},\n{\"Effect\":\"Allow\"}]}", []string{
			`line 2, column 1: statement "A": it has no Effect, want "Allow" or "Deny"`,
			`line 2, column 1: statement "A": it has neither Action nor NotAction, want one of them`,
			`line 3, column 1: statement: it has neither Action nor NotAction, want one of them`}},
	{"action and its negation", "a statement has one or the other",
		`{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"iam:*"}]}`,
		[]string{`line 1, column 46: element "NotAction": Action is already at line 1, column 33, want one of them`}},
	{"principal and its negation", "a statement has one or the other",
		`{"Statement":[{"Effect":"Allow","Action":"*","NotPrincipal":"*","Principal":"*"}]}`,
		[]string{`line 1, column 65: element "Principal": NotPrincipal is already at line 1, column 46, want one of them`}},
	{"resource and its negation", "a statement has one or the other",
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}]}`,
		[]string{`line 1, column 61: element "NotResource": Resource is already at line 1, column 46, want one of them`}},
	{"principal without a type", "AWS takes only an asterisk as a bare string",
		`{"Statement":[{"Effect":"Allow","Action":"*","Principal":"111122223333"}]}`,
		[]string{`line 1, column 58: Principal "111122223333": it is a string, want "*" or an object such as {"AWS": "111122223333"}`}},
	{"unknown principal type", "a principal that nobody knows would silently be left out",
		`{"Statement":[{"Effect":"Allow","Action":"*","Principal":{"aws":"1"}}]}`,
		[]string{`line 1, column 59: Principal type "aws": unknown, want "AWS"; names are case-sensitive`}},
	{"unknown element", "a misspelt Condition would make the statement wider than it was meant",
		`{"Statement":[{"Effect":"Allow","Action":"*","Conditions":{}}]}`,
		[]string{`line 1, column 46: element "Conditions": unknown, want "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource" or "Condition"`}},
	{"duplicate element", "one reader takes the first, another the last",
		"{\"Statement\":[{\"Effect\":\"Allow\",\n\"Action\":\"sqs:SendMessage\",\n\"Action\":\"*\"}]}",
		[]string{`line 3, column 1: key "Action": it is already at line 2, column 1, want each key once`}},
	{"condition key in two cases", "keys have no case, so it is one key with two values",
		`{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a:b":"true","A:B":"false"}}}]}`,
		[]string{`line 1, column 80: condition key "A:B": "a:b" is already at line 1, column 67, and case makes no difference, want each key once`}},
	{"number as action", "only conditions take numbers",
		`{"Statement":[{"Effect":"Allow","Action":[5]}]}`, []string{`line 1, column 43: Action "5": it is a number, want a string; write it in double quotes`}},
	{"null", "null is no value of any element",
		`{"Statement":null}`, []string{`line 1, column 14: Statement: it is null, want an object or a list of objects`}},
	{"null as a condition value", "null is no value of any element",
		`{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":{"a:b":null}}}]}`,
		[]string{`line 1, column 73: condition key a:b: it is null, want a string, number or boolean or a list of them`}},
	{"statement that is no object", "each statement is one",
		`{"Statement":["x",{"Effect":"Allow","Action":"*"}]}`, []string{`line 1, column 15: statement "x": it is a string, want an object`}},
	{"condition that is a list", "the operators are an object's keys",
		`{"Statement":[{"Effect":"Allow","Action":"*","Condition":[]}]}`, []string{`line 1, column 58: Condition: it is a list, want an object of operators`}},
	{"operator without keys", "the keys are an object's too",
		`{"Statement":[{"Effect":"Allow","Action":"*","Condition":{"Bool":"true"}}]}`,
		[]string{`line 1, column 66: Condition Bool "true": it is a string, want an object of condition keys`}},
	{"unresolved function", "a template's functions must be resolved before",
		`{"Statement":[{"Effect":"Allow","Action":"*","Resource":{"Fn::GetAtt":["Q","Arn"]}}]}`,
		[]string{`line 1, column 57: Resource: it is an object, want a string or a list of them; resolve Fn::GetAtt first`}},
	{"two documents", "the second would be ignored", `{"Statement":[]} {"Statement":[]}`,
		[]string{`line 1, column 18: character "{": the document has ended before it, want nothing more`}},
	{"columns count characters", "é is two bytes and one column", "{\"Statement\":[{\"Sid\":\"éé\",\"Efect\":\"Allow\",\"Action\":\"*\"}]}",
		[]string{
			`line 1, column 15: statement "éé": it has no Effect, want "Allow" or "Deny"`,
			`line 1, column 27: element "Efect": unknown, want "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource" or "Condition"`}},
	{"byte order mark", "it does not count as a column", "\ufeff{\"Statement\":5}",
		[]string{`line 1, column 14: Statement "5": it is a number, want an object or a list of objects`}},
	{"control characters in messages", "an error must stay one line, whatever the document holds", `{"Statement":[],"a\nb\u001b[31m":1}`,
		[]string{`line 1, column 17: element "a\nb\x1b[31m": unknown, want "Version", "Id" or "Statement"`}},
	{"long text in messages", "an excerpt is enough", `{"Statement":[{"Effect":"` + strings.Repeat("x", 5000) + `","Action":"*"}]}`,
		[]string{`line 1, column 25: Effect "` + strings.Repeat("x", 80) + `…": unknown, want "Allow" or "Deny"`}},
}

func TestParseErrors(t *testing.T) {
	checkCases(t, parseErrorCases, func(c parseErrorCase) (string, string) { return c.name, c.reason })
	for _, c := range parseErrorCases {
		t.Run(c.name, func(t *testing.T) {
			d, err := Parse([]byte(c.in))
			if err == nil {
				t.Fatalf("no error (%s)", c.reason)
			}
			if got, want := err.Error(), strings.Join(c.want, "\n"); got != want {
				t.Errorf("got  %s\nwant %s\n(%s)", got, want, c.reason)
			}
			if d.Statements != nil || d.Version != "" || d.ID != "" {
				t.Errorf("a document together with an error: %#v", d)
			}
			var input *InputError
			if !errors.As(err, &input) || input.Line < 1 || input.Column < 1 {
				t.Errorf("error is %T, want an *InputError with a place", err)
			}
		})
	}
}
