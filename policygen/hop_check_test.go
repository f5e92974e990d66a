package policygen

import (
	"errors"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
)

const (
	testKey      = KeyARN("arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	testTopic    = TopicARN("arn:aws:sns:us-east-2:111122223333:orders")
	testQueue    = QueueARN("arn:aws:sqs:us-east-2:111122223333:billing")
	testRole     = RoleARN("arn:aws:iam::111122223333:role/app")
	foreignRole  = RoleARN("arn:aws:iam::444455556666:role/app")
	foreignTopic = TopicARN("arn:aws:sns:us-east-2:444455556666:orders")
)

func TestWhatCannotWorkIsAnError(t *testing.T) {
	deliver := func(topic TopicARN, queue QueueARN, key KeyARN) Hop {
		return Hop{Kind: kind.Deliver, Topic: Topic{ARN: topic}, Queue: Queue{ARN: queue, Key: key}}
	}
	send := func(p Principal, key KeyARN) Hop {
		return Hop{Kind: kind.Send, Caller: p, Queue: Queue{ARN: testQueue, Key: key}}
	}
	publish := func(p Principal, key KeyARN) Hop {
		return Hop{Kind: kind.Publish, Caller: p, Topic: Topic{ARN: testTopic, Key: key}, Source: "arn:aws:s3:::uploads", SourceAccount: "111122223333"}
	}
	alarms := func(source ARN) Hop {
		return Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: source}
	}
	for _, tt := range []struct {
		name, reason string
		hop          Hop
		is           error
		says         string
	}{
		{"SNS and the alias of the AWS managed key", "its policy cannot be edited and does not admit SNS", deliver(testTopic, testQueue, "alias/aws/sqs"), ErrAWSManagedKey, `key "alias/aws/sqs": an AWS managed key never admits sns.amazonaws.com`},
		{"SNS and the alias ARN of the AWS managed key", "another spelling of the same", deliver(testTopic, testQueue, "arn:aws:kms:us-east-2:111122223333:alias/aws/sqs"), ErrAWSManagedKey, "SSE-SQS"},
		{"SNS and an alias ARN with tokens", "a CDK or CloudFormation spelling of the same", deliver(testTopic, testQueue, "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sqs"), ErrAWSManagedKey, "never admits"},
		{"a service and the topic's AWS managed key", "S3 is no principal of the account", publish(ServicePrincipal("s3.amazonaws.com"), "alias/aws/sns"), ErrAWSManagedKey, "never admits s3.amazonaws.com"},
		{"alarms of every account", "a pattern in the account limits it no more than no source does", alarms("arn:aws:cloudwatch:us-east-2:*:alarm:*"), ErrCaller, "its account is a pattern"},
		{"alarms of some accounts", "nobody owns the accounts that begin alike", alarms("arn:aws:cloudwatch:us-east-2:1111*:alarm:*"), ErrCaller, "its account is a pattern"},
		{"trails of every account", "CloudTrail passes no account that could limit it", Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudtrail.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: "arn:aws:cloudtrail:*:*:trail/*", SourceAccount: "111122223333"}, ErrCaller, "its account is a pattern"},
		{"a service that is not in the table, for every account", "what it passes is not known to limit it either", Hop{Kind: kind.Publish, Caller: ServicePrincipal("new.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: "arn:aws:new:*:*:x"}, ErrCaller, "its account is a pattern"},
		{"another account and the AWS managed key", "kms:CallerAccount is the other account", send(foreignRole, "alias/aws/sqs"), ErrAWSManagedKey, "only its own account"},
		{"the AWS managed key of another service", "SQS uses its own", send(testRole, "alias/aws/sns"), ErrAWSManagedKey, `want alias/aws/sqs`},
		{"a customer's alias", "IAM compares Resource with the key's ARN", send(testRole, "alias/orders"), ErrAlias, "the key's ARN"},
		{"a customer's alias ARN", "the same", send(testRole, "arn:aws:kms:us-east-2:111122223333:alias/orders"), ErrAlias, "never with an alias"},
		{"a key id", "the same", send(testRole, "1234abcd-12ab-34cd-56ef-1234567890ab"), ErrAlias, "key ids"},
		{"a key of another Region than the queue", "KMS keys are regional", send(testRole, "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"), ErrKeyRegion, "us-east-1, want us-east-2"},
		{"a key of another Region than the topic", "KMS keys are regional", Hop{Kind: kind.Publish, Topic: Topic{ARN: testTopic, Key: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}, ErrKeyRegion, "its own Region only"},
		{"a standard topic to a FIFO queue", "SNS refuses the subscription", deliver(testTopic, testQueue+".fifo", ""), ErrFIFO, "standard"},
		{"a FIFO subscription with a standard dead-letter queue", "it must be FIFO", Hop{Kind: kind.DeadLetter, Topic: Topic{ARN: testTopic + ".fifo"}, Queue: Queue{ARN: testQueue}}, ErrFIFO, "FIFO"},
		{"a dead-letter queue in another Region than the subscription", "AWS requires the same", Hop{Kind: kind.DeadLetter, Topic: Topic{ARN: testTopic}, Queue: Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:dead"}}, nil, "that of the subscription"},
		{"two partitions", "there is no delivery between them", deliver("arn:aws-cn:sns:cn-north-1:111122223333:orders", testQueue, ""), nil, "partition"},
		{"a service without a source", "it would act for everybody", Hop{Kind: kind.Publish, Caller: ServicePrincipal("s3.amazonaws.com"), Topic: Topic{ARN: testTopic}}, ErrCaller, "every AWS account"},
		{"rules of an organization", "no page says that EventBridge passes aws:SourceOrgID", Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Queue: Queue{ARN: testQueue}, SourceOrganization: "o-exampleorgid"}, ErrCaller, "eb-use-resource-based"},
		{"S3 and a FIFO queue", "S3 notifies standard queues only", Hop{Kind: kind.Send, Caller: ServicePrincipal("s3.amazonaws.com"), Queue: Queue{ARN: testQueue + ".fifo"}, Source: "arn:aws:s3:::uploads", SourceAccount: "111122223333"}, ErrFIFO, "a standard queue"},
		{"S3 and a FIFO topic", "S3 notifies standard topics only", Hop{Kind: kind.Publish, Caller: ServicePrincipal("s3.amazonaws.com"), Topic: Topic{ARN: testTopic + ".fifo"}, Source: "arn:aws:s3:::uploads", SourceAccount: "111122223333"}, ErrFIFO, "a standard topic"},
		{"a source without a service", "only services act for a source", Hop{Kind: kind.Send, Caller: testRole, Queue: Queue{ARN: testQueue}, Source: "arn:aws:s3:::uploads"}, ErrCaller, "only AWS services"},
		{"anyone as publisher", "a policy for the whole world is never minimal", Hop{Kind: kind.Publish, Caller: Anyone{}, Topic: Topic{ARN: testTopic}}, ErrCaller, "everybody in the world"},
		{"a service as consumer", "services receive under a role", Hop{Kind: kind.Receive, Caller: ServicePrincipal("lambda.amazonaws.com"), Queue: Queue{ARN: testQueue}}, ErrCaller, "execution role"},
		{"a redrive by another account", "StartMessageMoveTask cannot be granted across accounts", Hop{Kind: kind.Redrive, Caller: foreignRole, Queue: Queue{ARN: testQueue + "-dead"}, Destination: Queue{ARN: testQueue}}, ErrCaller, "no other account"},
		{"a redrive from FIFO to standard", "both must be of one type", Hop{Kind: kind.Redrive, Queue: Queue{ARN: testQueue + ".fifo"}, Destination: Queue{ARN: testQueue}}, ErrFIFO, "both or neither"},
		{"a pattern in a resource policy", "conditions and resources there are exact", deliver(testTopic, "arn:aws:sqs:*:111122223333:billing", ""), nil, `region is "*"`},
		{"an unknown hop", "a closed set", Hop{Kind: "teleport"}, nil, "unknown"},
		{"an unknown client", "a closed set", Hop{Kind: kind.Receive, Queue: Queue{ARN: testQueue}, Client: "browser"}, nil, `client "browser": unknown, want "poller" or "lambda"`},
		{"a topic where a queue belongs", "the service of the ARN tells", send(testRole, ""), nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.says == "" {
				tt.hop.Queue.ARN, tt.says = QueueARN(testTopic), `service is "sns", want "sqs"`
			}
			err := tt.hop.Check()
			if err == nil {
				t.Fatalf("no error, though %s", tt.reason)
			}
			var input *InputError
			if !errors.As(err, &input) {
				t.Errorf("%T is no InputError", err)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is not %v", err, tt.is)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got  %s\nwant a message with %q", err, tt.says)
			}
			if docs, err := Generate(Options{}, Hops{tt.hop}); err == nil || docs != nil {
				t.Errorf("Generate gave documents for it: %v", docs)
			}
		})
	}
}

func TestWhatWorksIsNoError(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		hop          Hop
	}{
		{"the AWS managed key and a role of the account", "its policy admits the account's principals", Hop{Kind: kind.Send, Caller: testRole, Queue: Queue{ARN: testQueue, Key: "alias/aws/sqs"}}},
		{"a FIFO topic to a standard queue", "SNS allows it since 2023", Hop{Kind: kind.Deliver, Topic: Topic{ARN: testTopic + ".fifo"}, Queue: Queue{ARN: testQueue}}},
		{"tokens everywhere", "they are validated when they are known", Hop{Kind: kind.Deliver, Topic: Topic{ARN: "${Token[TOKEN.1]}"}, Queue: Queue{ARN: "${aws_sqs_queue.a.arn}", Key: "${Key.Arn}"}}},
		{"a pattern for an identity policy", "the SQS guide's own example", Hop{Kind: kind.Send, Queue: Queue{ARN: "arn:aws:sqs:*:111122223333:billing", Key: testKey}}},
		{"a multi-Region key", "services treat it as a single-Region key", Hop{Kind: kind.Send, Queue: Queue{ARN: testQueue, Key: "arn:aws:kms:us-east-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"}}},
		{"alarms of every Region", "the account ties them", Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: "arn:aws:cloudwatch:*:111122223333:alarm:*"}},
		{"alarms of a pattern of accounts, and the account", "aws:SourceAccount ties them", Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: "arn:aws:cloudwatch:*:*:alarm:*", SourceAccount: "111122223333"}},
		{"alarms of an organization, in whatever account", "aws:SourceOrgID ties them", Hop{Kind: kind.Publish, Caller: ServicePrincipal("cloudwatch.amazonaws.com"), Topic: Topic{ARN: testTopic}, Source: "arn:aws:cloudwatch:*:*:alarm:*", SourceOrganization: "o-exampleorgid"}},
		{"EventBridge with a rule", "the source ties it", Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Queue: Queue{ARN: testQueue, Key: testKey}, Source: "arn:aws:events:us-east-2:111122223333:rule/nightly"}},
		{"a topic of another account", "the queue's owner admits exactly that topic", Hop{Kind: kind.Deliver, Topic: Topic{ARN: foreignTopic}, Queue: Queue{ARN: testQueue, Key: testKey}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.hop.Check(); err != nil {
				t.Errorf("%v, though %s", err, tt.reason)
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := Generate(Options{}, Consumer{Queues: []Queue{
		{ARN: "arn:aws:sqs:us-east-2:12:a", Key: "alias/orders"},
		{ARN: "arn:aws:sns:us-east-2:111122223333:b"},
	}})
	if n := strings.Count(err.Error(), "\n") + 1; n != 3 {
		t.Errorf("%d problems, want 3:\n%v", n, err)
	}
}
