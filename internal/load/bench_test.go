package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// template returns a template with about n resources. It has fan-outs of a topic, a key and three queues, with dead-letter
// queues, policies, subscriptions and consumers.
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

// The time for each resource stays the same if a check is linear.
func BenchmarkTemplateOf500(b *testing.B)  { benchmarkTemplate(b, 500) }
func BenchmarkTemplateOf4000(b *testing.B) { benchmarkTemplate(b, 4000) }

func benchmarkTemplate(b *testing.B, resources int) {
	dir := b.TempDir()
	write(b, dir, 1, resources)
	for b.Loop() {
		run(b, filepath.Join(dir, "stack-0000.yaml"))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(resources), "ns/resource")
}

func Benchmark1000TemplatesOf50(b *testing.B) {
	dir := b.TempDir()
	write(b, dir, 1000, 50)
	for b.Loop() {
		run(b, dir)
	}
}

// configuration returns Terraform sources with about n resources, wired as those of template.
func configuration(n int) string {
	var b strings.Builder
	b.WriteString("data \"aws_caller_identity\" \"here\" {}\n")
	for i, count := 0, 0; count < n; i++ {
		fmt.Fprintf(&b, `resource "aws_sns_topic" "t%[1]d" { name = "topic-%[1]d" }
resource "aws_kms_key" "k%[1]d" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.here.account_id}:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = ["kms:GenerateDataKey", "kms:Decrypt"], Resource = "*",
        Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.t%[1]d.arn } } },
    ]
  })
}
resource "aws_sqs_queue" "dead%[1]d" { for_each = toset(["a", "b", "c"]) }
resource "aws_sqs_queue" "q%[1]d" {
  for_each          = aws_sqs_queue.dead%[1]d
  kms_master_key_id = aws_kms_key.k%[1]d.arn
  redrive_policy    = jsonencode({ deadLetterTargetArn = each.value.arn, maxReceiveCount = 5 })
}
data "aws_iam_policy_document" "q%[1]d" {
  for_each = aws_sqs_queue.q%[1]d
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [each.value.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_sns_topic.t%[1]d.arn]
    }
  }
}
resource "aws_sqs_queue_policy" "q%[1]d" {
  for_each  = aws_sqs_queue.q%[1]d
  queue_url = each.value.url
  policy    = data.aws_iam_policy_document.q%[1]d[each.key].json
}
resource "aws_sns_topic_subscription" "q%[1]d" {
  for_each  = aws_sqs_queue.q%[1]d
  topic_arn = aws_sns_topic.t%[1]d.arn
  protocol  = "sqs"
  endpoint  = each.value.arn
}
`, i)
		count += 14
	}
	return b.String()
}

// BenchmarkTerraform reads and checks a configuration of 500 resources.
func BenchmarkTerraform(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration(500)), 0o666); err != nil {
		b.Fatal(err)
	}
	hops := 0
	for b.Loop() {
		reports, err := load.Each([]string{dir}, load.Options{}, func(all []*topology.Topology) check.Report {
			return check.Run(all, check.Options{Severity: check.Warning})
		})
		if err != nil {
			b.Fatal(err)
		}
		hops = len(check.Join(reports).Hops)
	}
	b.ReportMetric(float64(hops), "hops")
}
