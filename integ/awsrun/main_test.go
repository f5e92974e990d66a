package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/hopgrant/hopgrant/integ/internal/account"
)

// TestAnnouncesFirst checks that without -yes the run only says what it would do, and does not even look for
// credentials.
func TestAnnouncesFirst(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	var out bytes.Buffer
	err := run(t.Context(), nil, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "nothing was created: run again with -yes") {
		t.Errorf("got %v, want an error that asks for -yes", err)
	}
	for _, want := range []string{"stack Fanout (examples/fanout): ", "1 AWS::KMS::Key", "It costs", "It deletes", "cdk destroy"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got output\n%s\nwant %q in it", out.String(), want)
		}
	}
}

func TestWrongUse(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-examples", "crossaccount"}, `example "crossaccount": unknown here, want some of fanout, cmk, `},
		{[]string{"fanout"}, `argument "fanout": unexpected`},
		{[]string{"-force"}, "flag provided but not defined: -force"},
	} {
		var out bytes.Buffer
		if err := run(t.Context(), tt.args, &out, &out); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("awsrun %q: got %v, want %q", tt.args, err, tt.want)
		}
	}
}

// TestCorpus checks that a recorded case has the form of the corpus: the headers it asks for, a document for each
// policy, and no real account.
func TestCorpus(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "")
	hop := policygen.Hop{Kind: kind.Deliver,
		Topic: policygen.Topic{ARN: "arn:aws:sns:us-east-1:987654321098:sales"},
		Queue: policygen.Queue{ARN: "arn:aws:sqs:us-east-1:987654321098:orders"}}
	r := &runner{clients: &account.Clients{Account: "987654321098", Region: "us-east-1"}}
	for _, call := range hop.Calls() {
		r.records = append(r.records,
			record{call: call, policy: policygen.DefaultKeyPolicy("987654321098", "aws"), want: eval.ImplicitDeny, reason: "it was lost"},
			record{call: call, policy: policygen.DefaultKeyPolicy("987654321098", "aws"), want: eval.ImplicitDeny, reason: "again"})
	}
	text, err := r.corpus("2026-11-25")
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse([]byte(text))
	if strings.Contains(text, "987654321098") || strings.Contains(text, "NO EVIDENCE") || len(a.Files) != 3 {
		t.Errorf("got\n%s\nwant two cases and one document, without the account", text)
	}
	for _, want := range []string{
		"source: https://github.com/hopgrant/hopgrant/blob/main/integ/README.md#recorded-2026-11-25\n", "reason: it was lost\n",
		"want: implicitly-denied\n", "principal: sns.amazonaws.com\n", "action: sqs:SendMessage\n",
		"resource: arn:aws:sqs:us-east-1:111122223333:orders\n", "context: aws:SourceArn = arn:aws:sns:us-east-1:111122223333:sales\n",
		"resource-policy: policy-1\n",
	} {
		if !strings.Contains(string(a.Files[0].Data), want) {
			t.Errorf("got case\n%s\nwant %q in it", a.Files[0].Data, want)
		}
	}
}
