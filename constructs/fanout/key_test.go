package fanout_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// keyStatements returns what a key policy allows beside its account's own statement.
func keyStatements(tt template, prefix string) []string {
	tt.t.Helper()
	var all []string
	for _, s := range tt.one("AWS::KMS::Key", prefix).allowed() {
		if !strings.Contains(s, `"kms:*"`) {
			all = append(all, s)
		}
	}
	return all
}

func withKey(key awskms.IKey) *fanout.QueueProps {
	return &fanout.QueueProps{QueueProps: awssqs.QueueProps{EncryptionMasterKey: key}}
}

// encryptedTopic makes a topic with a key of its own.
func encryptedTopic(s stack) *fanout.Topic {
	key := fanout.NewKey(s, jsii.String("TKey"), nil)
	return fanout.NewTopic(s, jsii.String("T"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
}

func TestKeyPolicies(t *testing.T) {
	const sns = `"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Resource":"*","Sid":"AllowDeliverUseKey"}`
	const pattern = `{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Condition":{"ArnLike":{"aws:SourceArn":"`
	tests := []struct {
		name, reason string
		build        func(t *testing.T) (template, string)
		want         []string
	}{{
		name:   "shared by topic and queues",
		reason: "the topic refers to its key, so the key must name the topic by a pattern",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			key := fanout.NewKey(stack, jsii.String("Key"), nil)
			topic := fanout.NewTopic(stack, jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
			topic.AddQueue(jsii.String("A"), withKey(key))
			topic.AddQueue(jsii.String("B"), withKey(key))
			return synth(t, app)["S"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-Topic-*"}},` + sns},
	}, {
		name:   "topic of a known name",
		reason: "a literal ARN is exact and refers to nothing",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			key := fanout.NewKey(stack, jsii.String("Key"), nil)
			topic := fanout.NewTopic(stack, jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key, TopicName: jsii.String("orders")}})
			topic.AddQueue(jsii.String("A"), withKey(key))
			return synth(t, app)["S"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:orders"}},` + sns},
	}, {
		name:   "topic without a key",
		reason: "nothing leads from the topic to the key, so the key may name the topic itself",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			topic := fanout.NewTopic(stack, jsii.String("Topic"), nil)
			topic.AddQueue(jsii.String("A"), &fanout.QueueProps{QueueProps: awssqs.QueueProps{Encryption: awssqs.QueueEncryption_KMS}})
			return synth(t, app)["S"], "TopicAKey"
		},
		want: []string{strings.Replace(pattern, "ArnLike", "ArnEquals", 1) + `${Topic}"}},` + sns},
	}, {
		name:   "three stacks",
		reason: "the key's stack is deployed first, so it must not refer to the topic's",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			key := fanout.NewKey(newStack(app, "Keys"), jsii.String("Key"), nil)
			topic := fanout.NewTopic(newStack(app, "Topics"), jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
			fanout.Subscribe(topic, fanout.NewQueue(newStack(app, "Queues"), jsii.String("A"), withKey(key)), nil)
			all := synth(t, app)
			if n := len(all["Queues"].of("AWS::SNS::Subscription", "")); n != 1 {
				t.Errorf("the queue's stack has %d subscriptions, want 1", n)
			}
			return all["Keys"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:Topics-Topic-*"}},` + sns},
	}, {
		name:   "FIFO topic",
		reason: "the CDK names FIFO topics, so that the name is known",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			key := fanout.NewKey(stack, jsii.String("Key"), nil)
			topic := fanout.NewTopic(stack, jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key, Fifo: jsii.Bool(true)}})
			topic.AddQueue(jsii.String("A"), withKey(key))
			return synth(t, app)["S"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:S-Topic-.fifo"}},` + sns},
	}, {
		name:   "topic of the CDK's with the same key",
		reason: "it refers to the key too, and its name is made by CloudFormation as well",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			key := fanout.NewKey(stack, jsii.String("Key"), nil)
			topic := awssns.NewTopic(stack, jsii.String("Topic"), &awssns.TopicProps{MasterKey: key})
			fanout.Subscribe(topic, fanout.NewQueue(stack, jsii.String("A"), withKey(key)), nil)
			return synth(t, app)["S"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-Topic-*"}},` + sns},
	}, {
		name:   "nested stack",
		reason: "generated names begin with the name of the outermost stack",
		build: func(t *testing.T) (template, string) {
			app := newApp(t, nil)
			stack := newStack(app, "S")
			key := fanout.NewKey(stack, jsii.String("Key"), nil)
			nested := nestedStack(stack, "Inner")
			topic := fanout.NewTopic(nested, jsii.String("Topic"), &fanout.TopicProps{TopicProps: awssns.TopicProps{MasterKey: key}})
			topic.AddQueue(jsii.String("A"), withKey(key))
			return synth(t, app)["S"], "Key"
		},
		want: []string{pattern + `arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:S-*"}},` + sns},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, prefix := tt.build(t)
			if diff := cmp.Diff(tt.want, keyStatements(got, prefix)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func role(scope stack, id string) awsiam.Role {
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil)})
}

func TestNewKey(t *testing.T) {
	app := newApp(t, nil)
	stack := newStack(app, "S")
	fanout.NewKey(stack, jsii.String("Key"), nil)
	tt := synth(t, app)["S"]
	key := tt.one("AWS::KMS::Key", "Key")
	if key.Properties["EnableKeyRotation"] != true {
		t.Error("the key is not rotated")
	}
	if got := tt.one("AWS::KMS::Alias", "Key").Properties["AliasName"]; got != "alias/S/Key" {
		t.Errorf("alias is %v", got)
	}
}
