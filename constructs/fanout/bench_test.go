package fanout_test

import (
	"os"
	"path/filepath"
	"slices"
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
// with dead-letter queues, SSE-SQS and TLS, n subscriptions, n consumers. It reports the median of each, building and
// synthesizing; ratio is ours to L2's, synth-ratio that of the synthesis alone. Run it with -benchtime 10x or so.
func BenchmarkSynth(b *testing.B) {
	warm := newApp(b, nil)
	plain(newStack(warm, "L2"), 30)
	ours(newStack(warm, "Fanout"), 30)
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
			b.ReportMetric(ratio(ours.totals, l2.totals), "ratio")
			b.ReportMetric(ratio(ours.synths, l2.synths), "synth-ratio")
			b.ReportMetric(0, "ns/op") // of both together, it says nothing
		})
	}
}

type measured struct {
	b              *testing.B
	build          func(awscdk.Stack, int)
	n              int
	totals, synths []float64 // milliseconds
	dir            string
}

func (m *measured) once() {
	// 150 queues are more resources than CloudFormation takes.
	app := newApp(m.b, map[string]any{"@aws-cdk/core:stackResourceLimit": 0})
	stack := newStack(app, "S")
	start := time.Now()
	m.build(stack, m.n)
	built := time.Now()
	m.dir = *app.Synth(nil).Directory()
	m.totals = append(m.totals, time.Since(start).Seconds()*1000)
	m.synths = append(m.synths, time.Since(built).Seconds()*1000)
}

// ratio returns the median of ours to L2's, in pairs: who ran one after the other had the same of a busy machine.
func ratio(ours, l2 []float64) float64 {
	all := make([]float64, len(ours))
	for i := range ours {
		all[i] = ours[i] / l2[i]
	}
	return median(all)
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func (m *measured) report(name string) {
	info, err := os.Stat(filepath.Join(m.dir, "S.template.json"))
	if err != nil {
		m.b.Fatal(err)
	}
	m.b.ReportMetric(median(m.totals), name+"-ms")
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
		topic.AddQueue(jsii.String(id), nil).GrantConsumeMessages(role(stack, id+"Consumer"))
	}
}
