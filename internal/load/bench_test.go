package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// template returns a template of about n resources: fan-outs of one topic, a key, three queues with their dead-letter
// queues, policies, subscriptions and consumers each.
func template(n int) string {
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i, count := 0, 0; count < n; i++ {
		fmt.Fprintf(&b, `  Topic%[1]d: {Type: AWS::SNS::Topic, Properties: {TopicName: topic-%[1]d}}
  Key%[1]d:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*', Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic%[1]d}}}
`, i)
		count += 2
		for j := range 3 {
			fmt.Fprintf(&b, `  Queue%[1]dx%[2]d: {Type: AWS::SQS::Queue, Properties: {KmsMasterKeyId: !GetAtt Key%[1]d.Arn, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead%[1]dx%[2]d.Arn, maxReceiveCount: 5}}}
  Dead%[1]dx%[2]d: {Type: AWS::SQS::Queue, Properties: {MessageRetentionPeriod: 1209600}}
  Policy%[1]dx%[2]d:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue%[1]dx%[2]d]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:SendMessage', Resource: !GetAtt Queue%[1]dx%[2]d.Arn, Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic%[1]d}}}
  Subscription%[1]dx%[2]d: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, TopicArn: !Ref Topic%[1]d, Endpoint: !GetAtt Queue%[1]dx%[2]d.Arn}}
  Role%[1]dx%[2]d:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
      Policies:
        - PolicyName: poll
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - {Effect: Allow, Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], Resource: !GetAtt Queue%[1]dx%[2]d.Arn}
              - {Effect: Allow, Action: 'kms:Decrypt', Resource: !GetAtt Key%[1]d.Arn}
  Function%[1]dx%[2]d: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role%[1]dx%[2]d.Arn, Runtime: python3.12, Handler: i.h, Code: {ZipFile: pass}}}
  Trigger%[1]dx%[2]d: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue%[1]dx%[2]d.Arn, FunctionName: !Ref Function%[1]dx%[2]d}}
`, i, j)
			count += 7
		}
	}
	return b.String()
}

func write(tb testing.TB, dir string, files, resources int) {
	tb.Helper()
	text := []byte(template(resources))
	for i := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("stack-%04d.yaml", i)), text, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
}

func run(tb testing.TB, path string) check.Report {
	reports, err := load.Each([]string{path}, load.Options{}, func(t []*topology.Topology) check.Report {
		return check.Run(t, check.Options{}).WithoutHops()
	})
	if err != nil {
		tb.Fatal(err)
	}
	return check.Join(reports)
}

func BenchmarkTemplateOf500(b *testing.B) {
	dir := b.TempDir()
	write(b, dir, 1, 500)
	for b.Loop() {
		run(b, filepath.Join(dir, "stack-0000.yaml"))
	}
}

func Benchmark1000TemplatesOf50(b *testing.B) {
	dir := b.TempDir()
	write(b, dir, 1000, 50)
	for b.Loop() {
		run(b, dir)
	}
}

// processorTime returns how long the process has computed, which other processes do not change.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestLinear checks that eight times the resources take about eight times as long, and not sixty-four times.
func TestLinear(t *testing.T) {
	dir := t.TempDir()
	best := func(n int) time.Duration {
		write(t, dir, 1, n)
		least := time.Hour
		for range 3 {
			start := processorTime(t)
			run(t, filepath.Join(dir, "stack-0000.yaml"))
			least = min(least, processorTime(t)-start)
		}
		return least
	}
	small, large := best(500), best(4000)
	if large > 20*small {
		t.Errorf("500 resources take %v, 4000 take %v", small, large)
	}
}
