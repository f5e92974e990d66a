package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/policygen"
)

// a worker is a construct of somebody else's that is a grantee.
type worker struct {
	constructs.Construct
	role awsiam.Role
}

func (w *worker) GrantPrincipal() awsiam.IPrincipal { return w.role }

func TestGrantees(t *testing.T) {
	const theirRole = "arn:aws:iam::" + elsewhere + ":role/worker"
	tests := []struct {
		name, reason string
		grantee      func(s stack) awsiam.IGrantable
		identity     []string // statements of the identity policy
		queue        []string // parts of the queue policy
		key          []string // parts of the key policy
		pending      []string // parts of the documents that are pending
		refused      string
	}{{
		name: "role", reason: "its identity policy is all that is needed in its own account",
		grantee:  func(s stack) awsiam.IGrantable { return role(s, "Who") },
		identity: consumes,
	}, {
		name: "user", reason: "as a role",
		grantee:  func(s stack) awsiam.IGrantable { return awsiam.NewUser(s, jsii.String("Who"), nil) },
		identity: consumes,
	}, {
		name: "group", reason: "as a role",
		grantee:  func(s stack) awsiam.IGrantable { return awsiam.NewGroup(s, jsii.String("Who"), nil) },
		identity: consumes,
	}, {
		name: "function", reason: "by its execution role, with what an event source mapping needs",
		grantee: func(s stack) awsiam.IGrantable { return lambda(s, "Who", nil) },
		identity: []string{`{"Action":["sqs:GetQueueAttributes","sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":"${Q.Arn}"}`,
			consumes[1]},
	}, {
		name: "construct of somebody else's", reason: "it says who its principal is",
		grantee: func(s stack) awsiam.IGrantable {
			w := &worker{}
			constructs.NewConstruct_Override(w, s, jsii.String("Worker"))
			w.role = role(s, "Who")
			return w
		},
		identity: consumes,
	}, {
		name: "imported role of the account", reason: "the CDK attaches a policy to it",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.Role_FromRoleArn(s, jsii.String("Who"), jsii.String("arn:aws:iam::"+account+":role/worker"), nil)
		},
		identity: consumes,
	}, {
		name: "immutable role", reason: "the CDK says that it added a statement, and drops it",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.Role_FromRoleArn(s, jsii.String("Who"), jsii.String("arn:aws:iam::"+account+":role/worker"), &awsiam.FromRoleArnOptions{Mutable: jsii.Bool(false)})
		},
		pending: []string{"identity arn:aws:iam::" + account + ":role/worker", "sqs:ReceiveMessage", "kms:Decrypt"},
	}, {
		name: "role without policy updates", reason: "as an immutable one",
		grantee: func(s stack) awsiam.IGrantable { return role(s, "Who").WithoutPolicyUpdates(nil) },
		pending: []string{"identity ${Who.Arn}", "sqs:ReceiveMessage", "kms:Decrypt"},
	}, {
		name: "principal by ARN", reason: "nothing tells the CDK whose policy to change",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.NewArnPrincipal(jsii.String("arn:aws:iam::" + account + ":role/worker"))
		},
		pending: []string{"identity arn:aws:iam::" + account + ":role/worker", "sqs:ReceiveMessage", "kms:Decrypt"},
	}, {
		name: "role of another account", reason: "both sides must allow it; the other side is theirs",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.Role_FromRoleArn(s, jsii.String("Who"), jsii.String(theirRole), nil)
		},
		queue:   []string{"sqs:ReceiveMessage", theirRole},
		key:     []string{"kms:Decrypt", theirRole},
		pending: []string{"identity " + theirRole, "sqs:ReceiveMessage", "kms:Decrypt"},
	}, {
		name: "another account", reason: "as a role of it",
		grantee: func(s stack) awsiam.IGrantable { return awsiam.NewAccountPrincipal(elsewhere) },
		queue:   []string{"sqs:ReceiveMessage", `{"AWS":"` + elsewhere + `"}`},
		key:     []string{"kms:Decrypt", elsewhere},
		pending: []string{"identity " + elsewhere, "sqs:ReceiveMessage", "kms:Decrypt"},
	}, {
		name: "everybody", reason: "nothing is meant to be public",
		grantee: func(s stack) awsiam.IGrantable { return awsiam.NewAnyPrincipal() },
		refused: "everybody in the world",
	}, {
		name: "a service", reason: "services do not consume",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil)
		},
		refused: "AWS services do not receive",
	}, {
		name: "federated", reason: "who is signed in elsewhere assumes a role",
		grantee: func(s stack) awsiam.IGrantable {
			return awsiam.NewFederatedPrincipal(jsii.String("cognito-identity.amazonaws.com"), nil, nil)
		},
		refused: "Federated",
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			s := inEnv(app, "S", account, "eu-west-1")
			q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}, DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}})
			if tt.refused != "" {
				if err := misused(t, func() { q.GrantConsumeMessages(tt.grantee(s)) }); !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("%s: got %v", tt.reason, err)
				}
				if got := synth(t, app)["S"].one("AWS::SQS::QueuePolicy", "Q").allowed(); len(got) > 0 {
					t.Errorf("%s: it is refused, and allowed all the same: %v", tt.reason, got)
				}
				return
			}
			grant := q.GrantConsumeMessages(tt.grantee(s))
			if got, want := *grant.Success(), tt.identity != nil; got != want {
				t.Errorf("the grant's success is %v, want %v", got, want)
			}
			pending := fanout.Pending(app)
			got := synth(t, app)["S"]
			var identity []string
			for _, id := range got.of("AWS::IAM::Policy", "Who") {
				identity = append(identity, got.Resources[id].allowed()...)
			}
			if diff := cmp.Diff(tt.identity, identity); diff != "" {
				t.Errorf("%s; identity policy (-want +got):\n%s", tt.reason, diff)
			}
			if tt.queue == nil {
				if n := len(got.one("AWS::SQS::QueuePolicy", "Q").allowed()); n != 0 {
					t.Errorf("the queue policy has %d statements that nobody needs", n)
				}
			}
			contains(t, got.one("AWS::SQS::QueuePolicy", "Q").allowed(), tt.queue...)
			contains(t, keyStatements(got, "Q"), tt.key...)
			if (len(tt.pending) > 0) != (len(pending) > 0) {
				t.Errorf("pending: %v", pending)
			}
			for _, p := range pending {
				contains(t, []string{idHash.ReplaceAllString(string(p.On)+" "+p.Principal+p.Resource+p.Document.String(), "$1$2")}, tt.pending...)
			}
			if n := len(messages(t, app, "error")); n != len(pending) {
				t.Errorf("%d error annotations for %d pending documents", n, len(pending))
			}
		})
	}
}

// consumes are the statements of a consumer: what SQS's and KMS's pages ask for, and nothing else.
var consumes = []string{
	`{"Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":"${Q.Arn}"}`,
	`{"Action":"kms:Decrypt","Effect":"Allow","Resource":"${QKey.Arn}"}`,
}

func TestGrants(t *testing.T) {
	tests := []struct {
		name, reason string
		grant        func(topic *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable)
		want         []string
	}{{
		name: "publish", reason: "SNS's page asks for GenerateDataKey* and Decrypt on the topic's key",
		grant: func(topic *fanout.Topic, _ *fanout.Queue, who awsiam.IGrantable) { topic.GrantPublish(who) },
		want: []string{`{"Action":"sns:Publish","Effect":"Allow","Resource":"${T}"}`,
			`{"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Effect":"Allow","Resource":"${TKey.Arn}"}`},
	}, {
		name: "send", reason: "no Encrypt, no ReEncrypt*, no GetQueueUrl",
		grant: func(_ *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable) { q.GrantSendMessages(who) },
		want: []string{`{"Action":"sqs:SendMessage","Effect":"Allow","Resource":"${Q.Arn}"}`,
			`{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Effect":"Allow","Resource":"${QKey.Arn}"}`},
	}, {
		name: "send, with look-ups", reason: "on request",
		grant: func(_ *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable) {
			fanout.GrantSend(q, who, &fanout.SendProps{ReadAttributes: jsii.Bool(true), LookUpURL: jsii.Bool(true)})
		},
		want: []string{`{"Action":["sqs:SendMessage","sqs:GetQueueAttributes","sqs:GetQueueUrl"],"Effect":"Allow","Resource":"${Q.Arn}"}`,
			`{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Effect":"Allow","Resource":"${QKey.Arn}"}`},
	}, {
		name: "consume, everything", reason: "on request",
		grant: func(_ *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable) {
			fanout.GrantConsume(q, who, &fanout.ConsumeProps{ExtendVisibility: jsii.Bool(true), ReadAttributes: jsii.Bool(true), LookUpURL: jsii.Bool(true)})
		},
		want: []string{`{"Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:ReceiveMessage","sqs:DeleteMessage","sqs:ChangeMessageVisibility"],"Effect":"Allow","Resource":"${Q.Arn}"}`,
			`{"Action":"kms:Decrypt","Effect":"Allow","Resource":"${QKey.Arn}"}`},
	}, {
		name: "redrive", reason: "the list of SQS's page on dead-letter queue redrive",
		grant: func(_ *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable) { q.GrantRedrive(who) },
		want: []string{`{"Action":["sqs:GetQueueAttributes","sqs:ReceiveMessage","sqs:DeleteMessage","sqs:StartMessageMoveTask"],"Effect":"Allow","Resource":"${QDeadLetterQueue.Arn}"}`,
			`{"Action":"sqs:SendMessage","Effect":"Allow","Resource":"${Q.Arn}"}`,
			`{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Effect":"Allow","Resource":"${QKey.Arn}"}`},
	}, {
		name: "dead letters", reason: "they are encrypted under the queue's key",
		grant: func(_ *fanout.Topic, q *fanout.Queue, who awsiam.IGrantable) { q.GrantConsumeDeadLetters(who) },
		want: []string{`{"Action":["sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":"${QDeadLetterQueue.Arn}"}`,
			`{"Action":"kms:Decrypt","Effect":"Allow","Resource":"${QKey.Arn}"}`},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			s := newStack(app, "S")
			topic := encryptedTopic(s)
			q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
			tt.grant(topic, q, role(s, "Who"))
			if diff := cmp.Diff(tt.want, synth(t, app)["S"].one("AWS::IAM::Policy", "Who").allowed()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestSharedDeadLetterQueue(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	dead := awssqs.NewQueue(s, jsii.String("Dead"), nil)
	topic := fanout.NewTopic(s, jsii.String("T"), nil)
	add := func(id string) *fanout.Queue {
		return topic.AddQueue(jsii.String(id), &fanout.QueueProps{
			QueueProps: awssqs.QueueProps{EncryptionMasterKey: fanout.NewKey(s, jsii.String(id+"Key"), nil), DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(7)}},
		})
	}
	a := add("A")
	a.GrantConsumeDeadLetters(role(s, "Reader"))
	add("B") // after the grant
	tt := synth(t, app)["S"]
	contains(t, tt.one("AWS::IAM::Policy", "Reader").allowed(), "${Dead.Arn}", "${AKey.Arn}", "${BKey.Arn}")
	if got := text(tt.one("AWS::SQS::Queue", "TA").Properties["RedrivePolicy"]); !strings.Contains(got, `"maxReceiveCount":7`) {
		t.Errorf("redrive policy: %s", got)
	}
}

func TestLambdaConsumer(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	q := fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	f := lambda(s, "F", nil)
	f.AddEventSource(awslambdaeventsources.NewSqsEventSource(q, &awslambdaeventsources.SqsEventSourceProps{BatchSize: jsii.Number(5)}))
	tt := synth(t, app)["S"]
	contains(t, tt.one("AWS::IAM::Policy", "F").allowed(), `{"Action":["sqs:GetQueueAttributes","sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":"${TQ.Arn}"}`,
		`{"Action":"kms:Decrypt","Effect":"Allow","Resource":"${TQKey.Arn}"}`)
}

func TestPublishersThatAreServices(t *testing.T) {
	tests := []struct {
		name, reason string
		allow        func(topic *fanout.Topic)
		topic, key   string
	}{{
		name: "S3", reason: "a bucket's ARN does not tell its account; no page says that S3 passes a source to the topic's key",
		allow: func(topic *fanout.Topic) {
			topic.AllowPublishFrom("s3.amazonaws.com", &fanout.Source{ARN: jsii.String(aBucket), Account: jsii.String(account)})
		},
		topic: `{"Action":"sns:Publish","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::incoming"},"StringEquals":{"aws:SourceAccount":"111122223333"}},"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"${T}","Sid":"AllowPublish"}`,
		key:   `{"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"*","Sid":"AllowPublishUseKey"}`,
	}, {
		name: "EventBridge", reason: "EventBridge supports conditions neither in topic policies nor in the policy of an encrypted topic's key",
		allow: func(topic *fanout.Topic) {
			topic.AllowPublishFrom("events.amazonaws.com", &fanout.Source{ARN: jsii.String("arn:aws:events:eu-west-1:111122223333:rule/nightly")})
		},
		topic: `{"Action":"sns:Publish","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"${T}","Sid":"AllowPublish"}`,
		key:   `{"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":"*","Sid":"AllowPublishUseKey"}`,
	}, {
		name: "a service principal with conditions", reason: "the conditions say for whom the service acts",
		allow: func(topic *fanout.Topic) {
			topic.GrantPublish(awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), &awsiam.ServicePrincipalOpts{Conditions: &map[string]any{
				"ArnLike": map[string]any{"aws:SourceArn": aBucket}, "StringEquals": map[string]any{"aws:SourceAccount": account},
			}}))
		},
		topic: `{"Action":"sns:Publish","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::incoming"},"StringEquals":{"aws:SourceAccount":"111122223333"}},"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"${T}","Sid":"AllowPublish"}`,
		key:   `{"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Resource":"*","Sid":"AllowPublishUseKey"}`,
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			s := newStack(app, "S")
			topic := encryptedTopic(s)
			tt.allow(topic)
			got := synth(t, app)["S"]
			if diff := cmp.Diff([]string{tt.topic}, got.one("AWS::SNS::TopicPolicy", "T").allowed()); diff != "" {
				t.Errorf("%s; topic policy (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff([]string{tt.key}, keyStatements(got, "T")); diff != "" {
				t.Errorf("%s; key policy (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestAlarmInTheKeyPolicy: an alarm refers to the topic and the topic to the key, so the key must not refer to the alarm.
func TestAlarmInTheKeyPolicy(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := encryptedTopic(s)
	watched := fanout.NewTopic(s, jsii.String("Watched"), nil)
	alarm := watched.MetricNumberOfNotificationsFailed(nil).CreateAlarm(watched, jsii.String("Failed"), &awscloudwatch.CreateAlarmOptions{
		Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1)})
	topic.AllowPublishFrom("cloudwatch.amazonaws.com", &fanout.Source{ARN: alarm.AlarmArn()})
	got := synth(t, app)["S"]
	contains(t, got.one("AWS::SNS::TopicPolicy", "TPolicy").allowed(), "${WatchedFailed.Arn}")
	if key := strings.Join(keyStatements(got, "T"), "\n"); strings.Contains(key, "WatchedFailed") || !strings.Contains(key, `"aws:SourceAccount":"${AWS::AccountId}"`) {
		t.Errorf("key policy:\n%s", key)
	}
}

func TestAcknowledge(t *testing.T) {
	build := func(app awscdk.App) {
		topic := fanout.NewTopic(inEnv(app, "S", account, "eu-west-1"), jsii.String("T"), nil)
		topic.AddQueue(jsii.String("Q"), withKey(awskms.Key_FromKeyArn(topic, jsii.String("Imported"), jsii.String(aKey))))
	}
	app := newApp(t, nil)
	build(app)
	pending := fanout.Pending(app)
	if len(pending) != 1 || pending[0].On != policygen.OnKey || pending[0].Resource != aKey || pending[0].Construct != "S/T/Q" {
		t.Fatalf("pending: %+v", pending)
	}
	again := newApp(t, nil)
	build(again)
	fanout.Acknowledge(again, pending[0].ID)
	if got := messages(t, again, "error"); len(got) > 0 {
		t.Errorf("acknowledged, and reported all the same: %v", got)
	}
	other := newApp(t, nil)
	build(other)
	fanout.Acknowledge(other, "000000000000")
	if got := messages(t, other, "error"); len(got) != 1 {
		t.Errorf("another id was acknowledged, got %v", got)
	}
	files, err := fanout.WritePending(app, t.TempDir())
	if err != nil || len(files) != 1 {
		t.Errorf("written: %v, %v", files, err)
	}
}

func TestCrossAccount(t *testing.T) {
	app := newApp(t, nil)
	ours, theirs := inEnv(app, "Ours", account, "eu-west-1"), inEnv(app, "Theirs", elsewhere, "eu-west-1")
	topic := fanout.NewTopic(ours, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String("orders")}})
	q := fanout.NewQueue(theirs, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
	fanout.Subscribe(topic, q, nil)
	q.GrantConsumeMessages(role(theirs, "Consumer"))
	topic.GrantPublish(role(ours, "Publisher"))
	all := synth(t, app)
	contains(t, all["Ours"].one("AWS::SNS::TopicPolicy", "T").allowed(), "sns:Subscribe", elsewhere)
	if got := all["Theirs"].one("AWS::SNS::Subscription", "Q").Properties["TopicArn"]; got != nil && text(joined(got)) != `"arn:${AWS::Partition}:sns:eu-west-1:111122223333:orders"` {
		t.Errorf("the subscription's topic is %v", text(joined(got)))
	}
	contains(t, all["Theirs"].one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), "sns:eu-west-1:111122223333:orders")
	contains(t, keyStatements(all["Theirs"], "Q"), "sns:eu-west-1:111122223333:orders")
	if got := messages(t, app, "error"); len(got) > 0 {
		t.Errorf("errors: %v", got)
	}

	// A topic without a name cannot be named from another account.
	app = newApp(t, nil)
	topic = fanout.NewTopic(inEnv(app, "Ours", account, "eu-west-1"), jsii.String("T"), nil)
	if err := misused(t, func() {
		fanout.Subscribe(topic, fanout.NewQueue(inEnv(app, "Theirs", elsewhere, "eu-west-1"), jsii.String("Q"), nil), nil)
	}); !strings.Contains(err.Error(), "TopicName") {
		t.Errorf("got %v", err)
	}
}

// TestForeignTopic: the owner of the queue subscribes it to an imported topic of another account.
func TestForeignTopic(t *testing.T) {
	app := newApp(t, nil)
	s := inEnv(app, "S", elsewhere, "us-east-1")
	topic := awssns.Topic_FromTopicArn(s, jsii.String("Imported"), jsii.String(aTopic))
	fanout.Subscribe(topic, fanout.NewQueue(s, jsii.String("Q"), nil), nil)
	tt := synth(t, app)["S"]
	contains(t, tt.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), aTopic)
	if got := tt.one("AWS::SNS::Subscription", "Q").Properties; got["Region"] != "eu-west-1" || got["TopicArn"] != aTopic {
		t.Errorf("subscription: %v", got)
	}
	reports("policy of topic "+aTopic, "sns:Subscribe", elsewhere)(t, tt, messages(t, app, "error"))
}

// TestSubscribeAcrossStacks: a queue of another stack is subscribed there, since both stacks would need each other otherwise.
func TestSubscribeAcrossStacks(t *testing.T) {
	app := newApp(t, nil)
	q := awssqs.NewQueue(newStack(app, "Queues"), jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS})
	fanout.Subscribe(fanout.NewTopic(newStack(app, "Topics"), jsii.String("T"), nil), q, nil)
	all := synth(t, app)
	if n := len(all["Queues"].of("AWS::SNS::Subscription", "")); n != 1 {
		t.Errorf("the queue's stack has %d subscriptions, want 1", n)
	}
	contains(t, keyStatements(all["Queues"], "Q"), "sns.amazonaws.com", ":Topics-T-*")
	contains(t, all["Queues"].one("AWS::SQS::QueuePolicy", "Q").allowed(), "sns.amazonaws.com")
}

// TestPendingOfTwoTopics: what cannot be written is reported for each topic, whenever it comes.
func TestPendingOfTwoTopics(t *testing.T) {
	app := newApp(t, nil)
	s := inEnv(app, "S", account, "eu-west-1")
	q := fanout.NewQueue(s, jsii.String("Q"), withKey(awskms.Key_FromKeyArn(s, jsii.String("Key"), jsii.String(aKey))))
	named := func(name string) *fanout.Topic {
		return fanout.NewTopic(s, jsii.String(name), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String(name)}})
	}
	all := func() string {
		var b strings.Builder
		for _, p := range fanout.Pending(app) {
			b.WriteString(p.Document.String())
		}
		return b.String()
	}
	fanout.Subscribe(named("first"), q, nil)
	contains(t, []string{all()}, "arn:aws:sns:eu-west-1:111122223333:first")
	fanout.Subscribe(named("second"), q, nil)
	contains(t, []string{all()}, "arn:aws:sns:eu-west-1:111122223333:first", "arn:aws:sns:eu-west-1:111122223333:second")
	reports("policy of key "+aKey, ":second")(t, template{}, messages(t, app, "error"))
}
