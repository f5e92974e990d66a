package fanout_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// BenchmarkSynth makes and synthesizes the same resources with plain L2 constructs and with ours, in turn: a topic, n queues
// with dead-letter queues, SSE-SQS and TLS, n subscriptions, n consumers. It reports the fastest of each, building and
// synthesizing; ratio is ours to L2's, synth-ratio that of the synthesis alone. Run it with -benchtime 5x or so.
func BenchmarkSynth(b *testing.B) {
	warm := newApp(b, nil)
	plain(newStack(warm, "L2"), 10)
	ours(newStack(warm, "Fanout"), 10)
	synth(b, warm)
	for _, n := range []int{10, 50, 150} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l2, ours := measured{b: b, build: plain, n: n}, measured{b: b, build: ours, n: n}
			first, second := &l2, &ours
			for b.Loop() {
				for range 150 / n { // small ones are measured as long as large ones
					first.once()
					second.once()
					first, second = second, first // who comes second collects the garbage of the first
				}
			}
			l2.report("L2")
			ours.report("fanout")
			b.ReportMetric(ours.total.Seconds()/l2.total.Seconds(), "ratio")
			b.ReportMetric(ours.synth.Seconds()/l2.synth.Seconds(), "synth-ratio")
			b.ReportMetric(0, "ns/op") // of both together, it says nothing
		})
	}
}

type measured struct {
	b            *testing.B
	build        func(awscdk.Stack, int)
	n            int
	total, synth time.Duration // the fastest
	dir          string
}

func (m *measured) once() {
	// 150 queues are more resources than CloudFormation takes.
	app := newApp(m.b, map[string]any{"@aws-cdk/core:stackResourceLimit": 0})
	stack := newStack(app, "S")
	start := time.Now()
	m.build(stack, m.n)
	built := time.Now()
	m.dir = *app.Synth(nil).Directory()
	if total := time.Since(start); m.total == 0 || total < m.total {
		m.total = total
	}
	if synth := time.Since(built); m.synth == 0 || synth < m.synth {
		m.synth = synth
	}
}

func (m *measured) report(name string) {
	info, err := os.Stat(filepath.Join(m.dir, "S.template.json"))
	if err != nil {
		m.b.Fatal(err)
	}
	m.b.ReportMetric(float64(m.total.Milliseconds()), name+"-ms")
	m.b.ReportMetric(float64(info.Size()), name+"-bytes")
	m.b.ReportMetric(float64(count(read(m.b, m.dir)["S"])), name+"-statements")
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
