package fanout_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/constructs/guard"
	"github.com/hopgrant/hopgrant/policygen"
)

const (
	aKey      = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	otherKey  = "arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"
	aTopic    = "arn:aws:sns:eu-west-1:111122223333:orders"
	aQueue    = "arn:aws:sqs:eu-west-1:111122223333:billing"
	aBucket   = "arn:aws:s3:::incoming"
	account   = "111122223333"
	elsewhere = "444455556666"
)

// The cases a to m are ways in which plain L2 code synthesizes a fan-out that loses its messages, each without an error or
// a warning. What the CDK does is asserted too, so that a newer CDK which does better is noticed.
func TestWhatTheCDKGetsWrong(t *testing.T) {
	none := func(t *testing.T, tt template, what string) {
		t.Helper()
		for id, r := range tt.Resources {
			if r.Type == "AWS::KMS::Key" && strings.Contains(text(r.Properties), what) {
				t.Errorf("the CDK does better now: %s allows %s", id, what)
			}
		}
	}
	tests := []struct {
		name, reason string
		cdk          func(t *testing.T, s stack)     // what plain L2 code looks like
		emitted      func(t *testing.T, t2 template) // and what becomes of it
		ours         func(t *testing.T, s stack)     // the same with this package
		refusal      error                           // what ours is refused for
		late         bool                            // guard finds it
		right        func(t *testing.T, t2 template, annotations []string)
	}{{
		name:   "a: alias/aws/sqs by alias",
		reason: "the alias of the AWS managed key is the AWS managed key",
		cdk: func(_ *testing.T, s stack) {
			q := awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{EncryptionMasterKey: awskms.Alias_FromAliasName(s, jsii.String("Key"), jsii.String("alias/aws/sqs"))})
			subscribe(s, q, nil)
		},
		emitted: func(t *testing.T, t2 template) {
			if got := text(joined(t2.one("AWS::SQS::Queue", "").Properties["KmsMasterKeyId"])); !strings.HasSuffix(got, `:alias/aws/sqs"`) {
				t.Errorf("KmsMasterKeyId is %s", got)
			}
		},
		ours: func(t *testing.T, s stack) {
			fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), withKey(awskms.Alias_FromAliasName(s, jsii.String("Key"), jsii.String("alias/aws/sqs"))))
		},
		refusal: policygen.ErrAWSManagedKey,
	}, {
		name:   "b: alias/aws/sqs by L1 override",
		reason: "what is set after the construct was made is seen by guard, in the template",
		cdk: func(_ *testing.T, s stack) {
			q := awssqs.NewQueue(s, jsii.String("Q"), nil)
			subscribe(s, q, nil)
			q.Node().DefaultChild().(awssqs.CfnQueue).SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
		},
		emitted: func(t *testing.T, t2 template) {
			if got := t2.one("AWS::SQS::Queue", "").Properties["KmsMasterKeyId"]; got != "alias/aws/sqs" {
				t.Errorf("KmsMasterKeyId is %v", got)
			}
		},
		ours: func(t *testing.T, s stack) {
			q := fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), nil)
			q.Node().DefaultChild().(awssqs.CfnQueue).SetKmsMasterKeyId(jsii.String("alias/aws/sqs"))
		},
		late: true,
	}, {
		name:   "b: alias/aws/sqs by property override",
		reason: "so is what the template says in place of a property",
		cdk: func(_ *testing.T, s stack) {
			q := awssqs.NewQueue(s, jsii.String("Q"), nil)
			subscribe(s, q, nil)
			q.Node().DefaultChild().(awssqs.CfnQueue).AddPropertyOverride(jsii.String("KmsMasterKeyId"), "alias/aws/sqs")
		},
		emitted: func(t *testing.T, t2 template) {
			if got := t2.one("AWS::SQS::Queue", "").Properties["KmsMasterKeyId"]; got != "alias/aws/sqs" {
				t.Errorf("KmsMasterKeyId is %v", got)
			}
		},
		ours: func(t *testing.T, s stack) {
			q := fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), nil)
			q.Node().DefaultChild().(awssqs.CfnQueue).AddPropertyOverride(jsii.String("KmsMasterKeyId"), "alias/aws/sqs")
		},
		late: true,
	}, {
		name:   "c: imported key on a new queue",
		reason: "the key's policy is not this app's, so the statement is reported",
		cdk: func(_ *testing.T, s stack) {
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{EncryptionMasterKey: awskms.Key_FromKeyArn(s, jsii.String("Key"), jsii.String(aKey))}), nil)
		},
		ours: func(t *testing.T, s stack) {
			fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), withKey(awskms.Key_FromKeyArn(s, jsii.String("Key"), jsii.String(aKey))))
		},
		right: reports("policy of key "+aKey, `"kms:GenerateDataKey","kms:Decrypt"`, "sns.amazonaws.com", ":S-T"),
	}, {
		name:   "d: imported queue",
		reason: "neither the queue policy nor the key policy is this app's",
		cdk: func(_ *testing.T, s stack) {
			subscribe(s, importedQueue(s), nil)
		},
		ours: func(t *testing.T, s stack) {
			topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String("orders")}})
			fanout.Subscribe(topic, importedQueue(s), nil)
		},
		right: func(t *testing.T, t2 template, annotations []string) {
			reports("policy of queue "+aQueue, "sqs:SendMessage", "sns.amazonaws.com")(t, t2, annotations)
			reports("policy of key "+aKey, `"kms:GenerateDataKey","kms:Decrypt"`, ":orders")(t, t2, annotations)
		},
	}, {
		name:   "e: subscription dead-letter queue with a customer managed key",
		reason: "SNS sends to it as to any queue, so its key must admit SNS",
		cdk: func(_ *testing.T, s stack) {
			dead := awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS})
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), nil), &awssnssubscriptions.SqsSubscriptionProps{DeadLetterQueue: dead})
		},
		emitted: func(t *testing.T, t2 template) { none(t, t2, "sns.amazonaws.com") },
		ours: func(t *testing.T, s stack) {
			dead := awssqs.NewQueue(s, jsii.String("Dead"), &awssqs.QueueProps{EncryptionMasterKey: fanout.NewKey(s, jsii.String("Key"), nil)})
			fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{DeadLetterQueue: dead}})
		},
		right: func(t *testing.T, t2 template, _ []string) {
			contains(t, keyStatements(t2, "Key"), "sns.amazonaws.com", "kms:GenerateDataKey")
			contains(t, t2.one("AWS::SQS::QueuePolicy", "Dead").allowed(), "sns.amazonaws.com", "sqs:SendMessage")
		},
	}, {
		name:   "f: a rule to a queue with the AWS managed key",
		reason: "the queue is refused, whoever sends",
		ours: func(t *testing.T, s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED}})
		},
		refusal: policygen.ErrAWSManagedKey,
	}, {
		name:   "g: a rule to a queue with an imported key",
		reason: "the statement for EventBridge is reported",
		ours: func(t *testing.T, s stack) {
			q := fanout.NewQueue(s, jsii.String("Q"), withKey(awskms.Key_FromKeyArn(s, jsii.String("Key"), jsii.String(aKey))))
			q.AllowSendFrom("events.amazonaws.com", &fanout.Source{ARN: jsii.String("arn:aws:events:eu-west-1:111122223333:rule/nightly")})
		},
		right: reports("policy of key "+aKey, "events.amazonaws.com", "rule/nightly", `"kms:GenerateDataKey","kms:Decrypt"`),
	}, {
		name:   "h: a rule to a queue whose dead-letter queue has a customer managed key",
		reason: "EventBridge puts what it cannot deliver into the dead-letter queue itself",
		ours: func(t *testing.T, s stack) {
			q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{Props: &awssqs.QueueProps{EncryptionMasterKey: fanout.NewKey(s, jsii.String("Key"), nil)}}})
			fanout.GrantSend(q.DeadLetterQueue().Queue, awsiam.NewServicePrincipal(jsii.String("events.amazonaws.com"), &awsiam.ServicePrincipalOpts{
				Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": "arn:aws:events:eu-west-1:111122223333:rule/nightly"}}}), nil)
		},
		right: func(t *testing.T, t2 template, _ []string) {
			contains(t, keyStatements(t2, "Key"), "events.amazonaws.com", "rule/nightly")
			contains(t, t2.one("AWS::SQS::QueuePolicy", "QDeadLetterQueue").allowed(), "events.amazonaws.com", "rule/nightly")
		},
	}, {
		name:   "i: alarms to a topic with a customer managed key",
		reason: "CloudWatch needs the key; the statement must not refer to the alarm, which refers to the topic and so to the key",
		cdk: func(_ *testing.T, s stack) {
			topic := awssns.NewTopic(s, jsii.String("T"), &awssns.TopicProps{MasterKey: awskms.NewKey(s, jsii.String("Key"), nil)})
			q := awssqs.NewQueue(s, jsii.String("Q"), nil)
			q.MetricApproximateNumberOfMessagesVisible(nil).CreateAlarm(s, jsii.String("A"), &awscloudwatch.CreateAlarmOptions{Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1)}).
				AddAlarmAction(awscloudwatchactions.NewSnsAction(topic))
		},
		emitted: func(t *testing.T, t2 template) { none(t, t2, "cloudwatch.amazonaws.com") },
		ours: func(t *testing.T, s stack) {
			key := fanout.NewKey(s, jsii.String("Key"), nil)
			topic := fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
			topic.AllowPublishFrom("cloudwatch.amazonaws.com", nil)
		},
		right: func(t *testing.T, t2 template, _ []string) {
			contains(t, keyStatements(t2, "Key"), "cloudwatch.amazonaws.com", "${AWS::AccountId}")
			contains(t, t2.one("AWS::SNS::TopicPolicy", "T").allowed(), "cloudwatch.amazonaws.com", "${AWS::AccountId}")
		},
	}, {
		name:   "j: a standard topic to a FIFO queue",
		reason: "SNS refuses the subscription at deployment",
		cdk: func(_ *testing.T, s stack) {
			subscribe(s, awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Fifo: jsii.Bool(true)}), nil)
		},
		ours: func(t *testing.T, s stack) {
			fanout.NewTopic(s, jsii.String("T"), nil).AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true)}})
		},
		refusal: policygen.ErrFIFO,
	}, {
		name:   "l: a consumer of a queue whose dead-letter queue has a key of its own",
		reason: "SQS moves messages itself, so that the consumer needs the queue's key alone",
		ours: func(t *testing.T, s stack) {
			q := fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS},
				DeadLetter: &fanout.DeadLetter{Props: &awssqs.QueueProps{EncryptionMasterKey: fanout.NewKey(s, jsii.String("Key"), nil)}}})
			q.GrantConsumeMessages(role(s, "Consumer"))
			q.GrantConsumeDeadLetters(role(s, "Reader"))
		},
		right: func(t *testing.T, t2 template, _ []string) {
			if got := strings.Join(t2.one("AWS::IAM::Policy", "Consumer").allowed(), "\n"); strings.Contains(got, "${Key.Arn}") || !strings.Contains(got, "${QKey.Arn}") {
				t.Errorf("the consumer's policy:\n%s", got)
			}
			contains(t, t2.one("AWS::IAM::Policy", "Reader").allowed(), "kms:Decrypt", "${Key.Arn}", "${QKey.Arn}")
		},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.reason == "" {
				t.Fatal("the case has no reason")
			}
			if tt.cdk != nil {
				app := newApp(t, nil)
				tt.cdk(t, newStack(app, "S"))
				if got := append(messages(t, app, "error"), messages(t, app, "warning")...); len(got) > 0 {
					t.Errorf("the CDK does better now: %v", got)
				}
				if tt.emitted != nil {
					tt.emitted(t, synth(t, app)["S"])
				}
			}
			app := newApp(t, nil)
			s := newStack(app, "S")
			switch {
			case tt.late:
				tt.ours(t, s)
				if r, err := guard.Check(s); err != nil || !strings.Contains(fmt.Sprint(r.Findings), "alias/aws/sqs") {
					t.Errorf("guard: got %v, %v", r.Findings, err)
				}
			case tt.refusal != nil:
				if err := misused(t, func() { tt.ours(t, s) }); !errors.Is(err, tt.refusal) {
					t.Errorf("got %v, want %v", err, tt.refusal)
				}
			default:
				tt.ours(t, s)
				tt.right(t, synth(t, app)["S"], messages(t, app, "error"))
			}
		})
	}
}

// TestWhatTheCDKGrants: what else plain L2 code emits, and what ours does instead.
func TestWhatTheCDKGrants(t *testing.T) {
	restrict := map[string]any{"@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption": true}
	sharedKey := func(s stack) {
		key := awskms.NewKey(s, jsii.String("Key"), nil)
		topic := awssns.NewTopic(s, jsii.String("T"), &awssns.TopicProps{MasterKey: key})
		topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{EncryptionMasterKey: key}), nil))
	}
	t.Run("one key, flag off", func(t *testing.T) {
		app := newApp(t, nil)
		sharedKey(newStack(app, "S"))
		got := strings.Join(keyStatements(synth(t, app)["S"], "Key"), "\n")
		if strings.Contains(got, "Condition") || !strings.Contains(got, "sns.amazonaws.com") {
			t.Errorf("the CDK does better now, every topic of the world was admitted: %s", got)
		}
	})
	t.Run("one key, flag on", func(t *testing.T) {
		app := newApp(t, restrict)
		sharedKey(newStack(app, "S"))
		contains(t, keyStatements(synth(t, app)["S"], "Key"), `"${T}"`) // and the topic refers to the key: a cycle
	})
	t.Run("one key, three stacks, flag on", func(t *testing.T) {
		app := newApp(t, restrict)
		key := awskms.NewKey(newStack(app, "Keys"), jsii.String("Key"), nil)
		topic := awssns.NewTopic(newStack(app, "Topics"), jsii.String("T"), &awssns.TopicProps{MasterKey: key})
		topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(newStack(app, "Queues"), jsii.String("Q"), &awssqs.QueueProps{EncryptionMasterKey: key}), nil))
		if err := refused(t, func() { app.Synth(nil) }); err == nil || !strings.Contains(err.Error(), "cyclic") {
			t.Errorf("the CDK does better now: %v", err)
		}
	})
	t.Run("producer", func(t *testing.T) {
		app := newApp(t, nil)
		s := newStack(app, "S")
		awssqs.NewQueue(s, jsii.String("Q"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}).GrantSendMessages(role(s, "Who"))
		contains(t, synth(t, app)["S"].one("AWS::IAM::Policy", "Who").allowed(), "kms:ReEncrypt*", "kms:Encrypt", "sqs:GetQueueUrl") // see TestGrants
	})
	t.Run("another account", func(t *testing.T) {
		app := newApp(t, nil)
		topic := awssns.NewTopic(inEnv(app, "Topics", account, "eu-west-1"), jsii.String("T"), &awssns.TopicProps{TopicName: jsii.String("orders")})
		topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(awssqs.NewQueue(inEnv(app, "Queues", elsewhere, "eu-west-1"), jsii.String("Q"), nil), nil))
		if got := synth(t, app)["Topics"].of("AWS::SNS::TopicPolicy", ""); len(got) > 0 { // see TestCrossAccount
			t.Errorf("the CDK does better now: it lets the other account subscribe: %v", got)
		}
	})
	t.Run("encryption", func(t *testing.T) {
		app := newApp(t, nil)
		s := newStack(app, "S")
		awssqs.NewQueue(s, jsii.String("Plain"), nil)
		fanout.NewQueue(s, jsii.String("Ours"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}})
		tt := synth(t, app)["S"]
		if got, ok := tt.one("AWS::SQS::Queue", "Plain").Properties["SqsManagedSseEnabled"]; ok {
			t.Errorf("the CDK does better now: it says how the queue is encrypted: %v", got)
		}
		if tt.one("AWS::SQS::Queue", "Ours").Properties["SqsManagedSseEnabled"] != true {
			t.Error("ours does not say that it is encrypted")
		}
	})
}

// TestAcrossStages subscribes queues of one stage to the topic of another, in another account: whatever else the stages
// have, the queue policies name the topic.
func TestAcrossStages(t *testing.T) {
	for _, before := range []int{0, 3} {
		app := newApp(t, nil)
		stack := func(id, account string) awscdk.Stack {
			stage := awscdk.NewStage(app, jsii.String(id), nil)
			return awscdk.NewStack(stage, jsii.String("S"), &awscdk.StackProps{Env: &awscdk.Environment{Account: jsii.String(account), Region: jsii.String("eu-west-1")}})
		}
		a, b := stack("A", "111122223333"), stack("B", "444455556666")
		for i := range before {
			fanout.NewTopic(a, jsii.String(fmt.Sprint("Other", i)), nil)
		}
		topic := fanout.NewTopic(a, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String("orders")}})
		fanout.Subscribe(topic, fanout.NewQueue(b, jsii.String("Q"), nil), nil)
		fanout.Subscribe(topic, fanout.NewQueue(b, jsii.String("R"), nil), nil)

		assembly := app.Synth(nil)
		templates := read(t, *assembly.GetNestedAssembly(jsii.String("assembly-B")).Directory())
		if len(templates) != 1 {
			t.Fatalf("%d templates of stage B, want 1", len(templates))
		}
		for _, tt := range templates {
			for _, id := range []string{"QPolicy", "RPolicy"} {
				got := tt.one("AWS::SQS::QueuePolicy", id).statements()
				if len(got) != 1 || !strings.Contains(got[0], `:sns:eu-west-1:111122223333:orders`) {
					t.Errorf("after %d topics, %s allows %s, want deliveries of topic orders", before, id, got)
				}
			}
		}
	}
}

// TestStages: each stage of an app is synthesized by itself, and what is pending is known of all.
func TestStages(t *testing.T) {
	app := newApp(t, nil)
	for _, id := range []string{"Beta", "Production"} {
		stage := awscdk.NewStage(app, jsii.String(id), nil)
		s := awscdk.NewStack(stage, jsii.String("S"), nil)
		topic := fanout.NewTopic(s, jsii.String("T"), nil)
		topic.AddQueue(jsii.String("Q"), withKey(awskms.Key_FromKeyArn(s, jsii.String("Key"), jsii.String(aKey))))
	}
	if got := fanout.Pending(app); len(got) != 2 {
		t.Errorf("pending: %+v", got)
	}
	dir := *app.Synth(nil).Directory()
	for _, id := range []string{"Beta", "Production"} {
		all := read(t, dir+"/assembly-"+id)
		for _, tt := range all {
			contains(t, tt.one("AWS::SQS::QueuePolicy", "TQPolicy").allowed(), "sns.amazonaws.com")
		}
		if len(all) != 1 {
			t.Errorf("%s has %d templates", id, len(all))
		}
	}
}

// TestOptInRegions is case m: with this CDK, SNS's principal of an opt-in Region is not known.
func TestOptInRegions(t *testing.T) {
	app := newApp(t, nil)
	topic := fanout.NewTopic(inEnv(app, "T", account, "af-south-1"), jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{TopicName: jsii.String("orders")}})
	fanout.Subscribe(topic, fanout.NewQueue(inEnv(app, "Q", account, "eu-west-1"), jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}}), nil)
	tt := synth(t, app)["Q"]
	contains(t, tt.one("AWS::SQS::QueuePolicy", "QPolicy").allowed(), `{"Service":"sns.af-south-1.amazonaws.com"}`)
	contains(t, keyStatements(tt, "Q"), `{"Service":"sns.af-south-1.amazonaws.com"}`)
	if got := tt.one("AWS::SNS::Subscription", "Q").Properties["Region"]; got != "af-south-1" {
		t.Errorf("the subscription's Region is %v", got)
	}
}

// TestManyTopics is case k: the CDK writes a statement for each topic, and SQS takes 20.
func TestManyTopics(t *testing.T) {
	build := func(s stack, n int) {
		q := fanout.NewQueue(s, jsii.String("Q"), nil)
		for i := range n {
			id := "T" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26))
			fanout.Subscribe(fanout.NewTopic(s, jsii.String(id), nil), q, nil)
		}
	}
	t.Run("25", func(t *testing.T) {
		app := newApp(t, nil)
		build(newStack(app, "S"), 25)
		got := synth(t, app)["S"].one("AWS::SQS::QueuePolicy", "QPolicy").allowed()
		if len(got) != 1 || strings.Count(got[0], "${T") != 25 {
			t.Errorf("got %d statements: %v", len(got), got)
		}
	})
	t.Run("400", func(t *testing.T) {
		app := newApp(t, nil)
		err := misused(t, func() { build(newStack(app, "S"), 400) })
		var limit *policygen.LimitError
		if !errors.As(err, &limit) {
			t.Fatalf("got %v", err)
		}
		if limit.Limit != "bytes" || limit.Max != 8192 || limit.Fit == 0 || limit.Fit >= 400 {
			t.Errorf("got %+v", limit)
		}
		if !strings.Contains(err.Error(), "sources fit") {
			t.Errorf("the message does not say how many fit: %v", err)
		}
	})
}

func subscribe(s stack, q awssqs.IQueue, props *awssnssubscriptions.SqsSubscriptionProps) {
	awssns.NewTopic(s, jsii.String("T"), nil).AddSubscription(awssnssubscriptions.NewSqsSubscription(q, props))
}

func importedQueue(s stack) awssqs.IQueue {
	return awssqs.Queue_FromQueueAttributes(s, jsii.String("Imported"), &awssqs.QueueAttributes{QueueArn: jsii.String(aQueue), KeyArn: jsii.String(aKey)})
}

// contains fails the test unless one of the statements, or all of them together, hold every part.
func contains(t *testing.T, statements []string, parts ...string) {
	t.Helper()
	all := strings.Join(statements, "\n")
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("no %q in:\n%s", p, all)
		}
	}
}

// reports returns a check that one error annotation holds every part.
func reports(parts ...string) func(*testing.T, template, []string) {
	return func(t *testing.T, _ template, annotations []string) {
		t.Helper()
	next:
		for _, a := range annotations {
			for _, p := range parts {
				if !strings.Contains(a, p) {
					continue next
				}
			}
			return
		}
		t.Errorf("no error annotation with %q in:\n%s", parts, strings.Join(annotations, "\n"))
	}
}

func lambda(s stack, id string, props *awslambda.FunctionProps) awslambda.Function {
	p := awslambda.FunctionProps{}
	if props != nil {
		p = *props
	}
	p.Runtime, p.Handler = awslambda.Runtime_NODEJS_24_X(), jsii.String("index.handler")
	p.Code = awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ batchItemFailures: [] });"))
	return awslambda.NewFunction(s, jsii.String(id), &p)
}
