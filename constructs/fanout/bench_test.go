package fanout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// BenchmarkSynth makes and synthesizes the same resources with plain L2 constructs and with ours: a topic, n queues with
// dead-letter queues, SSE-SQS and TLS, n subscriptions, n consumers. Run it with -benchtime 5x or so.
func BenchmarkSynth(b *testing.B) {
	warm := newApp(b, nil)
	plain(newStack(warm, "S"), 1)
	synth(b, warm)
	for _, n := range []int{10, 50, 150} {
		for name, build := range map[string]func(awscdk.Stack, int){"L2": plain, "fanout": ours} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				var dir string
				for b.Loop() {
					// 150 queues are more resources than CloudFormation takes.
					app := newApp(b, map[string]any{"@aws-cdk/core:stackResourceLimit": 0})
					build(newStack(app, "S"), n)
					dir = *app.Synth(nil).Directory()
				}
				info, err := os.Stat(filepath.Join(dir, "S.template.json"))
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Size()), "template-bytes")
				b.ReportMetric(float64(count(read(b, dir)["S"])), "statements")
			})
		}
	}
}

// count returns how many statements a template's policies have.
func count(tt template) int {
	n := 0
	for _, r := range tt.Resources {
		if doc, ok := r.Properties["PolicyDocument"].(map[string]any); ok {
			n += len(doc["Statement"].([]any))
		}
	}
	return n
}

func plain(stack awscdk.Stack, n int) {
	topic := awssns.NewTopic(stack, jsii.String("Topic"), &awssns.TopicProps{EnforceSSL: jsii.Bool(true)})
	for i := range n {
		id := "Queue" + strconv.Itoa(i)
		dead := awssqs.NewQueue(stack, jsii.String(id+"DeadLetterQueue"), &awssqs.QueueProps{
			Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true), RetentionPeriod: awscdk.Duration_Days(jsii.Number(14)),
		})
		queue := awssqs.NewQueue(stack, jsii.String(id), &awssqs.QueueProps{
			Encryption: awssqs.QueueEncryption_SQS_MANAGED, EnforceSSL: jsii.Bool(true),
			DeadLetterQueue: &awssqs.DeadLetterQueue{Queue: dead, MaxReceiveCount: jsii.Number(5)},
		})
		topic.AddSubscription(awssnssubscriptions.NewSqsSubscription(queue, nil))
		queue.GrantConsumeMessages(role(stack, id+"Consumer"))
	}
}

func ours(stack awscdk.Stack, n int) {
	topic := fanout.NewTopic(stack, jsii.String("Topic"), nil)
	for i := range n {
		id := "Queue" + strconv.Itoa(i)
		topic.AddQueue(jsii.String(id), nil).GrantConsume(role(stack, id+"Consumer"))
	}
}
