package fanout_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/hopgrant/hopgrant/constructs/fanout"
)

// programs are what BenchmarkSynth measures, by the name that it gives in the environment.
const programEnv = "FANOUT_SYNTH"

var programs = map[string]func(awscdk.Stack, int){"L2": plain, "fanout": ours}

// BenchmarkSynth makes and synthesizes the same resources with plain L2 constructs and with ours, in turn: a topic, n queues
// with dead-letter queues, SSE-SQS and TLS, n subscriptions, n consumers. It reports the median CPU time of the whole
// process, Node and its start included, and of the ratio of ours to L2's in pairs. Run it with -benchtime 5x or so.
func BenchmarkSynth(b *testing.B) {
	for _, n := range []int{10, 50, 150} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			times, ratios := map[string][]float64{}, []float64{}
			for b.Loop() {
				for name := range programs {
					dir := b.TempDir()
					cmd := exec.Command(os.Args[0])
					cmd.Env = append(os.Environ(), programEnv+"="+name, "FANOUT_QUEUES="+strconv.Itoa(n), "FANOUT_OUT="+dir)
					if out, err := cmd.CombinedOutput(); err != nil {
						b.Fatalf("%v: %s", err, out)
					}
					times[name] = append(times[name], (cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Seconds()*1000)
					info, err := os.Stat(filepath.Join(dir, "S.template.json"))
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(info.Size()), name+"-bytes")
					b.ReportMetric(float64(count(read(b, dir)["S"])), name+"-statements")
				}
				last := len(times["L2"]) - 1
				ratios = append(ratios, times["fanout"][last]/times["L2"][last])
			}
			b.ReportMetric(median(times["L2"]), "L2-ms")
			b.ReportMetric(median(times["fanout"]), "fanout-ms")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(0, "ns/op") // of both together, it says nothing
		})
	}
}

// synthesize is the process of a benchmark, if this is one.
func synthesize() bool {
	build, ok := programs[os.Getenv(programEnv)]
	if !ok {
		return false
	}
	n, err := strconv.Atoi(os.Getenv("FANOUT_QUEUES"))
	if err != nil {
		panic(err)
	}
	// 150 queues are more resources than CloudFormation takes.
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(os.Getenv("FANOUT_OUT")), Context: &map[string]any{"@aws-cdk/core:stackResourceLimit": 0}})
	build(newStack(app, "S"), n)
	app.Synth(nil)
	return true
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
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
