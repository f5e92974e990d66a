package fanoutfile

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// minimal is a valid file, which the cases break.
const minimal = `topics:
  - arn: arn:aws:sns:us-east-2:123456789012:events
queues:
  - arn: arn:aws:sqs:us-east-2:123456789012:orders
`

func TestParse(t *testing.T) {
	const key = "arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	f, err := Parse("fanout.yaml", []byte(`
tlsOnly: true
keyAccess: key-policy
keyAccount: 012345678901
queues:
  - arn: arn:aws:sqs:us-east-2:123456789012:orders
    key: &key `+key+`
    topics: [arn:aws:sns:us-east-2:123456789012:b]
    producers:
      - principal: events.amazonaws.com
        source: arn:aws:events:us-east-2:123456789012:rule/r
        sourceAccount: "123456789012"
        readAttributes: true
        lookUpUrl: true
    consumers:
      - principal: arn:aws:iam::123456789012:role/c
        client: lambda
        extendVisibility: true
        sourceKeys: [*key]
    deadLetterQueue: {arn: "arn:aws:sqs:us-east-2:123456789012:dlq", key: *key}
    deadLetterConsumers:
      - {}
    redrivers:
      - principal: arn:aws:iam::123456789012:user/ops
        destination: {arn: "arn:aws:sqs:us-east-2:123456789012:other"}
    subscriptionDeadLetterQueue: {arn: "arn:aws:sqs:us-east-2:123456789012:lost"}
topics:
  - arn: arn:aws:sns:us-east-2:123456789012:a
  - arn: arn:aws:sns:us-east-2:123456789012:b
    key: *key
publishers:
  - principal: "111122223333"
    topics: [arn:aws:sns:us-east-2:123456789012:b]
  - {}
`))
	if err != nil {
		t.Fatal(err)
	}
	b := policygen.Topic{ARN: "arn:aws:sns:us-east-2:123456789012:b", Key: key}
	want := policygen.Fanout{
		Topics:     []policygen.Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:a"}, b},
		Publishers: []policygen.Publisher{{Principal: policygen.AccountID("111122223333"), Topics: []policygen.Topic{b}}, {}},
		Queues: []policygen.Subscription{{
			Queue:  policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:orders", Key: key},
			Topics: []policygen.TopicARN{b.ARN},
			Producers: []policygen.Producer{{Principal: policygen.ServicePrincipal("events.amazonaws.com"),
				Source: "arn:aws:events:us-east-2:123456789012:rule/r", SourceAccount: "123456789012", ReadAttributes: true, LookUpURL: true}},
			Consumers: []policygen.Consumer{{Principal: policygen.RoleARN("arn:aws:iam::123456789012:role/c"), Client: policygen.LambdaTrigger,
				ExtendVisibility: true, SourceKeys: []policygen.KeyARN{key}}},
			DeadLetterQueue:     &policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:dlq", Key: key},
			DeadLetterConsumers: []policygen.Consumer{{}},
			Redrivers: []policygen.Redriver{{Principal: policygen.UserARN("arn:aws:iam::123456789012:user/ops"),
				Destination: policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:other"}}},
			SubscriptionDeadLetterQueue: &policygen.Queue{ARN: "arn:aws:sqs:us-east-2:123456789012:lost"},
		}},
	}
	if want := (policygen.Options{KeyAccess: policygen.ByKeyPolicy, TLSOnly: true, Account: "012345678901"}); f.Options != want {
		t.Errorf("options %+v, want %+v", f.Options, want)
	}
	if diff := cmp.Diff(want, f.Fanout); diff != "" {
		t.Errorf("fan-out (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		reason string
		yaml   string
		want   []string // all lines of the error
	}{
		{"an empty file describes nothing", "", []string{`f.yaml:1:1: file: it is empty, want topics and queues`}},
		{"a file of comments too", "# nothing\n", []string{`f.yaml:1:1: file: it is empty, want topics and queues`}},
		{"a list is no file", "- a\n", []string{`f.yaml:1:1: file: it is a list, want a mapping with topics, queues, publishers, keyAccess, keyAccount or tlsOnly`}},
		{"required fields are named, all of them", "tlsOnly: true\n", []string{
			`f.yaml:1:1: file: it has no topics, want topics`, `f.yaml:1:1: file: it has no queues, want queues`}},
		{"unknown fields would be ignored silently", minimal + "    consumer: []\n", []string{
			`f.yaml:5:5: field "consumer": queue has no such field, want consumers`}},
		{"the case of fields counts", "Topics: []\nqueues: []\n", []string{
			`f.yaml:1:1: field "Topics": file has no such field, want topics`,
			`f.yaml:1:1: file: it has no topics, want topics`}},
		{"of a field that is there twice, one would be lost", minimal + "topics: []\n", []string{`f.yaml:5:1: key "topics": it is already at line 1, column 1, want each key once`}},
		{"values have kinds", "topics: {}\nqueues: [a]\ntlsOnly: yes please\nkeyAccess: wide\n", []string{
			`f.yaml:1:9: topics: it is a mapping, want a list`,
			`f.yaml:2:10: queue "a": it is a string, want a mapping with arn, key, topics, producers, consumers, deadLetterQueue, deadLetterConsumers, redrivers or subscriptionDeadLetterQueue`,
			`f.yaml:3:10: tlsOnly "yes please": it is a string, want true or false`,
			`f.yaml:4:12: key access "wide": unknown, want identity, key-policy or account`}},
		{"an empty value is no string", "topics:\n  - arn:\nqueues: []\n", []string{`f.yaml:2:9: topic arn: it is empty, want a string`}},
		{"a topic that is not in the file cannot be subscribed to", minimal + "    topics: [arn:aws:sns:us-east-2:123456789012:other]\n", []string{
			`f.yaml:5:14: topic arn "arn:aws:sns:us-east-2:123456789012:other": it is not among the topics of the file, want the arn of one of them`}},
		{"principals are read where they stand", minimal + "publishers:\n  - principal: arn:aws:s3:::bucket\n", []string{
			`f.yaml:6:16: principal "arn:aws:s3:::bucket": service is "s3", want "iam" or "sts"`}},
		{"readers of a dead-letter queue need one", minimal + "    redrivers: [{}]\n", []string{
			`f.yaml:4:5: queue "arn:aws:sqs:us-east-2:123456789012:orders": it has deadLetterConsumers or redrivers and no deadLetterQueue, want deadLetterQueue`}},
		{"two documents are two files", minimal + "---\n" + minimal, []string{`f.yaml:5:1: file: it holds a second document, want one document in one file`}},
		{"an alias of nothing", "topics: *t\nqueues: []\n", []string{`f.yaml:1:9: yaml: unknown anchor 't' referenced`}},
		{"broken YAML", "topics: [\n", []string{`f.yaml:2:1: yaml: while parsing a flow node: did not find expected node content`}},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.reason] {
			t.Fatalf("case without a reason of its own: %q", tt.reason)
		}
		seen[tt.reason] = true
		t.Run(tt.reason, func(t *testing.T) {
			_, err := Parse("f.yaml", []byte(tt.yaml))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			var e *value.Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
				t.Errorf("error without a place: %#v", err)
			}
		})
	}
}

// TestParseForms reads the same fan-out in several spellings.
func TestParseForms(t *testing.T) {
	want := policygen.Fanout{Topics: []policygen.Topic{{ARN: "t"}},
		Queues: []policygen.Subscription{{Queue: policygen.Queue{ARN: "a"}}, {Queue: policygen.Queue{ARN: "a", Key: "k"}}}}
	for form, text := range map[string]string{
		"blocks":    "topics:\n- arn: t\nqueues:\n- arn: a\n- arn: a\n  key: k\n",
		"flow":      "{topics: [{arn: t}], queues: [{arn: a}, {arn: a, key: k}]}",
		"JSON":      `{"topics": [{"arn": "t"}], "queues": [{"arn": "a"}, {"arn": "a", "key": "k"}]}`,
		"merge key": "topics:\n- arn: t\nqueues:\n- &q\n  arn: a\n- <<: *q\n  key: k\n",
	} {
		f, err := Parse("f.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if diff := cmp.Diff(want, f.Fanout); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
	}
}

// TestParseAliasBomb reads aliases of aliases that stand for more values than fit into memory.
func TestParseAliasBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("topics: []\nqueues:\n  - &q\n    arn: a\n    consumers: &c\n")
	for range 1000 {
		b.WriteString("      - {client: lambda}\n")
	}
	for range 1000 {
		b.WriteString("  - {arn: a, consumers: *c}\n")
	}
	_, err := Parse("f.yaml", []byte(b.String()))
	if !errors.Is(err, value.ErrAliases) {
		t.Errorf("got %v", err)
	}

	b.Reset()
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(&b, "a%d: &a%[1]d [*a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d]\n", i+1, i)
	}
	b.WriteString("topics: *a12\n")
	if _, err := Parse("f.yaml", []byte(b.String())); err == nil {
		t.Error("no error")
	}
	if _, err := Parse("f.yaml", []byte("topics: &t [*t]\nqueues: []\n")); err == nil {
		t.Error("a list that holds itself is no error")
	}
}

// TestPoliciesErrors checks that an error about a value has the position of the value.
func TestPoliciesErrors(t *testing.T) {
	f, err := Parse("f.yaml", []byte(`topics:
  - arn: arn:aws:sns:us-east-2:123456789012:events
    key: alias/aws/sns
publishers:
  - principal: s3.amazonaws.com
    source: arn:aws:s3:::bucket
    sourceAccount: 123456789012
queues:
  - arn: arn:aws:sqs:us-east-2:123456789012:orders.fifo
  - arn: arn:aws:sqs:us-east-2:12345:orders
    key: alias/aws/sqs
`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Policies()
	if err == nil {
		t.Fatal("no error")
	}
	var places []string
	for _, line := range strings.Split(err.Error(), "\n") {
		p := strings.SplitN(line, ": ", 3)
		places = append(places, p[0]+": "+p[1])
	}
	want := []string{
		`f.yaml:3:10: key "alias/aws/sns"`,
		`f.yaml:9:10: queue arn "arn:aws:sqs:us-east-2:123456789012:orders.fifo"`,
		`f.yaml:10:10: queue arn "arn:aws:sqs:us-east-2:12345:orders"`,
		`f.yaml:11:10: key "alias/aws/sqs"`,
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("places (-want +got):\n%s\n%v", diff, err)
	}
	if !errors.Is(err, policygen.ErrAWSManagedKey) {
		t.Error("the error lost its sentinel")
	}
}

// TestPoliciesLimit checks that an error about a limit has the position of the resource, and the numbers.
func TestPoliciesLimit(t *testing.T) {
	var b strings.Builder
	b.WriteString("topics:\n")
	for i := range 400 {
		fmt.Fprintf(&b, "  - arn: arn:aws:sns:us-east-2:123456789012:topic-with-a-long-name-%d\n", i)
	}
	b.WriteString("queues:\n  - arn: arn:aws:sqs:us-east-2:123456789012:orders\n")
	f, err := Parse("f.yaml", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Policies()
	var limit *policygen.LimitError
	if !errors.As(err, &limit) || !strings.HasPrefix(err.Error(), "f.yaml:403:10: queue policy ") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	doc, err := os.ReadFile("../../docs/fanout-yaml.md")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example(string(doc)))
	f.Add(minimal)
	f.Add("topics: [&a {arn: x}, *a]\nqueues: [{arn: y, topics: [x]}]\n")
	f.Fuzz(func(t *testing.T, s string) {
		file, err := Parse("f.yaml", []byte(s))
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f.yaml:") {
					t.Errorf("error without the file: %q", line)
				}
			}
			return
		}
		if _, err := file.Policies(); err != nil && err.Error() == "" {
			t.Error("an error without text")
		}
	})
}

// A thousand topics and a thousand queues are a million deliveries: more than any queue policies hold.
func TestTooManyHops(t *testing.T) {
	var topics, queues strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&topics, "  - arn: arn:aws:sns:us-east-2:123456789012:t%d\n", i)
		fmt.Fprintf(&queues, "  - arn: arn:aws:sqs:us-east-2:123456789012:q%d\n", i)
	}
	_, err := Parse("fanout.yaml", []byte("topics:\n"+topics.String()+"queues:\n"+queues.String()))
	if err == nil || !strings.Contains(err.Error(), "1000000 hops") || !strings.Contains(err.Error(), "at most 10000") {
		t.Errorf("error %v, want the limit", err)
	}
}
