package eval

import (
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// benchmarkCase is a consumer's call on the key of its queue: two identity policies and a key policy of three statements each.
func benchmarkCase(tb testing.TB) (Request, Policies) {
	tb.Helper()
	parse := func(s string) policygen.Document {
		d, err := policygen.Parse([]byte(s))
		if err != nil {
			tb.Fatal(err)
		}
		if len(d.Statements) != 3 {
			tb.Fatalf("the policy has %d statements, want 3", len(d.Statements))
		}
		return d
	}
	key := parse(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
		{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*",
		 "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:111122223333:orders"}}},
		{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"kms:CallerAccount": "111122223333"}, "Bool": {"aws:PrincipalIsAWSService": "false"}}}]}`)
	queue := parse(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], "Resource": "arn:aws:sqs:us-east-2:111122223333:orders"},
		{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		 "Condition": {"StringEquals": {"kms:ViaService": "sqs.us-east-2.amazonaws.com"}}},
		{"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`)
	logs := parse(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "arn:aws:logs:*:111122223333:log-group:/aws/lambda/*"},
		{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-2:111122223333:key/*", "Condition": {"StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"}}},
		{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::config/*"}]}`)
	req := Request{
		Principal: policygen.RoleARN("arn:aws:iam::111122223333:role/consumer"),
		Action:    "kms:Decrypt",
		Resource:  "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		Context: map[string][]string{
			"kms:ViaService":            {"sqs.us-east-2.amazonaws.com"},
			"kms:CallerAccount":         {"111122223333"},
			"aws:PrincipalIsAWSService": {"false"},
			"aws:SecureTransport":       {"true"},
		},
	}
	return req, Policies{Identity: []policygen.Document{queue, logs}, Resource: &key}
}

// BenchmarkDecide decides one request without reasons, the policies compiled before.
func BenchmarkDecide(b *testing.B) {
	req, policies := benchmarkCase(b)
	c := Compile(policies)
	if o := c.Decide(req); o != Allowed {
		b.Fatal(c.Evaluate(req).Explain())
	}
	b.ReportAllocs()
	for b.Loop() {
		if c.Decide(req) != Allowed {
			b.Fatal("it is no longer allowed")
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}

// BenchmarkEvaluate decides the same request with the reasons.
func BenchmarkEvaluate(b *testing.B) {
	req, policies := benchmarkCase(b)
	c := Compile(policies)
	b.ReportAllocs()
	for b.Loop() {
		if d := c.Evaluate(req); d.Outcome != Allowed || len(d.Reasons) != 9 {
			b.Fatal(d.Explain())
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
}

// BenchmarkCompile prepares the policies.
func BenchmarkCompile(b *testing.B) {
	_, policies := benchmarkCase(b)
	b.ReportAllocs()
	for b.Loop() {
		Compile(policies)
	}
}

func TestDecideDoesNotAllocate(t *testing.T) {
	req, policies := benchmarkCase(t)
	c := Compile(policies)
	if n := testing.AllocsPerRun(100, func() { c.Decide(req) }); n != 0 {
		t.Errorf("a decision makes %v allocations, want none", n)
	}
}
