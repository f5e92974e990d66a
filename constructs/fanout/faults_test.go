package fanout_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/constructs/guard"
)

// TestUnknownService: a service that is not in the table is most likely a misspelled one.
func TestUnknownService(t *testing.T) {
	topic := fanout.NewTopic(newStack(newApp(t, nil), "S"), jsii.String("T"), nil)
	for _, f := range []func(){
		func() { topic.AllowPublishFrom("event.amazonaws.com", nil) },
		func() { topic.GrantPublish(awsiam.NewServicePrincipal(jsii.String("event.amazonaws.com"), nil)) },
	} {
		if err := misused(t, f); !strings.Contains(err.Error(), `service "event.amazonaws.com"`) || !strings.HasSuffix(err.Error(), "want events.amazonaws.com") {
			t.Errorf("got %v", err)
		}
	}
}

// TestOrganization: the callers of an organization are told by a key that IAM callers pass and services do not.
func TestOrganization(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := encryptedTopic(s)
	topic.GrantPublish(awsiam.NewOrganizationPrincipal(jsii.String("o-abcdef1234")))
	topic.AllowPublishFrom("events.amazonaws.com", nil)
	tt := synth(t, app)["S"]
	const organization = `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}},"Effect":"Allow","Principal":`
	const service = `"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Resource":`
	if diff := cmp.Diff([]string{`{"Action":"sns:Publish",` + organization + `{"AWS":"*"},"Resource":"${T}","Sid":"AllowPublish"}`,
		`{"Action":"sns:Publish",` + service + `"${T}","Sid":"AllowPublish2"}`}, tt.one("AWS::SNS::TopicPolicy", "T").allowed()); diff != "" {
		t.Errorf("topic policy (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{`{"Action":["kms:GenerateDataKey*","kms:Decrypt"],` + organization + `{"AWS":"*"},"Resource":"*","Sid":"AllowPublishUseKey"}`,
		`{"Action":["kms:GenerateDataKey*","kms:Decrypt"],` + service + `"*","Sid":"AllowPublishUseKey2"}`}, keyStatements(tt, "T")); diff != "" {
		t.Errorf("key policy (-want +got):\n%s", diff)
	}
}

// TestServiceLinkedRole: nobody can extend the policies of a service-linked role, so those of the resource and its key admit
// it, but for what the policy that AWS gave it allows.
func TestServiceLinkedRole(t *testing.T) {
	const linked = "arn:aws:iam::" + account + ":role/aws-service-role/"
	tests := []struct {
		name, reason, role string
		topic              bool // the topic's policy admits it
	}{
		{"Auto Scaling", "AutoScalingServiceRolePolicy allows sns:Publish", linked + "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", false},
		{"Auto Scaling with a suffix", "the same policy", linked + "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_shop", false},
		{"another service", "no page says what its policy allows", linked + "imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			s := inEnv(app, "S", account, "eu-west-1")
			r := awsiam.Role_FromRoleArn(s, jsii.String("R"), jsii.String(tt.role), nil)
			encryptedTopic(s).GrantPublish(r)
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}}).GrantSendMessages(r)
			if got := fanout.Pending(app); len(got) > 0 {
				t.Errorf("pending: %v", got)
			}
			got := synth(t, app)["S"]
			contains(t, got.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), "sqs:SendMessage", tt.role)
			contains(t, keyStatements(got, "Q"), "kms:GenerateDataKey", "kms:Decrypt", tt.role)
			contains(t, keyStatements(got, "T"), "kms:GenerateDataKey*", "kms:Decrypt", tt.role)
			if all := strings.Join(got.one("AWS::SNS::TopicPolicy", "T").allowed(), ""); strings.Contains(all, tt.role) != tt.topic {
				t.Errorf("%s; topic policy: %s", tt.reason, all)
			}
			if got := got.of("AWS::IAM::Policy", ""); len(got) > 0 {
				t.Errorf("identity policies %v", got)
			}
		})
	}
}

// TestDeadLetterQueueIsAsTheQueue: what is said of a queue is said of its dead-letter queue, if nothing else is.
func TestDeadLetterQueueIsAsTheQueue(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), &fanout.QueueProps{
		QueueProps: awssqs.QueueProps{RemovalPolicy: awscdk.RemovalPolicy_RETAIN, Encryption: awssqs.QueueEncryption_UNENCRYPTED},
	})
	got := synth(t, app)["S"]
	queues := got.of("AWS::SQS::Queue", "")
	if len(queues) != 2 {
		t.Fatalf("queues %v, want the queue and its dead-letter queue", queues)
	}
	for _, id := range queues {
		q := got.Resources[id]
		if q.DeletionPolicy != "Retain" || q.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s is not kept", id)
		}
		if q.Properties["SqsManagedSseEnabled"] != false {
			t.Errorf("the encryption of %s is %v", id, q.Properties["SqsManagedSseEnabled"])
		}
	}
}

// TestAliasOfSeveralDeployments: an app that is deployed twice to one account has one key in each.
func TestAliasOfSeveralDeployments(t *testing.T) {
	app := newApp(t, nil)
	aliases := map[any]bool{}
	for _, id := range []string{"Beta", "Production"} {
		s := awscdk.NewStack(awscdk.NewStage(app, jsii.String(id), nil), jsii.String("S"), &awscdk.StackProps{StackName: jsii.String("shop-" + id)})
		fanout.NewKey(s, jsii.String("Key"), nil)
		for _, tt := range read(t, *app.Synth(&awscdk.StageSynthesisOptions{Force: jsii.Bool(true)}).GetNestedAssembly(jsii.String("assembly-" + id)).Directory()) {
			aliases[tt.one("AWS::KMS::Alias", "Key").Properties["AliasName"]] = true
		}
	}
	if len(aliases) != 2 || !aliases["alias/shop-Beta/Key"] {
		t.Errorf("aliases %v", aliases)
	}
}

// TestUnknownAcknowledgement: an id that no pending document has is most likely out of date.
func TestUnknownAcknowledgement(t *testing.T) {
	app := newApp(t, nil)
	s := inEnv(app, "S", account, "eu-west-1")
	fanout.NewQueue(s, jsii.String("Q"), nil)
	fanout.Acknowledge(s, "0123456789ab")
	if got := strings.Join(messages(t, app, "warning"), "\n"); !strings.Contains(got, `acknowledged id "0123456789ab": no pending document has it`) {
		t.Errorf("warnings: %s", got)
	}
}

// TestMisuseNamesConstructs: the ids that CloudFormation has for topics and queues are nothing that the author of an app has written.
func TestMisuseNamesConstructs(t *testing.T) {
	s := newStack(newApp(t, nil), "S")
	topic := fanout.NewTopic(s, jsii.String("T"), nil)
	ordered := fanout.NewTopic(s, jsii.String("Ordered"), &fanout.TopicProps{TopicProps: awssns.TopicProps{
		MasterKey: awskms.NewKey(s, jsii.String("K"), nil), Fifo: jsii.Bool(true)}})
	queue := topic.AddQueue(jsii.String("Q"), nil)
	plain := awssqs.NewQueue(s, jsii.String("Plain"), nil)
	fifo := fanout.NewQueue(s, jsii.String("Fifo"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true)}})
	for _, tt := range []struct {
		want   string
		misuse func()
	}{
		{`topic "S/T": `, func() { fanout.Subscribe(topic, queue, nil) }},
		{`dead-letter queue "S/Plain": `, func() {
			fanout.NewQueue(s, jsii.String("R"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true),
				DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: plain, MaxReceiveCount: jsii.Number(3)}}})
		}},
		{`subscription dead-letter queue "S/Plain": `, func() {
			ordered.AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{DeadLetterQueue: plain}})
		}},
		{`dead-letter queue "S/Fifo": `, func() {
			fanout.NewQueue(s, jsii.String("P"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{
				DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: fifo, MaxReceiveCount: jsii.Number(3)}}})
		}},
	} {
		if err := misused(t, tt.misuse); !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "${") {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

// TestOtherAccountInAnUnknownOne: where the account of the caller or of the resource is known and that of the other is not, both
// sides are admitted as far as they are the app's, and a warning tells the rest.
func TestOtherAccountInAnUnknownOne(t *testing.T) {
	theirRole := "arn:aws:iam::" + elsewhere + ":role/worker"
	tests := []struct {
		name, reason string
		do           func(s stack)
		policy, key  string   // parts of the queue and key policy
		warning      []string // parts of a warning
	}{{
		name: "imported queue", reason: "its owner must add the statements if it is another account",
		do: func(s stack) {
			fanout.GrantSend(awssqs.Queue_FromQueueAttributes(s, jsii.String("I"), &awssqs.QueueAttributes{QueueArn: jsii.String(aQueue), KeyArn: jsii.String(aKey)}), role(s, "R"), nil)
		},
		warning: []string{"is of account " + account + ", and that of its caller is not known", "in the policy of key " + aKey, "kms:GenerateDataKey", "in the policy of queue " + aQueue, "sqs:SendMessage", `{"AWS":"${R`},
	}, {
		name: "imported key", reason: "the queue is the app's, and its key may be another account's",
		do: func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), withKey(awskms.Key_FromKeyArn(s, jsii.String("K"), jsii.String(aKey)))).GrantConsumeMessages(role(s, "R"))
		},
		warning: []string{"key " + aKey + " is of account " + account, "in the policy of key " + aKey, "kms:Decrypt", `{"AWS":"${R`},
	}, {
		name: "role of another account", reason: "the queue is the app's, and so is its policy",
		do: func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), withKey(fanout.NewKey(s, jsii.String("K"), nil))).GrantSendMessages(awsiam.Role_FromRoleArn(s, jsii.String("R"), jsii.String(theirRole), nil))
		},
		policy: theirRole, key: theirRole, warning: []string{theirRole + " is of account " + elsewhere, "the caller's own policy must allow the calls too"},
	}, {
		name: "another account", reason: "as a role of it",
		do: func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), withKey(fanout.NewKey(s, jsii.String("K"), nil))).GrantSendMessages(awsiam.NewAccountPrincipal(elsewhere))
		},
		policy: `{"AWS":"` + elsewhere + `"}`, key: elsewhere, warning: []string{"is of account " + elsewhere},
	}, {
		name: "topic of another account", reason: "its owner must let the queue's account subscribe",
		do: func(s stack) {
			fanout.Subscribe(awssns.Topic_FromTopicArn(s, jsii.String("T"), jsii.String(aTopic)), fanout.NewQueue(s, jsii.String("Q"), nil), nil)
		},
		policy: aTopic, warning: []string{"topic " + aTopic + " is of account " + account, "sns:Subscribe"},
	}, {
		name: "queue of another account", reason: "whoever subscribes it must be its owner, or it is asked",
		do: func(s stack) {
			fanout.Subscribe(fanout.NewTopic(s, jsii.String("T"), nil), awssqs.Queue_FromQueueArn(s, jsii.String("I"), jsii.String(aQueue)), nil)
		},
		warning: []string{"queue " + aQueue + " is of account " + account, "a message with a link"},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app := newApp(t, nil)
			s := newStack(app, "S")
			tt.do(s)
			got := synth(t, app)["S"]
			if tt.policy != "" {
				contains(t, got.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), tt.policy)
			}
			if tt.key != "" {
				contains(t, keyStatements(got, "K"), tt.key)
			}
			warnings := slices.DeleteFunc(messages(t, app, "warning"), func(m string) bool { return !strings.Contains(m, "unknownAccount") })
			if len(warnings) != 1 {
				t.Fatalf("%s: warnings %v", tt.reason, warnings)
			}
			contains(t, warnings, tt.warning...)
			if strings.Contains(warnings[0], "Token") || strings.Contains(warnings[0], "${=") {
				t.Errorf("a token in %s", warnings[0])
			}
		})
	}
}

// TestAlarmsOfATopic: a topic with a policy of its own, as one that refuses requests without TLS, has lost that by which SNS
// admits the account's alarms.
func TestAlarmsOfATopic(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{EnforceSSL: jsii.Bool(true)}})
	alarm := awscloudwatch.NewAlarm(s, jsii.String("A"), &awscloudwatch.AlarmProps{Metric: topic.MetricNumberOfNotificationsFailed(nil), Threshold: jsii.Number(0), EvaluationPeriods: jsii.Number(1)})
	alarm.AddOkAction(awscloudwatchactions.NewSnsAction(topic))
	both := awscloudwatch.NewCompositeAlarm(s, jsii.String("C"), &awscloudwatch.CompositeAlarmProps{AlarmRule: alarm})
	both.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
	contains(t, synth(t, app)["S"].one("AWS::SNS::TopicPolicy", "T").allowed(), `{"Service":"cloudwatch.amazonaws.com"}`, "${A.Arn}", "${C.Arn}")
	report, err := guard.Check(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range report.Hops {
		if h.Verdict != "ok" {
			t.Errorf("%s from %s is %s: %s", h.Kind, h.From, h.Verdict, h.Why)
		}
	}
}

// TestFunctionsDeadLetterQueue: the CDK lets a function send to its dead-letter queue, and forgets the queue's key.
func TestFunctionsDeadLetterQueue(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}, DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("it is one")}})
	lambda(s, "F", &awslambda.FunctionProps{DeadLetterQueue: q})
	want := []string{`{"Action":"sqs:SendMessage","Effect":"Allow","Resource":"${Q.Arn}"}`, `{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Effect":"Allow","Resource":"${QKey.Arn}"}`}
	if diff := cmp.Diff(want, synth(t, app)["S"].one("AWS::IAM::Policy", "F").allowed()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNagOnRequest: nothing is said to cdk-nag that nobody asked for.
func TestNagOnRequest(t *testing.T) {
	const queue, policy = "AwsSolutions-SQS3", "AwsSolutions-IAM5"
	for _, asked := range []bool{false, true} {
		app := newApp(t, nil)
		s := newStack(app, "S")
		topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{DeliveryLogging: jsii.Bool(true), SuppressNag: &asked,
			TopicProps: awssns.TopicProps{MasterKey: fanout.NewKey(s, jsii.String("Key"), nil)}})
		topic.GrantPublish(role(s, "Publisher"))
		topic.AddQueue(jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}, SuppressNag: &asked})
		got := map[string]string{}
		for id, r := range synth(t, app)["S"].Resources {
			if nag := r.Metadata["cdk_nag"]; nag != nil {
				got[idHash.ReplaceAllString(id+".", "$1")] = text(nag)
			}
		}
		want := map[string][]string{}
		if asked {
			want = map[string][]string{"TQ": {queue, `"reason":"a test"`}, "TDeliveryLoggingDefaultPolicy": {policy, "log streams"}, "PublisherDefaultPolicy": {policy, "Action::kms:GenerateDataKey*"}}
		}
		if len(got) != len(want) {
			t.Errorf("asked %v: suppressions of %v", asked, got)
		}
		for id, parts := range want {
			contains(t, []string{got[id]}, parts...)
		}
	}
}
