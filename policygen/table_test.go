package policygen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
)

// The resources of the table, each with a key of its own, so that a grant on the wrong key shows, and the role that calls.
const (
	tableTopic       = TopicARN("arn:aws:sns:us-east-2:111122223333:topic")
	tableQueue       = QueueARN("arn:aws:sqs:us-east-2:111122223333:queue")
	tableDLQ         = QueueARN("arn:aws:sqs:us-east-2:111122223333:dlq")
	tableDestination = QueueARN("arn:aws:sqs:us-east-2:111122223333:destination")

	tableTopicKey       = KeyARN("arn:aws:kms:us-east-2:111122223333:key/11111111-1111-1111-1111-111111111111")
	tableQueueKey       = KeyARN("arn:aws:kms:us-east-2:111122223333:key/22222222-2222-2222-2222-222222222222")
	tableDLQKey         = KeyARN("arn:aws:kms:us-east-2:111122223333:key/33333333-3333-3333-3333-333333333333")
	tableDestinationKey = KeyARN("arn:aws:kms:us-east-2:111122223333:key/44444444-4444-4444-4444-444444444444")

	tableRole = RoleARN("arn:aws:iam::111122223333:role/app")
)

// tableNames replaces the resources by the names that the rows use.
var tableNames = strings.NewReplacer(
	string(tableTopic), "topic", string(tableQueue), "queue", string(tableDLQ), "dlq", string(tableDestination), "destination",
	string(tableTopicKey), "topic-key", string(tableQueueKey), "queue-key", string(tableDLQKey), "dlq-key",
	string(tableDestinationKey), "destination-key", string(tableRole), "role")

// A tableRow is one row of the table that says who needs which grant.
type tableRow struct {
	name    string
	reason  string
	sources []string // the AWS pages that say so
	hop     Hop
	calls   []string // action and resource
	grants  []string // document: principal, action, resource and condition
}

func tableRows() []tableRow {
	topic := Topic{ARN: tableTopic, Key: tableTopicKey}
	queue := Queue{ARN: tableQueue, Key: tableQueueKey}
	dlq := Queue{ARN: tableDLQ, Key: tableDLQKey}
	const (
		sqsGuide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
		snsGuide = "https://docs.aws.amazon.com/sns/latest/dg/"
	)
	return []tableRow{
		{
			name: "publisher", reason: "an IAM role needs sns:Publish and both actions on the topic's key, and nothing on the queues behind it",
			sources: []string{snsGuide + "sns-key-management.html", snsGuide + "sns-access-policy-language-api-permissions-reference.html"},
			hop:     Hop{Kind: kind.Publish, Caller: tableRole, Topic: topic},
			calls:   []string{"sns:Publish topic", "kms:GenerateDataKey topic-key", "kms:Decrypt topic-key"},
			grants: []string{"identity of role: sns:Publish topic", "identity of role: kms:GenerateDataKey* topic-key",
				"identity of role: kms:Decrypt topic-key"},
		},
		{
			name: "publisher to a topic without a key", reason: "without a customer managed key there is nothing to grant for one",
			sources: []string{snsGuide + "sns-access-policy-language-api-permissions-reference.html"},
			hop:     Hop{Kind: kind.Publish, Caller: tableRole, Topic: Topic{ARN: tableTopic}},
			calls:   []string{"sns:Publish topic"},
			grants:  []string{"identity of role: sns:Publish topic"},
		},
		{
			name: "AWS service to a topic", reason: "the topic policy admits the service for its source, the key policy the same two actions",
			sources: []string{snsGuide + "sns-key-management.html", snsGuide + "sns-access-policy-use-cases.html"},
			hop: Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Topic: topic,
				Source: "arn:aws:cloudwatch:us-east-2:111122223333:alarm:cpu"},
			calls: []string{"sns:Publish topic", "kms:GenerateDataKey topic-key", "kms:Decrypt topic-key"},
			grants: []string{
				"topic: cloudwatch.amazonaws.com sns:Publish topic if ArnEquals aws:SourceArn arn:aws:cloudwatch:us-east-2:111122223333:alarm:cpu",
				"topic-key: cloudwatch.amazonaws.com kms:GenerateDataKey* * if ArnEquals aws:SourceArn arn:aws:cloudwatch:us-east-2:111122223333:alarm:cpu",
				"topic-key: cloudwatch.amazonaws.com kms:Decrypt * if ArnEquals aws:SourceArn arn:aws:cloudwatch:us-east-2:111122223333:alarm:cpu"},
		},
		{
			name: "EventBridge to an encrypted topic", reason: "it passes no source to the topic's key, nor is one documented for the topic policy",
			sources: []string{snsGuide + "sns-key-management.html", "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"},
			hop: Hop{Kind: kind.Publish, Caller: ServicePrincipal("events.amazonaws.com"), Topic: topic,
				Source: "arn:aws:events:us-east-2:111122223333:rule/orders"},
			calls: []string{"sns:Publish topic", "kms:GenerateDataKey topic-key", "kms:Decrypt topic-key"},
			grants: []string{"topic: events.amazonaws.com sns:Publish topic", "topic-key: events.amazonaws.com kms:GenerateDataKey* *",
				"topic-key: events.amazonaws.com kms:Decrypt *"},
		},
		{
			name: "SNS to a queue", reason: "queue policy and key policy admit SNS for the topic; the topic's key is not needed",
			sources: []string{snsGuide + "subscribe-sqs-queue-to-sns-topic.html", snsGuide + "sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
				sqsGuide + "sqs-key-management.html"},
			hop:   Hop{Kind: kind.Deliver, Topic: topic, Queue: queue},
			calls: []string{"sqs:SendMessage queue", "kms:GenerateDataKey queue-key", "kms:Decrypt queue-key"},
			grants: []string{"queue: sns.amazonaws.com sqs:SendMessage queue if ArnEquals aws:SourceArn topic",
				"queue-key: sns.amazonaws.com kms:GenerateDataKey * if ArnEquals aws:SourceArn topic",
				"queue-key: sns.amazonaws.com kms:Decrypt * if ArnEquals aws:SourceArn topic"},
		},
		{
			name: "SNS to an SSE-SQS queue", reason: "keys that SQS manages need no grant for anybody",
			sources: []string{sqsGuide + "sqs-configure-sqs-sse-queue.html", snsGuide + "subscribe-sqs-queue-to-sns-topic.html"},
			hop:     Hop{Kind: kind.Deliver, Topic: topic, Queue: Queue{ARN: tableQueue}},
			calls:   []string{"sqs:SendMessage queue"},
			grants:  []string{"queue: sns.amazonaws.com sqs:SendMessage queue if ArnEquals aws:SourceArn topic"},
		},
		{
			name: "SNS to a subscription's dead-letter queue", reason: "as for the queue, on the dead-letter queue and its key",
			sources: []string{snsGuide + "sns-configure-dead-letter-queue.html", snsGuide + "sns-dead-letter-queues.html"},
			hop:     Hop{Kind: kind.DeadLetter, Topic: topic, Queue: dlq},
			calls:   []string{"sqs:SendMessage dlq", "kms:GenerateDataKey dlq-key", "kms:Decrypt dlq-key"},
			grants: []string{"dlq: sns.amazonaws.com sqs:SendMessage dlq if ArnEquals aws:SourceArn topic",
				"dlq-key: sns.amazonaws.com kms:GenerateDataKey * if ArnEquals aws:SourceArn topic",
				"dlq-key: sns.amazonaws.com kms:Decrypt * if ArnEquals aws:SourceArn topic"},
		},
		{
			name: "producer", reason: "sqs:SendMessage, and for the key both actions that the page requires; never Encrypt, ReEncrypt* or GetQueueUrl",
			sources: []string{sqsGuide + "sqs-key-management.html", sqsGuide + "sqs-api-permissions-reference.html"},
			hop:     Hop{Kind: kind.Send, Caller: tableRole, Queue: queue},
			calls:   []string{"sqs:SendMessage queue", "kms:GenerateDataKey queue-key", "kms:Decrypt queue-key"},
			grants: []string{"identity of role: sqs:SendMessage queue", "identity of role: kms:GenerateDataKey queue-key",
				"identity of role: kms:Decrypt queue-key"},
		},
		{
			name: "AWS service to a queue", reason: "queue policy and key policy admit the service for its source",
			sources: []string{sqsGuide + "sqs-key-management.html", "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"},
			hop: Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Queue: queue,
				Source: "arn:aws:events:us-east-2:111122223333:rule/orders"},
			calls: []string{"sqs:SendMessage queue", "kms:GenerateDataKey queue-key", "kms:Decrypt queue-key"},
			grants: []string{
				"queue: events.amazonaws.com sqs:SendMessage queue if ArnEquals aws:SourceArn arn:aws:events:us-east-2:111122223333:rule/orders",
				"queue-key: events.amazonaws.com kms:GenerateDataKey * if ArnEquals aws:SourceArn arn:aws:events:us-east-2:111122223333:rule/orders",
				"queue-key: events.amazonaws.com kms:Decrypt * if ArnEquals aws:SourceArn arn:aws:events:us-east-2:111122223333:rule/orders"},
		},
		{
			name: "consumer", reason: "receive and delete, and kms:Decrypt on the queue's key",
			sources: []string{sqsGuide + "sqs-key-management.html", sqsGuide + "sqs-security-best-practices.html"},
			hop:     Hop{Kind: kind.Receive, Caller: tableRole, Queue: queue},
			calls:   []string{"sqs:ReceiveMessage queue", "sqs:DeleteMessage queue", "kms:Decrypt queue-key"},
			grants: []string{"identity of role: sqs:ReceiveMessage queue", "identity of role: sqs:DeleteMessage queue",
				"identity of role: kms:Decrypt queue-key"},
		},
		{
			name: "consumer with everything on request", reason: "visibility, attributes and URL only for clients that call them",
			sources: []string{sqsGuide + "sqs-api-permissions-reference.html", sqsGuide + "sqs-key-management.html"},
			hop:     Hop{Kind: kind.Receive, Caller: tableRole, Queue: queue, ExtendVisibility: true, ReadAttributes: true, LookUpURL: true},
			calls: []string{"sqs:ReceiveMessage queue", "sqs:DeleteMessage queue", "sqs:GetQueueAttributes queue", "sqs:ChangeMessageVisibility queue",
				"sqs:GetQueueUrl queue", "kms:Decrypt queue-key"},
			grants: []string{"identity of role: sqs:ReceiveMessage queue", "identity of role: sqs:DeleteMessage queue",
				"identity of role: sqs:GetQueueAttributes queue", "identity of role: sqs:ChangeMessageVisibility queue",
				"identity of role: sqs:GetQueueUrl queue", "identity of role: kms:Decrypt queue-key"},
		},
		{
			name: "Lambda trigger", reason: "the execution role needs GetQueueAttributes too, or Lambda does not poll",
			sources: []string{"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html", sqsGuide + "sqs-configure-lambda-function-trigger.html"},
			hop:     Hop{Kind: kind.Receive, Caller: tableRole, Queue: queue, Client: LambdaTrigger},
			calls:   []string{"sqs:ReceiveMessage queue", "sqs:DeleteMessage queue", "sqs:GetQueueAttributes queue", "kms:Decrypt queue-key"},
			grants: []string{"identity of role: sqs:ReceiveMessage queue", "identity of role: sqs:DeleteMessage queue",
				"identity of role: sqs:GetQueueAttributes queue", "identity of role: kms:Decrypt queue-key"},
		},
		{
			name: "reader of a queue's dead-letter queue", reason: "SQS moves messages as they are, so they stay under the source queue's key",
			sources: []string{sqsGuide + "sqs-server-side-encryption.html", sqsGuide + "sqs-key-management.html"},
			hop:     Hop{Kind: kind.Receive, Caller: tableRole, Queue: dlq, SourceKeys: []KeyARN{tableQueueKey}},
			calls:   []string{"sqs:ReceiveMessage dlq", "sqs:DeleteMessage dlq", "kms:Decrypt dlq-key", "kms:Decrypt queue-key"},
			grants: []string{"identity of role: sqs:ReceiveMessage dlq", "identity of role: sqs:DeleteMessage dlq",
				"identity of role: kms:Decrypt dlq-key", "identity of role: kms:Decrypt queue-key"},
		},
		{
			name: "redrive", reason: "the page's list: the dead-letter queue, the destination, and the keys of both and of the source",
			sources: []string{sqsGuide + "sqs-configure-dead-letter-queue-redrive.html"},
			hop: Hop{Kind: kind.Redrive, Caller: tableRole, Queue: dlq, SourceKeys: []KeyARN{tableQueueKey},
				Destination: Queue{ARN: tableDestination, Key: tableDestinationKey}},
			calls: []string{"sqs:StartMessageMoveTask dlq", "sqs:ReceiveMessage dlq", "sqs:DeleteMessage dlq", "sqs:GetQueueAttributes dlq",
				"sqs:SendMessage destination", "kms:Decrypt dlq-key", "kms:Decrypt queue-key", "kms:GenerateDataKey destination-key",
				"kms:Decrypt destination-key"},
			grants: []string{"identity of role: sqs:StartMessageMoveTask dlq", "identity of role: sqs:ReceiveMessage dlq",
				"identity of role: sqs:DeleteMessage dlq", "identity of role: sqs:GetQueueAttributes dlq", "identity of role: sqs:SendMessage destination",
				"identity of role: kms:Decrypt dlq-key", "identity of role: kms:Decrypt queue-key",
				"identity of role: kms:GenerateDataKey destination-key", "identity of role: kms:Decrypt destination-key"},
		},
		{
			name: "subscriber", reason: "the owner of a queue subscribes it itself, by sns:Subscribe",
			sources: []string{snsGuide + "sns-send-message-to-sqs-cross-account.html"},
			hop:     Hop{Kind: kind.Subscribe, Caller: tableRole, Topic: topic},
			calls:   []string{"sns:Subscribe topic"},
			grants:  []string{"identity of role: sns:Subscribe topic"},
		},
	}
}

// TestTable compares the table with AWS's pages, role by role: the calls, and what the documents grant.
func TestTable(t *testing.T) {
	rows := tableRows()
	checkCases(t, rows, func(r tableRow) (string, string) { return r.name, r.reason })
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			for _, source := range r.sources {
				if !strings.HasPrefix(source, "https://docs.aws.amazon.com/") {
					t.Errorf("%q is no page of AWS's", source)
				}
			}
			if len(r.sources) == 0 {
				t.Error("no source")
			}
			var calls []string
			for _, c := range r.hop.Calls() {
				calls = append(calls, tableNames.Replace(c.Action+" "+string(c.Resource)))
			}
			compareSets(t, "calls", calls, r.calls, r.reason)
			policies, err := Generate(Options{}, Hops{r.hop})
			if err != nil {
				t.Fatal(err)
			}
			compareSets(t, "grants", grantsOf(policies), r.grants, r.reason)
		})
	}
}

// grantsOf returns what the documents grant to the hops, one action on one resource at a time.
func grantsOf(policies Policies) []string {
	var all []string
	for _, a := range policies {
		where := string(a.Resource)
		if a.On == OnIdentity {
			where = "identity of " + a.Principal.String()
		}
		for _, s := range a.Document.Statements {
			if s.Sid == "EnableIAMUserPermissions" {
				continue
			}
			who, condition := "", ""
			if s.Principal != nil {
				who = strings.Join(slices.Concat(s.Principal.AWS, s.Principal.Service), " ") + " "
			}
			for op, keys := range s.Condition {
				for key, values := range keys {
					condition += fmt.Sprintf(" if %s %s %s", op, key, strings.Join(values, " "))
				}
			}
			for _, action := range s.Action {
				for _, resource := range s.Resource {
					all = append(all, tableNames.Replace(where+": "+who+action+" "+resource+condition))
				}
			}
		}
	}
	return all
}

func compareSets(t *testing.T, what string, got, want []string, reason string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got  %s\n want %s\n(%s)", what, strings.Join(got, "\n      "), strings.Join(want, "\n      "), reason)
	}
}

// TestTableIsComplete checks that TestTable covers every row of the table.
func TestTableIsComplete(t *testing.T) {
	type call struct {
		kind   HopKind
		on     Target
		action string
	}
	tested := map[call]bool{}
	for _, r := range tableRows() {
		for _, c := range r.hop.Calls() {
			tested[call{c.Hop.Kind, c.On, c.Action}] = true
		}
	}
	// A producer's calls for attributes and URL are the same as a consumer's.
	for _, c := range (Hop{Kind: kind.Send, Caller: tableRole, Queue: Queue{ARN: tableQueue}, ReadAttributes: true, LookUpURL: true}).Calls() {
		tested[call{c.Hop.Kind, c.On, c.Action}] = true
	}
	for _, k := range kind.All() {
		for _, c := range k.Calls {
			if !tested[call{HopKind(k.Name), targetOf(c.On), c.Action}] {
				t.Errorf("%s %s on the %s: no case", k.Name, c.Action, targetOf(c.On))
			}
		}
	}
}

// TestEveryKindIsDocumented checks that the comment of HopKind names every kind of the table.
func TestEveryKindIsDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "hop.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var comment string
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.TYPE && d.Specs[0].(*ast.TypeSpec).Name.Name == "HopKind" {
			comment = d.Doc.Text()
		}
	}
	for _, k := range kind.All() {
		if !strings.Contains(comment, strconv.Quote(k.Name)) {
			t.Errorf("kind %s: the comment of HopKind does not name it", k.Name)
		}
	}
}
