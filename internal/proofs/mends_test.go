package proofs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// TestShownMendsMend writes what mends each finding of generated templates into their text, and reads that again: the finding is gone,
// no hop is worse, and no finding is new.
func TestShownMendsMend(t *testing.T) {
	dir := t.TempDir()
	rules := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "template.yaml")
		text := brokenShop(t)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		in, before := readShop(t, path, nil)
		for i := range before.Findings {
			f := &before.Findings[i]
			if r, _ := check.LookUp(f.Rule); len(f.Fix)+len(f.Changes) == 0 || r.Unmended != "" {
				continue
			}
			files := mend.NewFiles()
			if err := files.Try(f, in); err != nil {
				t.Fatalf("%s: %v\n%s", f.Message, err, text)
			}
			_, after := readShop(t, path, files.Content())
			if why := mend.Worse(&before, &after); why != "" {
				t.Fatalf("%s: %s\n%s", f.Message, why, files.Content()[path])
			}
			for _, g := range after.Findings {
				if g.Rule == f.Rule && g.Message == f.Message {
					t.Fatalf("%s: it is still there\n%s", f.Message, files.Content()[path])
				}
			}
			rules[f.Rule]++
		}
	})
	t.Logf("mended: %v", rules)
	if len(rules) < 12 {
		t.Errorf("findings of %d rules were mended, want those of 12: %v", len(rules), rules)
	}
}

func readShop(t *rapid.T, path string, content map[string][]byte) ([]*topology.Topology, check.Report) {
	in, err := load.Paths([]string{path}, load.Options{Account: "111122223333", Region: "eu-west-1", Content: content})
	if err != nil {
		t.Fatalf("%v\n%s", err, content[path])
	}
	return in, check.Run(in, check.Options{Severity: check.Info})
}

// brokenShop returns a template with faults: topics, queues and keys, whoever publishes, sends and receives, and policies for a part of it.
func brokenShop(t *rapid.T) string {
	var b strings.Builder
	yes := func(what string) bool { return rapid.Bool().Draw(t, what) }
	one := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	add := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	statements := func(all ...string) string {
		var kept []string
		for i, s := range all {
			if yes(fmt.Sprint("statement ", i)) {
				kept = append(kept, s)
			}
		}
		return "{Version: '2012-10-17', Statement: [" + strings.Join(kept, ", ") + "]}"
	}
	const account = "{Sid: Account, Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}"
	const plain = "{Effect: Deny, Principal: '*', Action: '%s', Resource: %s, Condition: {Bool: {'aws:SecureTransport': 'false'}}}"
	keys := []string{"", "", "alias/aws/sqs"}
	for i := range rapid.IntRange(0, 2).Draw(t, "keys") {
		id := fmt.Sprint("Key", i)
		keys = append(keys, "!GetAtt "+id+".Arn")
		switch one("key policy", "none", "account", "sns") {
		case "none":
			add("%s: {Type: 'AWS::KMS::Key'}", id)
		case "account":
			add("%s: {Type: 'AWS::KMS::Key', Properties: {KeyPolicy: {Version: '2012-10-17', Statement: [%s]}}}", id, account)
		default:
			add("%s: {Type: 'AWS::KMS::Key', Properties: {KeyPolicy: {Version: '2012-10-17', Statement: [%s, %s]}}}", id, account,
				one("sns statement", "{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: ['kms:GenerateDataKey', 'kms:Decrypt']}",
					"{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*', Condition: {StringEquals: {'kms:CallerAccount': !Ref 'AWS::AccountId'}}}"))
		}
	}
	property := func(format string, value string) string {
		if value == "" {
			return ""
		}
		return fmt.Sprintf(format, value)
	}
	topics, queues := rapid.IntRange(1, 2).Draw(t, "topics"), rapid.IntRange(1, 3).Draw(t, "queues")
	for i := range topics {
		id := fmt.Sprint("Topic", i)
		key := one("topic key", append(keys[:2:2], keys[3:]...)...)
		add("%s: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: shop%s}}", id, property(", KmsMasterKeyId: %s", key))
		if yes("topic policy") {
			add("%sPolicy: {Type: 'AWS::SNS::TopicPolicy', Properties: {Topics: [!Ref %s], PolicyDocument: {Version: '2012-10-17', Statement: [%s]}}}", id, id,
				fmt.Sprintf(plain, "sns:Publish", "!Ref "+id))
		}
		switch one("publisher", "none", "rule", "alarm", "role") {
		case "rule":
			add("%sRule: {Type: 'AWS::Events::Rule', Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !Ref %s}]}}", id, id)
		case "alarm":
			add("%sAlarm: {Type: 'AWS::CloudWatch::Alarm', Properties: {ComparisonOperator: LessThanThreshold, EvaluationPeriods: 1, AlarmActions: [!Ref %s]}}", id, id)
		case "role":
			add("%sWriter: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}, Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'sns:Publish', Resource: !Ref %s}]}}]}}", id, id)
		}
	}
	for i := range queues {
		id := fmt.Sprint("Queue", i)
		key := one("queue key", keys...)
		other := one("other property", "VisibilityTimeout: 10", "SqsManagedSseEnabled: false", "MessageRetentionPeriod: 600000, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}")
		if key != "" && strings.HasPrefix(other, "Sqs") {
			other = "DelaySeconds: 1"
		}
		add("%s: {Type: 'AWS::SQS::Queue', Properties: {%s%s}}", id, other, property(", KmsMasterKeyId: %s", key))
		var admitted []string
		for j := range topics {
			admitted = append(admitted, fmt.Sprintf("{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt %s.Arn, Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic%d}}}", id, j))
			if yes("subscription") {
				add("To%s%d: {Type: 'AWS::SNS::Subscription', Properties: {TopicArn: !Ref Topic%d, Protocol: sqs, Endpoint: !GetAtt %s.Arn%s}}", id, j, j, id,
					one("dead letters", "", ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}"))
			}
		}
		if yes("queue policy") {
			add("%sPolicy: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: [!Ref %s], PolicyDocument: %s}}", id, id,
				statements(append(admitted, fmt.Sprintf(plain, "sqs:*", "!GetAtt "+id+".Arn"))...))
		}
		role := func(actions string) {
			add("%sRole: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}, Policies: [{PolicyName: p, PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: [%s], Resource: !GetAtt %s.Arn}]}}]}}", id, actions, id)
		}
		switch one("who is at the queue", "nobody", "function", "sender", "bucket") {
		case "function":
			role(one("actions", "'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'", "'sqs:ReceiveMessage'", "'sqs:ReceiveMessage', 'sqs:DeleteMessageBatch', 'sqs:GetQueueAttributes'"))
			add("%sFunction: {Type: 'AWS::Lambda::Function', Properties: {Handler: a.b, Runtime: python3.12, Timeout: 30, Code: {ZipFile: x}, Role: !GetAtt %sRole.Arn}}", id, id)
			add("%sMapping: {Type: 'AWS::Lambda::EventSourceMapping', Properties: {EventSourceArn: !GetAtt %s.Arn, FunctionName: !Ref %sFunction}}", id, id, id)
		case "sender":
			role("'sqs:SendMessage'")
		case "bucket":
			add("%sBucket: {Type: 'AWS::S3::Bucket', Properties: {NotificationConfiguration: {QueueConfigurations: [{Event: 's3:ObjectCreated:*', Queue: !GetAtt %s.Arn}]}}}", id, id)
		}
	}
	add("Dead: {Type: 'AWS::SQS::Queue', Properties: {MessageRetentionPeriod: %s%s}}", one("retention", "1209600", "3600"), property(", KmsMasterKeyId: %s", one("dead key", keys...)))
	return "Resources:\n" + b.String()
}
