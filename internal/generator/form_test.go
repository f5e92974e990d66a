package generator_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/generator"
	"github.com/hopgrant/hopgrant/internal/generator/language"
)

const (
	queue = "arn:aws:sqs:eu-central-1:123456789012:orders"
	topic = "arn:aws:sns:eu-central-1:123456789012:sales"
	key   = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

type fields = map[string][]string

func fill(role string, f fields) generator.Form {
	return generator.Form{Role: role, Fields: f, Account: "123456789012", Region: "eu-central-1", Format: "json"}
}

func TestNamesBecomeARNs(t *testing.T) {
	tests := []struct {
		reason        string
		role          string
		region, field string
		given, want   string
	}{
		{"a queue", "consumer", "eu-central-1", "queue", "orders", queue},
		{"a FIFO queue has a dot in its name", "consumer", "eu-central-1", "queue", "orders.fifo", queue + ".fifo"},
		{"China has a partition of its own", "sns", "cn-north-1", "topic", "sales", "arn:aws-cn:sns:cn-north-1:123456789012:sales"},
		{"a key is named by its id", "consumer", "eu-central-1", "key", "1234abcd-12ab-34cd-56ef-1234567890ab", key},
		{"IAM has no Regions", "consumer", "eu-central-1", "principal", "biller", "arn:aws:iam::123456789012:role/biller"},
		{"a service is no role", "producer", "eu-central-1", "principal", "events.amazonaws.com", "events.amazonaws.com"},
		{"an account is no role", "subscriber", "eu-central-1", "principal", "111122223333", "111122223333"},
		{"a reference is kept", "consumer", "eu-central-1", "queue", "${Orders.Arn}", "${Orders.Arn}"},
		{"an ARN is kept, whatever the account above is", "consumer", "eu-central-1", "queue", strings.Replace(queue, "123456789012", "111122223333", 1), strings.Replace(queue, "123456789012", "111122223333", 1)},
	}
	for _, tt := range tests {
		f := fill(tt.role, fields{tt.field: {" " + tt.given + " ", ""}})
		f.Region = tt.region
		if got := generator.Fill(f, nil).Command; !slices.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %s among them", tt.reason, got, tt.want)
		}
	}
}

func TestProblemsNameTheirFields(t *testing.T) {
	tests := []struct {
		reason, role string
		fields       fields
		change       func(*generator.Form)
		field, text  string
	}{
		{reason: "a topic is no queue", role: "consumer", fields: fields{"queue": {topic}}, field: "queue", text: `service is "sns", want "sqs"`},
		{reason: "one of two queues is wrong", role: "consumer", fields: fields{"queue": {"orders", "a b"}}, field: "queue", text: "a b"},
		{reason: "without a queue there is nothing to consume", role: "consumer", field: "queue", text: "missing"},
		{reason: "SNS needs both ends", role: "sns", fields: fields{"topic": {"sales"}}, field: "queue", text: "missing"},
		{reason: "a name without an account is no ARN", role: "consumer", fields: fields{"queue": {"orders"}}, change: func(f *generator.Form) { f.Account = "" }, field: "account", text: "a name alone"},
		{reason: "a name without a Region is no ARN", role: "consumer", fields: fields{"queue": {"orders"}}, change: func(f *generator.Form) { f.Region = "" }, field: "region", text: "a name alone"},
		{reason: "SNS cannot use the AWS managed key", role: "sns", fields: fields{"topic": {"sales"}, "queue": {"orders"}, "key": {"alias/aws/sqs"}}, field: "key", text: "alias/aws/sqs"},
		{reason: "a key of another Region", role: "consumer", fields: fields{"queue": {"orders"}, "key": {strings.Replace(key, "eu-central-1", "us-east-1", 1)}}, field: "key", text: "us-east-1"},
		{reason: "three keys for two queues", role: "consumer", fields: fields{"queue": {"a", "b"}, "key": {key, key, key}}, field: "key", text: "one for all"},
		{reason: "a principal that is none", role: "consumer", fields: fields{"queue": {"orders"}, "principal": {"arn:aws:s3:::x"}}, field: "principal", text: "arn:aws:s3:::x"},
		{reason: "both a principal and an organization", role: "consumer", fields: fields{"queue": {"orders"}, "principal": {"biller"}, "org": {"o-exampleorgid"}}, field: "org", text: "one of them"},
		{reason: "no such role", role: "postman", field: "role", text: "postman"},
		{reason: "no such format", role: "consumer", fields: fields{"queue": {"orders"}}, change: func(f *generator.Form) { f.Format = "xml" }, field: "format", text: "xml"},
		{reason: "a policy to merge that is none", role: "consumer", fields: fields{"queue": {"orders"}}, change: func(f *generator.Form) { f.Merge = `{"Statement": [` }, field: "merge", text: "ends too early"},
	}
	for _, tt := range tests {
		f := fill(tt.role, tt.fields)
		if tt.change != nil {
			tt.change(&f)
		}
		a := generator.Fill(f, language.All())
		if !slices.ContainsFunc(a.Problems, func(p generator.Problem) bool { return p.Field == tt.field && strings.Contains(p.Text, tt.text) }) {
			t.Errorf("%s: problems %q, want one of the field %q with %q", tt.reason, a.Problems, tt.field, tt.text)
		}
		if len(a.Files) > 0 && f.Merge == "" {
			t.Errorf("%s: there are documents all the same", tt.reason)
		}
	}
}

// Every statement is explained: by the calls that it allows, each with its AWS page, or by a page of its own.
func TestEveryStatementHasItsReason(t *testing.T) {
	tests := []struct {
		reason string
		form   generator.Form
		calls  string // the actions that are explained
	}{
		{"a consumer of another account is in four policies", fill("consumer", fields{"queue": {"orders"}, "key": {key}, "principal": {"arn:aws:iam::111122223333:role/biller"}}),
			"sqs:ReceiveMessage sqs:DeleteMessage kms:Decrypt sqs:ReceiveMessage sqs:DeleteMessage kms:Decrypt"},
		{"SNS is in the queue's and the key's", fill("sns", fields{"topic": {"sales"}, "queue": {"orders"}, "key": {key}}), "sqs:SendMessage kms:GenerateDataKey kms:Decrypt"},
		{"the denial of requests without TLS", fill("sns", fields{"topic": {"sales"}, "queue": {"orders"}, "tls-only": {"true"}}), "sqs:SendMessage"},
		{"a service that publishes", fill("publisher", fields{"topic": {"sales"}, "key": {key}, "principal": {"s3.amazonaws.com"}, "source": {"arn:aws:s3:::invoices"}, "source-account": {"123456789012"}}),
			"sns:Publish kms:GenerateDataKey* kms:Decrypt"},
		{"who moves dead letters back", fill("redrive", fields{"dead-letter-queue": {"orders-dlq"}, "destination": {"orders"}}),
			"sqs:StartMessageMoveTask sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:SendMessage"},
		{"an account that subscribes", fill("subscriber", fields{"topic": {"sales"}, "principal": {"111122223333"}}), "sns:Subscribe sns:Subscribe"},
		{"an organization's members", fill("consumer", fields{"queue": {"orders"}, "org": {"o-exampleorgid"}}), "sqs:ReceiveMessage sqs:DeleteMessage sqs:ReceiveMessage sqs:DeleteMessage"},
		{"everybody in the account", fill("account-wide", fields{"key": {key}}), "kms:GenerateDataKey kms:Decrypt"},
	}
	for _, tt := range tests {
		a := generator.Fill(tt.form, nil)
		if len(a.Problems) > 0 || len(a.Documents) == 0 {
			t.Errorf("%s: problems %q", tt.reason, a.Problems)
			continue
		}
		var calls []string
		for _, d := range a.Documents {
			for _, s := range d.Statements {
				if (s.Doc == "") != (len(s.Calls) > 0) || s.Doc != "" && s.Why == "" {
					t.Errorf("%s: statement %s of the %s policy is not explained: %+v", tt.reason, s.Sid, d.On, s)
				}
				for _, c := range s.Calls {
					calls = append(calls, c.Action)
					if !strings.HasPrefix(c.Doc, "https://docs.aws.amazon.com/") {
						t.Errorf("%s: %s is explained by %q", tt.reason, c.Action, c.Doc)
					}
				}
			}
		}
		if got := strings.Join(calls, " "); got != tt.calls {
			t.Errorf("%s: %s are explained, want %s", tt.reason, got, tt.calls)
		}
	}
}

// The form knows every flag of the command of each role, apart from those that say where to print.
func TestEveryFlagIsAField(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "site", "static", "generate", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for role, names := range generator.Fields() {
		if !bytes.Contains(page, []byte(`<option value="`+role+`">`)) {
			t.Errorf("the page has no role %s", role)
		}
		for _, name := range names {
			if !bytes.Contains(page, []byte(`data-name="`+name+`"`)) && !bytes.Contains(page, []byte(`data-flag="`+name+`"`)) {
				t.Errorf("%s: the page has no field %s", role, name)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	f := fill("sns", fields{"topic": {"sales"}, "queue": {"orders"}, "key": {key}})
	f.Merge = `{"Version":"2012-10-17","Statement":[{"Sid":"Mine","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}]}`
	f.Into = 1 // the key's
	a := generator.Fill(f, nil)
	if len(a.Problems) > 0 {
		t.Fatal(a.Problems)
	}
	var merged struct{ Statement []struct{ Sid string } }
	if err := json.Unmarshal([]byte(a.Merged), &merged); err != nil {
		t.Fatal(err)
	}
	if len(merged.Statement) != 2 || merged.Statement[0].Sid != "Mine" {
		t.Errorf("merged: %s\nwant the statement that is there, and SNS's", a.Merged)
	}
	f.Merge = strings.NewReplacer(`"Allow"`, `"Deny"`, `{"AWS":"arn:aws:iam::123456789012:root"}`, `"*"`).Replace(f.Merge)
	if a := generator.Fill(f, nil); len(a.Problems) != 1 || a.Problems[0].Field != "merge" || a.Merged != "" {
		t.Errorf("a policy that denies all: %+v, want a problem of the field merge", a.Problems)
	}
}

func TestJSON(t *testing.T) {
	for _, form := range []string{`{"role": "consumer", "format": "json"`, `null`, `{"role": 3}`} {
		var a generator.Answer
		if err := json.Unmarshal([]byte(generator.JSON(form, nil)), &a); err != nil || len(a.Problems) == 0 {
			t.Errorf("%s: %v, problems %q; want one", form, err, a.Problems)
		}
	}
}
