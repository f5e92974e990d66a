package policygen_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/policygen"
)

// Each policy is merged with what SNS needs to deliver from topic sales to queue orders.
func TestMerge(t *testing.T) {
	const (
		sales  = `"arn:aws:sns:us-east-2:111122223333:sales"`
		orders = `"arn:aws:sqs:us-east-2:111122223333:orders"`
		sns    = `"Principal":{"Service":"sns.amazonaws.com"}`
		ours   = `{"Sid":"AllowDeliver","Effect":"Allow",` + sns + `,"Action":"sqs:SendMessage","Resource":` + orders + `,"Condition":{"ArnEquals":{"aws:SourceArn":` + sales + `}}}`
	)
	renamed := strings.Replace(ours, "AllowDeliver", "AllowDeliver2", 1)
	for _, test := range []struct{ reason, there, want string }{
		{"a queue without a policy gets the statement", ``, ours},
		{"an action in another case, with a wildcard, allows it",
			`{"Effect":"Allow",` + sns + `,"Action":"SQS:Send*","Resource":"*"}`, `-`},
		{"a condition on something else may not hold",
			`{"Effect":"Allow",` + sns + `,"Action":"sqs:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, `+` + ours},
		{"one topic among several is admitted",
			`{"Effect":"Allow",` + sns + `,"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"AWS:SourceArn":["arn:aws:sns:us-east-2:111122223333:other",` + sales + `]}}}`, `-`},
		{"a statement that is about everything but the queue allows nothing on it",
			`{"Effect":"Allow",` + sns + `,"Action":"sqs:*","NotResource":` + orders + `}`, `+` + ours},
		{"a statement for everybody is not relied on for an AWS service",
			`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}`, `+` + ours},
		{"our statement for another topic gets this one",
			strings.Replace(ours, "sales", "returns", 1), strings.Replace(ours, sales, `["arn:aws:sns:us-east-2:111122223333:returns",`+sales+`]`, 1)},
		{"a statement of our Sid that is about something else keeps it",
			`{"Sid":"AllowDeliver","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:ReceiveMessage","Resource":"*"}`, `+` + renamed},
		{"a denial stays, whatever is allowed",
			`{"Sid":"AllowDeliver","Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}`, `+` + renamed},
	} {
		t.Run(test.reason, func(t *testing.T) {
			there := policygen.Document{}
			if test.there != "" {
				there = parse(t, test.there)
			}
			got, err := policygen.Merge(there, delivery(t, "orders"))
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case test.want == "-":
				test.want = test.there
			case test.want[0] == '+':
				test.want = test.there + "," + test.want[1:]
			}
			if want := parse(t, test.want).String(); got.String() != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// AWS turns an account id into the ARN of the account's root user when a policy is set, which is no new principal afterwards.
func TestMergeKnowsAccountsAgain(t *testing.T) {
	policies, err := policygen.Generate(policygen.Options{}, policygen.Publisher{Principal: policygen.AccountID("444455556666"),
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:111122223333:sales"}}})
	if err != nil {
		t.Fatal(err)
	}
	topic := policies.On(policygen.OnTopic)[0]
	there := parse(t, strings.ReplaceAll(topic.Document.String()[strings.Index(topic.Document.String(), "[")+1:strings.LastIndex(topic.Document.String(), "]")],
		`"444455556666"`, `"arn:aws:iam::444455556666:root"`))
	got, err := policygen.Merge(there, topic)
	if err != nil || got.String() != there.String() {
		t.Errorf("%v, want it unchanged:\n%s", err, got)
	}
}

// A queue takes twenty statements.
func TestMergeBeyondALimit(t *testing.T) {
	var there []string
	for i := range 20 {
		there = append(there, fmt.Sprintf(`{"Sid":"S%d","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sqs:SendMessage","Resource":"*"}`, i))
	}
	_, err := policygen.Merge(parse(t, strings.Join(there, ",")), delivery(t, "orders"))
	var limit *policygen.LimitError
	if !errors.As(err, &limit) || limit.Limit != "statements" || limit.Value != 21 {
		t.Errorf("%v, want a limit of statements", err)
	}
}

func parse(t *testing.T, statements string) policygen.Document {
	t.Helper()
	d, err := policygen.Parse([]byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func delivery(t *testing.T, queue string) policygen.Attachment {
	t.Helper()
	policies, err := policygen.Generate(policygen.Options{}, policygen.Delivery{
		Topics: []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:111122223333:sales"}},
		Queue:  policygen.Queue{ARN: policygen.QueueARN("arn:aws:sqs:us-east-2:111122223333:" + queue)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return policies[0]
}
