package eval

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// Of very many values, a request's is found without comparing it with each, and the answer is that of few.
func TestManyValues(t *testing.T) {
	const n = 1000
	queue := policygen.ARN("arn:aws:sqs:us-east-2:111122223333:orders")
	role := func(i int) string { return fmt.Sprintf("arn:aws:iam::111122223333:role/app-%d", i) }
	var roles, endpoints []string
	for i := range n {
		roles, endpoints = append(roles, role(i)), append(endpoints, fmt.Sprintf("vpce-%d", i))
	}
	statement := func(roles, endpoints []string) policygen.Document {
		return policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow,
			Principal: &policygen.Principals{AWS: roles}, Action: []string{"sqs:SendMessage"}, Resource: []string{"*"},
			Condition: policygen.Condition{"StringEquals": {"aws:SourceVpce": endpoints}}}}}
	}
	odd := []string{"111122223333", "arn:aws:iam::${Account}:role/app-3000", "arn:aws:iam::444455556666:user/ann"}
	variable := []string{"${aws:PrincipalAccount}", "vpce-${Other}"}
	many := statement(append(roles, odd...), append(endpoints, variable...))
	compiled := compile(&many, ResourcePolicy)
	s := &compiled.statements[0]
	if got := len(s.principal.roles); got != n || len(s.principal.others) != len(odd) {
		t.Errorf("%d roles are looked up and %d values compared, want %d and %d", got, len(s.principal.others), n, len(odd))
	}
	if equal := s.conditions[0].equal; equal == nil || len(equal.texts) != n || len(equal.others) != len(variable) {
		t.Errorf("the values of the condition are not looked up: %v", equal)
	}
	for _, tt := range []struct {
		reason    string
		principal policygen.Principal
		endpoint  string
		roles     []string // of a document of few values that must decide alike
		endpoints []string
	}{
		{"a role and endpoint of the list", policygen.RoleARN(role(7)), "vpce-9", []string{role(7), odd[0]}, []string{"vpce-9"}},
		{"an endpoint that is not on it", policygen.RoleARN(role(7)), "vpce-x", []string{role(7), odd[0]}, variable},
		{"the value of a variable", policygen.RoleARN(role(7)), "111122223333", []string{role(7), odd[0]}, variable},
		{"a role that is not on it, of an account that is", policygen.RoleARN(role(n)), "vpce-9", odd, []string{"vpce-9"}},
		{"a role that may be on it", policygen.RoleARN("arn:aws:iam::777788889999:role/app-3000"), "vpce-9", odd, []string{"vpce-9"}},
		{"a role that is not resolved", policygen.RoleARN("arn:aws:iam::111122223333:role/${Name}"), "vpce-9", []string{role(1), odd[0]}, []string{"vpce-9"}},
		{"a session of a role", policygen.SessionARN("arn:aws:sts::111122223333:assumed-role/app-5/s"), "vpce-9", []string{role(5), odd[0]}, []string{"vpce-9"}},
		{"an endpoint that is not resolved", policygen.RoleARN(role(7)), "vpce-${Other}", []string{role(7), odd[0]}, []string{"vpce-1", "vpce-${Other}"}},
	} {
		request := Request{Principal: tt.principal, Action: "sqs:SendMessage", Resource: queue, Context: map[string][]string{"aws:SourceVpce": {tt.endpoint}}}
		few := statement(tt.roles, tt.endpoints)
		got, want := Evaluate(request, Policies{Resource: &many}), Evaluate(request, Policies{Resource: &few})
		if got.Outcome != want.Outcome || got.Reasons[0].Applies != want.Reasons[0].Applies || got.Reasons[0].grant != want.Reasons[0].grant {
			t.Errorf("%s: %v with many values, %v with few", tt.reason, got.Explain(), want.Explain())
		}
	}
}

// Policy variables cannot make a text of any length: what becomes longer than every ARN is not decided.
func TestVariablesAreBounded(t *testing.T) {
	const n, before = 100, "arn:aws:sqs:us-east-2:111122223333:"
	d := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{Effect: policygen.Allow, Action: []string{"sqs:SendMessage"},
		Resource: []string{before + strings.Repeat("${aws:PrincipalTag/team}", n)}}}}
	c := Compile(Policies{Identity: []policygen.Document{d}})
	for _, tt := range []struct {
		length, resource int
		want             Outcome
		reason           string
	}{
		{1, n, Allowed, "the text is that of the resource"},
		{1, n + 1, ImplicitDeny, "it is not"},
		{maxFilled, 2 * maxFilled, Undecided, "the text is not known"},
	} {
		request := Request{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/app"), Action: "sqs:SendMessage",
			Resource: policygen.ARN(before + strings.Repeat("a", tt.resource)), Context: map[string][]string{"aws:PrincipalTag/team": {strings.Repeat("a", tt.length)}}}
		if got := c.Decide(request); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
		}
		var r run
		r.start(&request)
		if filled, _ := c.identity[0].statements[0].resources[0].template.fill(false, &r); len(filled) > maxFilled+n {
			t.Errorf("%s: it has %d symbols, want at most %d", tt.reason, len(filled), maxFilled+n)
		}
	}
}
