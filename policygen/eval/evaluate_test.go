package eval

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

func TestZeroDecisionIsADenial(t *testing.T) {
	var d Decision
	if d.Outcome != ImplicitDeny || !d.Outcome.Denied() || d.Outcome.String() != "implicitly-denied" {
		t.Errorf("the zero decision is %v", d.Outcome)
	}
	if d.Explain() == "" {
		t.Error("the zero decision has no explanation")
	}
	if d := Evaluate(Request{}, Policies{}); d.Outcome != ImplicitDeny {
		t.Errorf("an empty request without policies is %v: %s", d.Outcome, d.Explain())
	}
	if s := Outcome(99).String(); s != "undecided" {
		t.Errorf("an outcome that does not exist prints as %q", s)
	}
}

func TestOutcomeText(t *testing.T) {
	for _, o := range []Outcome{ImplicitDeny, ExplicitDeny, Undecided, Allowed} {
		text, err := o.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Outcome
		if err := back.UnmarshalText(text); err != nil || back != o {
			t.Errorf("%v comes back as %v, %v", o, back, err)
		}
	}
	if _, err := ParseOutcome("Allowed"); err == nil || !strings.Contains(err.Error(), `decision "Allowed"`) {
		t.Errorf("the error is %v", err)
	}
}

// Over the whole corpus: a further Deny never allows, order decides nothing, and what is decided stays decided for another
// goroutine.
func TestCorpusProperties(t *testing.T) {
	deny := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{
		Effect: policygen.Deny, Principal: &policygen.Principals{Anyone: true}, Action: []string{"*"}, Resource: []string{"*"},
		Condition: policygen.Condition{"StringEquals": {"example:key": {"value"}}},
	}}}
	for _, c := range loadCorpus(t) {
		t.Run(c.name, func(t *testing.T) {
			denied := c.policies
			denied.Identity = append(slices.Clip(denied.Identity), deny)
			if o := Compile(denied).Decide(c.request); o == Allowed && c.want != Allowed {
				t.Errorf("a Deny makes it %v", o)
			}
			turned := reversed(c.policies)
			if o := Compile(turned).Decide(c.request); o != c.want {
				t.Errorf("in another order it is %v, want %v", o, c.want)
			}
		})
	}
}

func reversed(p Policies) Policies {
	turn := func(docs []policygen.Document) []policygen.Document {
		docs = slices.Clone(docs)
		slices.Reverse(docs)
		for i := range docs {
			docs[i].Statements = slices.Clone(docs[i].Statements)
			slices.Reverse(docs[i].Statements)
		}
		return docs
	}
	one := func(d *policygen.Document) *policygen.Document {
		if d == nil {
			return nil
		}
		return &turn([]policygen.Document{*d})[0]
	}
	p.Identity, p.Session, p.Resource, p.Boundary = turn(p.Identity), turn(p.Session), one(p.Resource), one(p.Boundary)
	for _, levels := range []*[][]policygen.Document{&p.ServiceControl, &p.ResourceControl} {
		*levels = slices.Clone(*levels)
		slices.Reverse(*levels)
		for i := range *levels {
			(*levels)[i] = turn((*levels)[i])
		}
	}
	return p
}

// Compiled policies serve many goroutines at once; the race detector looks on.
func TestConcurrentUse(t *testing.T) {
	cases := loadCorpus(t)
	compiled := make([]*Compiled, len(cases))
	for i, c := range cases {
		compiled[i] = Compile(c.policies)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i, c := range cases {
				if o := compiled[i].Decide(c.request); o != c.want {
					t.Errorf("%s is %v, want %v", c.name, o, c.want)
				}
				if d := compiled[i].Evaluate(c.request); d.Outcome != c.want || d.Explain() == "" {
					t.Errorf("%s is %v, want %v", c.name, d.Outcome, c.want)
				}
			}
		})
	}
	wg.Wait()
}

// What is not known is no reason to leave open what it cannot change.
func TestUndecidedOnlyWhereItTips(t *testing.T) {
	req := Request{Principal: policygen.UserARN("arn:aws:iam::111122223333:user/dev"), Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-2:111122223333:orders"}
	tests := []struct {
		name, statements string
		want             Outcome
		reason           string
	}{
		{"allowed with TLS and without", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}}`, Allowed, "one of the two always applies"},
		{"denied in this VPC and in all others", `{"Effect":"Allow","Action":"*","Resource":"*"},
			{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}},
			{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}`, ExplicitDeny, "one of the two always applies"},
		{"allowed in this VPC and in all others", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":["vpc-1","vpc-2"]}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:sourcevpc":["vpc-2","vpc-1"]}}}`, Allowed, "one of the two always applies"},
		{"present or absent", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"true"}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Null":{"aws:SourceVpc":"false"}}}`, Allowed, "it is one of the two"},
		{"two VPCs", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-2"}}}`, Undecided, "there are others"},
		{"allowed here, denied elsewhere", `{"Effect":"Allow","Action":"*","Resource":"*"},
			{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}`, Undecided, "it depends on the VPC"},
		{"nothing allows", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}}`, ImplicitDeny,
			"it is denied in either case, and perhaps explicitly"},
		{"two keys that hang together", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"},"Bool":{"aws:SecureTransport":"true"}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}},
			{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}}`, Allowed, "every combination is allowed"},
		{"a pattern", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceVpc":"vpc-*"}}}`, Undecided, "it may be another one"},
	}
	for _, tt := range tests {
		doc, err := policygen.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + tt.statements + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		c := Compile(Policies{Identity: []policygen.Document{doc}})
		d := c.Evaluate(req)
		if d.Outcome != tt.want {
			t.Errorf("%s: %v, want %v: %s\n%s", tt.name, d.Outcome, tt.want, tt.reason, d.Explain())
		}
		if o := c.Decide(req); o != d.Outcome {
			t.Errorf("%s: Decide says %v, Evaluate %v", tt.name, o, d.Outcome)
		}
	}
}

// Accounts that are not known are both the same and different ones.
func TestUnknownAccounts(t *testing.T) {
	doc := func(s string) policygen.Document {
		d, err := policygen.Parse([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	identity := []policygen.Document{doc(`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)}
	open := doc(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`)
	bucket := Request{Principal: consumer, Action: "s3:GetObject", Resource: "arn:aws:s3:::amzn-s3-demo-bucket/a"}
	owned := bucket
	owned.ResourceAccount = "111122223333"
	foreign := bucket
	foreign.ResourceAccount = "444455556666"
	told := bucket
	told.Context = map[string][]string{"aws:ResourceAccount": {"444455556666"}}
	unresolved := bucket
	unresolved.ResourceAccount = "${AWS::AccountId}"
	token := Request{Principal: policygen.RoleARN("${Role.Arn}"), Action: "s3:GetObject", Resource: "arn:aws:s3:::amzn-s3-demo-bucket/a",
		ResourceAccount: "${AWS::AccountId}", Context: map[string][]string{"aws:PrincipalAccount": {"${AWS::AccountId}"}}}
	tests := []struct {
		name   string
		req    Request
		p      Policies
		want   Outcome
		reason string
	}{
		{"own", owned, Policies{Identity: identity}, Allowed, "an identity policy is enough within an account"},
		{"foreign", foreign, Policies{Identity: identity}, ImplicitDeny, "across accounts it is not"},
		{"foreign by the context", told, Policies{Identity: identity}, ImplicitDeny, "aws:ResourceAccount says whose it is"},
		{"unknown", bucket, Policies{Identity: identity}, Undecided, "a bucket's ARN does not tell its account"},
		{"unresolved", unresolved, Policies{Identity: identity}, Undecided, "it may be the role's account"},
		{"unknown but both allow", bucket, Policies{Identity: identity, Resource: &open}, Allowed, "allowed in either case"},
		{"unknown and nobody allows", bucket, Policies{}, ImplicitDeny, "denied in either case"},
		{"same unresolved text", token, Policies{Identity: identity}, Allowed, "the same text is the same account"},
	}
	for _, tt := range tests {
		if d := Evaluate(tt.req, tt.p); d.Outcome != tt.want {
			t.Errorf("%s: %v, want %v: %s\n%s", tt.name, d.Outcome, tt.want, tt.reason, d.Explain())
		}
	}
}

// Policies that nobody could store, and texts that nobody could send, are answered before a test's time is over.
func TestHugeTexts(t *testing.T) {
	long := strings.Repeat("a", 1<<17)
	stars := strings.Repeat("*a", 1<<16) + "b"
	for _, pattern := range []string{long + "*", "*" + long[:1<<16] + "b", stars, "${X}" + stars, strings.Repeat("${X}", 1<<15)} {
		doc := policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{{
			Effect: policygen.Allow, Action: []string{pattern}, Resource: []string{"arn:aws:s3:::" + pattern},
			Condition: policygen.Condition{"StringLike": {"a:b": {pattern}}}}}}
		for _, value := range []string{long, "${Y}" + long} {
			Evaluate(Request{Principal: consumer, Action: value, Resource: policygen.ARN("arn:aws:s3:::" + value), Context: map[string][]string{"a:b": {value}}},
				Policies{Identity: []policygen.Document{doc}})
		}
	}
}

// Broken and oversized documents never reach the evaluator.
func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name string
		text []byte
	}{
		{"nested a thousand deep", []byte(`{"Statement":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}")},
		{"10 MB", bytes.Repeat([]byte(" "), 10<<20)},
		{"no UTF-8", []byte("{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"\xff\"}}")},
	}
	for _, tt := range tests {
		if _, err := policygen.Parse(tt.text); err == nil {
			t.Errorf("%s: no error", tt.name)
		}
	}
}

// TestWholeService asks a statement for all actions of a service about actions of services that are easily taken for it.
func TestWholeService(t *testing.T) {
	tests := []struct {
		reason, allowed, action string
		want                    Outcome
	}{
		{"names of actions have no case", "kms:*", "KMS:listkeys", Allowed},
		{"one of all the actions", "route53:*", "route53:GetChange", Allowed},
		{"a service of the same length", "kms:*", "sqs:SendMessage", ImplicitDeny},
		{"a service with a longer name", "route53:*", "route53resolver:GetFirewallRule", ImplicitDeny},
		{"a service with a name longer by 256", "route53:*", "route53" + strings.Repeat("x", 256) + ":GetChange", ImplicitDeny},
		{"a long name with the same beginning", "route53resolver:*", "route53resolved:GetFirewallRule", ImplicitDeny},
		{"no service at all", "kms:*", "Decrypt", ImplicitDeny},
	}
	for _, tt := range tests {
		policies := Policies{Identity: []policygen.Document{{Version: policygen.Version, Statements: []policygen.Statement{
			{Effect: policygen.Allow, Action: []string{tt.allowed}, Resource: []string{"*"}},
		}}}}
		req := Request{Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/consumer"), Action: tt.action,
			Resource: "arn:aws:iam::111122223333:thing/1", ResourceAccount: "111122223333"}
		if strings.EqualFold(tt.action, "kms:ListKeys") {
			req.Resource = "*" // it is about no key, whose policy would have to allow it
		}
		c := Compile(policies)
		if d := c.Evaluate(req); d.Outcome != tt.want || c.Decide(req) != tt.want {
			t.Errorf("%s: %s is %v, want %v\n%s", tt.reason, tt.action, d.Outcome, tt.want, d.Explain())
		}
	}
}

func TestDistinct(t *testing.T) {
	const role = policygen.RoleARN("arn:aws:iam::111122223333:role/r")
	own := map[string]bool{"arn:aws:sqs:us-east-2:111122223333:${A}": true, "arn:aws:sqs:us-east-2:111122223333:${B}": true,
		"arn:aws:iam::111122223333:role/${R}": true, "arn:aws:iam::111122223333:role/${S}": true}
	a := policygen.ARN("arn:aws:sqs:us-east-2:111122223333:${A}")
	allow := policygen.Statement{Effect: policygen.Allow, Action: []string{"sqs:SendMessage"}}
	on := func(resource string) policygen.Statement {
		s := allow
		s.Resource = []string{resource}
		return s
	}
	by := func(role string) *policygen.Document {
		s := on("*")
		s.Principal = &policygen.Principals{AWS: []string{role}}
		return &policygen.Document{Version: policygen.Version, Statements: []policygen.Statement{s}}
	}
	except := allow
	except.NotResource = []string{"arn:aws:sqs:us-east-2:111122223333:${B}"}
	from := on("*")
	from.Condition = policygen.Condition{"ArnEquals": {"aws:PrincipalArn": {"arn:aws:iam::111122223333:role/${S}"}}}
	tests := []struct {
		reason   string
		who      policygen.RoleARN
		identity policygen.Statement
		resource *policygen.Document
		distinct Outcome
		open     Outcome // without what is known of the texts
	}{
		{"the other of two queues", role, on("arn:aws:sqs:us-east-2:111122223333:${B}"), nil, ImplicitDeny, Undecided},
		{"text that stands for neither may be either", role, on("arn:aws:sqs:us-east-2:111122223333:${Name}"), nil, Undecided, Undecided},
		{"a pattern that may match both", role, on("arn:aws:sqs:us-east-2:111122223333:${B}*"), nil, Undecided, Undecided},
		{"all but the other queue", role, except, nil, Allowed, Undecided},
		{"a condition on the other of two roles", "arn:aws:iam::111122223333:role/${R}", from, nil, ImplicitDeny, Undecided},
		{"the other role as principal", "arn:aws:iam::111122223333:role/${R}", on("arn:aws:sqs:us-east-2:444455556666:x"), by("arn:aws:iam::111122223333:role/${S}"), ImplicitDeny, Undecided},
		{"the role itself", "arn:aws:iam::111122223333:role/${R}", on("arn:aws:sqs:us-east-2:444455556666:x"), by("arn:aws:iam::111122223333:role/${R}"), Allowed, Allowed},
	}
	for _, tt := range tests {
		p := Policies{Identity: []policygen.Document{{Version: policygen.Version, Statements: []policygen.Statement{tt.identity}}}, Resource: tt.resource}
		request := Request{Principal: tt.who, Action: "sqs:SendMessage", Resource: a}
		if got := Compile(p).Decide(request); got != tt.open {
			t.Errorf("%s: %v while nothing is known, want %v", tt.reason, got, tt.open)
		}
		p.Distinct = func(a, b string) bool { return a != b && own[a] && own[b] }
		if got := Compile(p).Decide(request); got != tt.distinct {
			t.Errorf("%s: %v, want %v", tt.reason, got, tt.distinct)
		}
	}
}
