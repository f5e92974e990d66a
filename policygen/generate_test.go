package policygen

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// generate returns the documents of the roles and fails the test if there is an error.
func generate(t *testing.T, o Options, roles ...Role) Policies {
	t.Helper()
	policies, err := Generate(o, roles...)
	if err != nil {
		t.Fatal(err)
	}
	return policies
}

func places(policies Policies) []string {
	var all []string
	for _, a := range policies {
		who := string(a.Resource)
		if a.Principal != nil {
			who = a.Principal.String()
		}
		all = append(all, fmt.Sprintf("%s %s of %s", a.On, who, a.Account))
	}
	return all
}

func TestWhichDocumentBelongsToWhichAccount(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		role         Role
		options      Options
		want         []string
	}{
		{"producer of the same account", "the identity policy suffices, the key's policy delegates to the account",
			Producer{Principal: testRole, Queues: []Queue{{ARN: testQueue, Key: testKey}}}, Options{},
			[]string{"identity arn:aws:iam::111122223333:role/app of 111122223333"}},
		{"producer of another account", "both accounts must allow, for the queue and for the key",
			Producer{Principal: foreignRole, Queues: []Queue{{ARN: testQueue, Key: testKey}}}, Options{},
			[]string{"identity arn:aws:iam::444455556666:role/app of 444455556666", "queue " + string(testQueue) + " of 111122223333", "key " + string(testKey) + " of 111122223333"}},
		{"publisher of another account", "both accounts must allow",
			Publisher{Principal: foreignRole, Topics: []Topic{{ARN: testTopic}}}, Options{},
			[]string{"identity arn:aws:iam::444455556666:role/app of 444455556666", "topic " + string(testTopic) + " of 111122223333"}},
		{"delivery to an SSE-SQS queue", "SNS needs the queue policy and nothing else",
			Delivery{Topics: []Topic{{ARN: testTopic, Key: testKey}}, Queue: Queue{ARN: testQueue}}, Options{},
			[]string{"queue " + string(testQueue) + " of 111122223333"}},
		{"delivery to an encrypted queue", "SNS has no identity policies",
			Delivery{Topics: []Topic{{ARN: foreignTopic}}, Queue: Queue{ARN: testQueue, Key: testKey}}, Options{},
			[]string{"queue " + string(testQueue) + " of 111122223333", "key " + string(testKey) + " of 111122223333"}},
		{"consumer under an AWS managed key", "the key's own policy admits the account through SQS",
			Consumer{Principal: testRole, Queues: []Queue{{ARN: testQueue, Key: "alias/aws/sqs"}}}, Options{},
			[]string{"identity arn:aws:iam::111122223333:role/app of 111122223333"}},
		{"consumer through the key policy", "the key policy names it, its identity policy does not name the key",
			Consumer{Principal: testRole, Queues: []Queue{{ARN: testQueue, Key: testKey}}}, Options{KeyAccess: ByKeyPolicy},
			[]string{"identity arn:aws:iam::111122223333:role/app of 111122223333", "key " + string(testKey) + " of 111122223333"}},
		{"a queue's owner of another account subscribes", "the topic policy admits the account, which delegates",
			Subscriber{Principal: AccountID("444455556666"), Topics: []Topic{{ARN: testTopic}}}, Options{},
			[]string{"identity 444455556666 of 444455556666", "topic " + string(testTopic) + " of 111122223333"}},
		{"TLS only", "every queue and topic gets the denial",
			Delivery{Topics: []Topic{{ARN: testTopic}}, Queue: Queue{ARN: testQueue}}, Options{TLSOnly: true},
			[]string{"topic " + string(testTopic) + " of 111122223333", "queue " + string(testQueue) + " of 111122223333"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := places(generate(t, tt.options, tt.role)); !slices.Equal(got, tt.want) {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

func TestManyTopicsAreOneStatement(t *testing.T) {
	var topics []Topic
	for i := range 25 {
		topics = append(topics, Topic{ARN: TopicARN(fmt.Sprintf("arn:aws:sns:us-east-2:111122223333:topic-%d", i))})
	}
	policies := generate(t, Options{}, Delivery{Topics: topics, Queue: Queue{ARN: testQueue, Key: testKey}})
	queue, _ := policies.Of(ARN(testQueue))
	if len(queue.Statements) != 1 || len(queue.Statements[0].Condition["ArnEquals"]["aws:SourceArn"]) != 25 {
		t.Errorf("the queue policy is not one statement with 25 topics:\n%s", queue)
	}
}

func TestTheLimitSaysHowManyTopicsFit(t *testing.T) {
	topics := func(n int) []Topic {
		var all []Topic
		for i := range n {
			all = append(all, Topic{ARN: TopicARN(fmt.Sprintf("arn:aws:sns:us-east-2:111122223333:topic-%04d", i))})
		}
		return all
	}
	_, err := Generate(Options{}, Delivery{Topics: topics(400), Queue: Queue{ARN: testQueue}})
	var limit *LimitError
	if !errors.As(err, &limit) {
		t.Fatalf("%v is no LimitError", err)
	}
	if limit.Limit != "bytes" || limit.Max != 8192 || limit.Sources != 400 {
		t.Errorf("got %+v, want the limit of 8192 bytes with 400 sources", limit)
	}
	if _, err := Generate(Options{}, Delivery{Topics: topics(limit.Fit), Queue: Queue{ARN: testQueue}}); err != nil {
		t.Errorf("%d topics do not fit: %v", limit.Fit, err)
	}
	if _, err := Generate(Options{}, Delivery{Topics: topics(limit.Fit + 1), Queue: Queue{ARN: testQueue}}); err == nil {
		t.Errorf("%d topics fit too", limit.Fit+1)
	}
}

func TestAWSsLimits(t *testing.T) {
	many := func(n int) []Hop {
		var hops []Hop
		for i := range n {
			hops = append(hops, Hop{Kind: kind.Send, Caller: RoleARN(fmt.Sprintf("arn:aws:iam::444455556666:role/r%d", i)), Queue: Queue{ARN: testQueue}})
		}
		return hops
	}
	for _, tt := range []struct {
		name, reason, limit string
		hops                []Hop
		fits                []Hop
	}{
		{"principals of a queue policy", "AWS takes 50", "principals", many(51), many(50)},
		{"characters of an identity policy", "AWS takes 6,144 in a managed policy", "characters", identityHops(200), identityHops(100)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Generate(Options{}, Hops(tt.hops))
			var limit *LimitError
			if !errors.As(err, &limit) || limit.Limit != tt.limit || limit.Value <= limit.Max {
				t.Errorf("got %v, want a LimitError about %s (%s)", err, tt.limit, tt.reason)
			}
			if _, err := Generate(Options{}, Hops(tt.fits)); err != nil {
				t.Errorf("refused what fits: %v", err)
			}
		})
	}
}

func identityHops(n int) []Hop {
	var hops []Hop
	for i := range n {
		hops = append(hops, Hop{Kind: kind.Publish, Topic: Topic{ARN: TopicARN(fmt.Sprintf("arn:aws:sns:us-east-2:111122223333:t%d", i))}})
	}
	return hops
}

func TestSidsAreAlphanumericAndUnique(t *testing.T) {
	f := Fanout{
		Topics:     []Topic{{ARN: testTopic, Key: testKey}, {ARN: foreignTopic}},
		Publishers: []Publisher{{Principal: testRole}, {Principal: ServicePrincipal("s3.amazonaws.com"), Source: "arn:aws:s3:::uploads", SourceAccount: "111122223333"}},
		Queues: []Subscription{{Queue: Queue{ARN: testQueue, Key: testKey}, DeadLetterQueue: &Queue{ARN: testQueue + "-dead"},
			Consumers: []Consumer{{Principal: testRole}, {Principal: foreignRole, Client: LambdaTrigger}}, Redrivers: []Redriver{{Principal: testRole}}}},
	}
	for _, a := range generate(t, Options{TLSOnly: true}, f) {
		seen := map[string]bool{}
		for _, s := range a.Document.Statements {
			if s.Sid == "" || strings.ContainsFunc(s.Sid, func(r rune) bool {
				return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
			}) {
				t.Errorf("Sid %q is not alphanumeric", s.Sid)
			}
			if seen[s.Sid] {
				t.Errorf("Sid %q twice in\n%s", s.Sid, a.Document)
			}
			seen[s.Sid] = true
		}
	}
}

func TestATokenPassesThroughUntouched(t *testing.T) {
	const topic, queue, key = "${Token[TOKEN.12]}", "${aws_sqs_queue.a.arn}", "arn:aws:kms:us-east-2:${AWS::AccountId}:key/${Key}"
	policies := generate(t, Options{}, Delivery{Topics: []Topic{{ARN: topic}}, Queue: Queue{ARN: queue, Key: key}})
	doc, ok := policies.Of(queue)
	if !ok || doc.Statements[0].Resource[0] != queue || doc.Statements[0].Condition["ArnEquals"]["aws:SourceArn"][0] != topic {
		t.Errorf("the queue policy changed a token:\n%s", doc)
	}
	doc, _ = policies.Of(key)
	if got := doc.Statements[0].Principal.AWS[0]; got != "arn:aws:iam::${AWS::AccountId}:root" {
		t.Errorf("the account's own statement names %s", got)
	}
}

func TestAKeyWithoutAnAccountIsAnError(t *testing.T) {
	delivery := Delivery{Topics: []Topic{{ARN: testTopic}}, Queue: Queue{ARN: testQueue, Key: "${aws_kms_key.k.arn}"}}
	if _, err := Generate(Options{}, delivery); err == nil || !strings.Contains(err.Error(), "account that owns the key") {
		t.Errorf("got %v, want an error about the account", err)
	}
	policies := generate(t, Options{Account: "111122223333"}, delivery)
	doc, _ := policies.Of("${aws_kms_key.k.arn}")
	if got := doc.Statements[0].Principal.AWS[0]; got != "111122223333" {
		t.Errorf("the account's own statement names %q", got)
	}
}

func TestScopeStandsForTheTopicInTheKeyPolicyOnly(t *testing.T) {
	topic := Topic{ARN: "${Token[TOKEN.1]}", Scope: "arn:aws:sns:us-east-2:111122223333:stack-*"}
	policies := generate(t, Options{}, Delivery{Topics: []Topic{topic}, Queue: Queue{ARN: testQueue, Key: testKey}})
	key, _ := policies.Of(ARN(testKey))
	if got := key.Statements[1].Condition["ArnLike"]["aws:SourceArn"]; !slices.Equal(got, []string{string(topic.Scope)}) {
		t.Errorf("the key policy is scoped to %v", got)
	}
	queue, _ := policies.Of(ARN(testQueue))
	if got := queue.Statements[0].Condition["ArnEquals"]["aws:SourceArn"]; !slices.Equal(got, []string{string(topic.ARN)}) {
		t.Errorf("the queue policy is scoped to %v", got)
	}
}

func TestOptInRegions(t *testing.T) {
	for _, tt := range []struct {
		topic, queue string
		want         ServicePrincipal
	}{
		{"us-east-1", "us-east-1", "sns.amazonaws.com"},
		{"us-east-1", "eu-west-1", "sns.amazonaws.com"},
		{"us-east-1", "af-south-1", "sns.af-south-1.amazonaws.com"},
		{"af-south-1", "us-east-1", "sns.af-south-1.amazonaws.com"},
		{"af-south-1", "me-south-1", "sns.me-south-1.amazonaws.com"},
		{"af-south-1", "af-south-1", "sns.amazonaws.com"},
	} {
		t.Run(tt.topic+" to "+tt.queue, func(t *testing.T) {
			key := ARN("arn:aws:kms:" + tt.queue + ":111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
			queue := ARN("arn:aws:sqs:" + tt.queue + ":111122223333:billing")
			policies := generate(t, Options{KeyStatementsOnly: true}, Delivery{
				Topics: []Topic{{ARN: TopicARN("arn:aws:sns:" + tt.topic + ":111122223333:orders")}},
				Queue:  Queue{ARN: QueueARN(queue), Key: KeyARN(key)}})
			for _, arn := range []ARN{queue, key} {
				doc, _ := policies.Of(arn)
				if got := doc.Statements[0].Principal.Service; len(got) != 1 || got[0] != string(tt.want) {
					t.Errorf("the policy of %s admits %v, want %s", arn, got, tt.want)
				}
			}
		})
	}
}

func TestFanoutRefusesWhatItCannotPlace(t *testing.T) {
	for _, tt := range []struct {
		name, says string
		fanout     Fanout
	}{
		{"unnamed consumer", "has no principal", Fanout{Topics: []Topic{{ARN: testTopic}}, Queues: []Subscription{{Queue: Queue{ARN: testQueue}, Consumers: []Consumer{{}}}}}},
		{"unknown topic", "the fanout does not have it", Fanout{Topics: []Topic{{ARN: testTopic}}, Queues: []Subscription{{Queue: Queue{ARN: testQueue}, Topics: []TopicARN{foreignTopic}}}}},
		{"redriver without a dead-letter queue", "has none", Fanout{Topics: []Topic{{ARN: testTopic}}, Queues: []Subscription{{Queue: Queue{ARN: testQueue}, Redrivers: []Redriver{{Principal: testRole}}}}}},
		{"dead-letter queue of another type", "it is FIFO", Fanout{Topics: []Topic{{ARN: testTopic}}, Queues: []Subscription{{Queue: Queue{ARN: testQueue}, DeadLetterQueue: &Queue{ARN: testQueue + ".fifo"}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Generate(Options{}, tt.fanout); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want an error with %q", err, tt.says)
			}
		})
	}
}
