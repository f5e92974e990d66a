package fanout_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
	"github.com/hopgrant/hopgrant/policygen"
)

func TestRefusals(t *testing.T) {
	alias := func(s stack, name string) awskms.IKey {
		return awskms.Alias_FromAliasName(s, jsii.String("Alias"), jsii.String(name))
	}
	queue := func(s stack, p awssqs.QueueProps) {
		fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: p})
	}
	topic := func(s stack, p awssns.TopicProps) *fanout.Topic {
		return fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: p})
	}
	plainTopic := func(s stack) *fanout.Topic { return fanout.NewTopic(s, jsii.String("T"), nil) }
	filtered := func(s stack, policy any) {
		plainTopic(s).AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{FilterPolicy: policy}})
	}
	admit := func(to interface {
		AddToResourcePolicy(awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
	}, action, service string) {
		to.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{Actions: jsii.Strings(action), Resources: jsii.Strings("*"),
			Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String(service), nil)}}))
	}
	list := func(n int) []int { return make([]int, n) }
	tests := []struct {
		name, reason string
		do           func(s stack)
		want         string
		is           error
	}{
		{"KMS_MANAGED", "SNS is never admitted", func(s stack) { queue(s, awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED}) },
			`construct "S/Q": key "alias/aws/sqs": an AWS managed key never admits SNS or another AWS service, and its policy cannot be edited; use SSE-SQS`, policygen.ErrAWSManagedKey},
		{"alias/aws/sqs", "the same by its alias", func(s stack) { queue(s, awssqs.QueueProps{EncryptionMasterKey: alias(s, "alias/aws/sqs")}) },
			`key "alias/aws/sqs": an AWS managed key never admits SNS`, policygen.ErrAWSManagedKey},
		{"alias ARN", "the same by the alias's ARN", func(s stack) {
			queue(s, awssqs.QueueProps{EncryptionMasterKey: awskms.Key_FromKeyArn(s, jsii.String("K"), jsii.String("arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs"))})
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"alias ARN with tokens", "the same in a stack of no Region", func(s stack) {
			queue(s, awssqs.QueueProps{EncryptionMasterKey: awskms.Key_FromKeyArn(s, jsii.String("K"), jsii.String("arn:aws:kms:"+*s.Region()+":"+*s.Account()+":alias/aws/sqs"))})
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"imported queue that says so", "the same, known from the queue", func(s stack) {
			q := awssqs.Queue_FromQueueAttributes(s, jsii.String("I"), &awssqs.QueueAttributes{QueueArn: jsii.String(aQueue), KeyArn: jsii.String("arn:aws:kms:eu-west-1:111122223333:alias/aws/sqs")})
			fanout.Subscribe(plainTopic(s), q, nil)
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"adopted KMS_MANAGED queue", "the same, made elsewhere", func(s stack) {
			q := awssqs.NewQueue(s, jsii.String("I"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED})
			fanout.Subscribe(plainTopic(s), q, nil)
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"no scope of a queue", "there is nowhere to make it", func(stack) { fanout.NewQueue(nil, jsii.String("Q"), nil) },
			`construct "Q": scope: there is none, want a construct in a stack`, nil},
		{"no id", "the CDK would not say whose it is", func(s stack) { plainTopic(s).AddQueue(nil, nil) },
			`construct "S/T": id: there is none, want a name that is unique within the construct`, nil},
		{"empty id", "the same", func(s stack) { fanout.NewQueue(s, jsii.String(""), nil) }, `construct "S": id: there is none`, nil},
		{"no queue", "there is nothing to subscribe", func(s stack) { fanout.Subscribe(plainTopic(s), nil, nil) },
			`construct "S/T": queue: there is none, want a queue`, nil},
		{"no topic", "there is nothing to subscribe to", func(s stack) { fanout.Subscribe(nil, fanout.NewQueue(s, jsii.String("Q"), nil), nil) },
			`construct "S/Q": topic: there is none, want a topic`, nil},
		{"dead-letter queue without a queue", "half a property", func(s stack) {
			queue(s, awssqs.QueueProps{DeadLetterQueue: &awssqs.DeadLetterQueue{MaxReceiveCount: jsii.Number(3)}})
		},
			`construct "S/Q": dead-letter queue: it has no Queue, want a queue, or DeadLetter`, nil},
		{"dead-letter queue", "its messages are read too", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{Props: &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED}}})
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"subscription dead-letter queue", "SNS sends to it", func(s stack) {
			dead := awssqs.NewQueue(s, jsii.String("D"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS_MANAGED})
			plainTopic(s).AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{DeadLetterQueue: dead}})
		}, "never admits SNS", policygen.ErrAWSManagedKey},
		{"topic with alias/aws/sns and a service", "the AWS managed key admits no service", func(s stack) {
			topic(s, awssns.TopicProps{MasterKey: awskms.Alias_FromAliasName(s, jsii.String("Alias"), jsii.String("alias/aws/sns"))}).AllowPublishFrom("s3.amazonaws.com", &fanout.Source{ARN: jsii.String(aBucket)})
		}, "never admits s3.amazonaws.com", policygen.ErrAWSManagedKey},
		{"the same by alias", "as a MasterKey", func(s stack) {
			topic(s, awssns.TopicProps{MasterKey: alias(s, "alias/aws/sns")}).AllowPublishFrom("cloudwatch.amazonaws.com", nil)
		}, "never admits cloudwatch.amazonaws.com", policygen.ErrAWSManagedKey},
		{"alias of a key", "no identity policy can grant it", func(s stack) { queue(s, awssqs.QueueProps{EncryptionMasterKey: alias(s, "alias/mine")}) },
			`key "alias/mine": an alias, want the key's ARN`, policygen.ErrAlias},
		{"a key of another Region", "keys are regional", func(s stack) {
			env := inEnv(s.Node().Root().(awscdk.App), "E", account, "us-east-1")
			fanout.NewTopic(env, jsii.String("T"), nil).AddQueue(jsii.String("Q"), withKey(awskms.Key_FromKeyArn(env, jsii.String("K"), jsii.String(aKey))))
		}, "its Region is eu-west-1, want us-east-1", policygen.ErrKeyRegion},
		{"standard topic, FIFO queue", "SNS refuses", func(s stack) {
			plainTopic(s).AddQueue(jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{QueueName: jsii.String("q.fifo")}})
		}, "the topic is standard", policygen.ErrFIFO},
		{"FIFO topic, standard dead-letter queue", "SNS refuses", func(s stack) {
			topic(s, awssns.TopicProps{Fifo: jsii.Bool(true)}).AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{DeadLetterQueue: awssqs.NewQueue(s, jsii.String("D"), nil)}})
		}, "it is standard, want a FIFO queue", policygen.ErrFIFO},
		{"FIFO queue, standard dead-letter queue", "SQS refuses", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true), DeadLetterQueue: &awssqs.DeadLetterQueue{MaxReceiveCount: jsii.Number(3), Queue: awssqs.NewQueue(s, jsii.String("D"), nil)}}})
		}, "one of it and the queue is FIFO", policygen.ErrFIFO},
		{"two dead-letter queues", "which one?", func(s stack) {
			d := awssqs.NewQueue(s, jsii.String("D"), nil)
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{}, QueueProps: awssqs.QueueProps{DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: d, MaxReceiveCount: jsii.Number(3)}}})
		}, "there is a DeadLetterQueue too", nil},
		{"dead letters off and set", "which one?", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("no need"), MaxReceiveCount: jsii.Number(3)}})
		}, "it is off and set too", nil},
		{"max receive count", "SQS takes 1 to 1000", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{MaxReceiveCount: jsii.Number(1001)}})
		}, `max receive count "1001": out of range`, nil},
		{"max receive count of 0", "it is none of SQS's, and no default either", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{MaxReceiveCount: jsii.Number(0)}})
		}, `max receive count "0": out of range`, nil},
		{"no dead-letter queue for no reason", "the reader wants one", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("")}})
		}, "OffBecause gives no reason", nil},
		{"reserved id", "the topic's own child", func(s stack) { plainTopic(s).AddQueue(jsii.String("Policy"), nil) }, `id "Policy": taken by the topic itself`, nil},
		{"redrive without a dead-letter queue", "there is nothing to move", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{DeadLetter: &fanout.DeadLetter{OffBecause: jsii.String("a test")}}).GrantRedrive(role(s, "R"))
		}, "the queue has none", nil},
		{"a service that acts under a role", "the role is the publisher", func(s stack) {
			plainTopic(s).AllowPublishFrom("autoscaling.amazonaws.com", nil)
		}, "acts under an IAM role", policygen.ErrCaller},
		{"S3 to a FIFO topic", "S3 refuses", func(s stack) {
			topic(s, awssns.TopicProps{Fifo: jsii.Bool(true)}).AllowPublishFrom("s3.amazonaws.com", &fanout.Source{ARN: jsii.String(aBucket)})
		}, "Amazon S3 notifies no FIFO topics", policygen.ErrFIFO},
		{"S3 to a FIFO topic, by its policy", "so does the CDK's SnsDestination", func(s stack) {
			admit(topic(s, awssns.TopicProps{Fifo: jsii.Bool(true)}), "sns:Publish", "s3.amazonaws.com")
		}, `construct "S/T": topic arn "S/T"`, policygen.ErrFIFO},
		{"S3 to a FIFO queue, by its policy", "the same", func(s stack) {
			admit(fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true)}}), "sqs:SendMessage", "s3.amazonaws.com")
		}, `construct "S/Q": queue arn "S/Q"`, policygen.ErrFIFO},
		{"a service to a topic with alias/aws/sns, by its policy", "every message would be lost", func(s stack) {
			admit(topic(s, awssns.TopicProps{MasterKey: awskms.Alias_FromAliasName(s, jsii.String("Alias"), jsii.String("alias/aws/sns"))}), "sns:Publish", "events.amazonaws.com")
		}, "never admits events.amazonaws.com", policygen.ErrAWSManagedKey},
		{"S3 to a FIFO queue", "S3 refuses", func(s stack) {
			fanout.NewQueue(s, jsii.String("Q"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Fifo: jsii.Bool(true)}}).GrantSendMessages(
				awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil))
		}, "Amazon S3 notifies no FIFO topics and queues", policygen.ErrFIFO},
		{"six filter keys", "SNS takes five", func(s stack) {
			filtered(s, map[string]any{"a": list(1), "b": list(1), "c": list(1), "d": list(1), "e": list(1), "f": list(1)})
		}, `filter policy "6 keys": too many`, nil},
		{"151 values", "SNS takes 150 combinations", func(s stack) { filtered(s, map[string]any{"a": list(151)}) }, `filter policy "151 combinations of values": too many`, nil},
		{"10 by 16 values", "they are multiplied", func(s stack) { filtered(s, map[string]any{"a": list(10), "b": list(16)}) }, "160 combinations", nil},
		{"nested filter on attributes", "attributes are flat", func(s stack) { filtered(s, map[string]any{"a": map[string]any{"b": list(1)}}) }, "in the CDK FilterPolicyWithMessageBody", nil},
		{"a value that is no list", "SNS wants lists", func(s stack) { filtered(s, map[string]any{"a": "x"}) }, `construct "S/T/Q": filter policy "a": it is no list`, nil},
		{"nested values", "they are multiplied too", func(s stack) {
			plainTopic(s).AddQueue(jsii.String("Q"), &fanout.QueueProps{Subscription: &fanout.SubscriptionProps{
				FilterPolicyWithMessageBody: map[string]any{"a": map[string]any{"b": list(19), "c": map[string]any{"d": list(8)}}}}})
		}, "912 combinations", nil},
		{"no grantee", "a nil", func(s stack) { plainTopic(s).GrantPublish(nil) }, "grantee: there is none", nil},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		if tt.reason == "" || seen[tt.name] {
			t.Fatalf("case %q: it has no reason, or another case has its name", tt.name)
		}
		seen[tt.name] = true
		t.Run(tt.name, func(t *testing.T) {
			s := newStack(newApp(t, nil), "S")
			err := misused(t, func() { tt.do(s) })
			if got := err.Error(); strings.Contains(got, "Token") || strings.Contains(got, "${=") || !strings.HasPrefix(got, `construct "`) || strings.HasPrefix(got, `construct ""`) {
				t.Errorf("%v: it names no construct, or holds a token", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s:\ngot  %v\nwant …%s…", tt.reason, err, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	app := newApp(t, nil)
	s := newStack(app, "S")
	fanout.Subscribe(fanout.NewTopic(s, jsii.String("T"), nil), awssqs.Queue_FromQueueArn(s, jsii.String("I"), jsii.String(aQueue)), nil)
	slow := fanout.NewQueue(s, jsii.String("Slow"), nil)
	fanout.GrantPublish(awssns.Topic_FromTopicArn(s, jsii.String("IT"), jsii.String(aTopic)), role(s, "P"))
	slow.GrantSendMessages(awsiam.Role_FromRoleArn(s, jsii.String("R"), jsii.String("arn:aws:iam::"+elsewhere+":role/worker"), nil))
	got := strings.Join(messages(t, app, "warning"), "\n")
	for _, want := range []string{"[ack: @hopgrant/fanout:unknownEncryption]", "queue arn", "topic arn", "how it is encrypted is not known",
		"[ack: @hopgrant/fanout:unknownAccount]", "if it is another, more statements are needed, in the policy of topic " + aTopic, `"Action":"sns:Publish"`, "the caller's own policy must allow the calls too"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	awscdk.Annotations_Of(s).AcknowledgeWarning(jsii.String("@hopgrant/fanout:unknownEncryption"), jsii.String("it is SSE-SQS"))
	if got := strings.Join(messages(t, app, "warning"), "\n"); strings.Contains(got, "unknownEncryption") {
		t.Errorf("acknowledged, and reported all the same: %s", got)
	}
}

// TestLogicalIDs: ids depend on nothing but the ids given, in whatever order queues come and whatever queues there are.
func TestLogicalIDs(t *testing.T) {
	build := func(queues ...string) map[string]string {
		app := newApp(t, nil)
		s := newStack(app, "S")
		topic := encryptedTopic(s)
		for _, id := range queues {
			q := topic.AddQueue(jsii.String(id), withKey(topic.MasterKey()))
			q.GrantConsumeMessages(role(s, "Consumer"+id))
		}
		ids := map[string]string{}
		for id, r := range synth(t, app)["S"].Resources {
			ids[id] = r.Type
		}
		return ids
	}
	before := build("A", "B")
	for name, after := range map[string]map[string]string{"reordered": build("B", "A"), "one more": build("X", "B", "A")} {
		for id, kind := range before {
			if after[id] != kind {
				t.Errorf("%s: %s was %s and is %s", name, id, kind, after[id])
			}
		}
	}
}

// TestFeatureFlags: what is allowed does not depend on cdk.json. The flags are those that change what the CDK's own
// constructs for SNS, SQS, KMS and IAM emit.
func TestFeatureFlags(t *testing.T) {
	build := func(context map[string]any) template {
		app := newApp(t, context)
		s := newStack(app, "S")
		topic := encryptedTopic(s)
		q := topic.AddQueue(jsii.String("Q"), withKey(topic.MasterKey()))
		q.GrantConsumeMessages(role(s, "Consumer"))
		topic.GrantPublish(role(s, "Publisher"))
		return synth(t, app)["S"]
	}
	off := build(nil)
	on := build(map[string]any{
		"@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption": true, "@aws-cdk/aws-iam:minimizePolicies": true,
		"@aws-cdk/aws-kms:aliasNameRef": true, "@aws-cdk/core:aspectStabilization": true,
		"@aws-cdk/aws-iam:importedRoleStackSafeDefaultPolicyName": true, "@aws-cdk/core:enablePartitionLiterals": true,
		"@aws-cdk/s3-notifications:addS3TrustKeyPolicyForSnsSubscriptions": true,
	})
	for id, r := range off.Resources {
		a, b := sortedText(r.Properties), sortedText(on.Resources[id].Properties)
		if a != b {
			t.Errorf("%s is different with feature flags:\noff %s\non  %s", id, a, b)
		}
	}
	if len(on.Resources) != len(off.Resources) {
		t.Errorf("%d resources with feature flags, %d without", len(on.Resources), len(off.Resources))
	}
}
