package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// A metric is one of CloudWatch's about a topic or a dead-letter queue.
type metric struct {
	namespace, name, dimension string
	// sum is set where the values of all hours are added up; otherwise the newest value counts.
	sum bool
}

// [Metrics of SNS], [Metrics of SQS]
//
// [Metrics of SNS]: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
// [Metrics of SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
var (
	topicMetrics = []metric{
		{"AWS/SNS", "NumberOfNotificationsFailed", "TopicName", true},
		{"AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq", "TopicName", true},
		{"AWS/SNS", "NumberOfNotificationsFilteredOut", "TopicName", true},
	}
	deadLetterMetrics = []metric{
		{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", false},
		{"AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", false},
	}
)

// A question is a metric of one resource.
type question struct {
	metric
	arn, resource string // the resource's ARN, and its name
}

// metricsAtOnce keeps the answer for two weeks of hours below the 100,800 values that GetMetricData gives at once.
//
// [GetMetricData]
//
// [GetMetricData]: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const metricsAtOnce = 250

// readMetrics reads what CloudWatch counted for topics and dead-letter queues. It returns the hour in which deliveries of a topic
// failed last.
func (g *regional) readMetrics(ctx context.Context) (lastFailed map[string]time.Time) {
	var questions []question
	for _, arn := range sorted(g.topics) {
		for _, m := range topicMetrics {
			questions = append(questions, question{m, arn, g.topics[arn].name})
		}
	}
	for _, arn := range g.deadLetterQueues() {
		for _, m := range deadLetterMetrics {
			questions = append(questions, question{m, arn, nameIn(arn)})
		}
	}
	lastFailed = map[string]time.Time{}
	to := time.Now().UTC().Truncate(time.Hour).Add(time.Hour)
	from := to.Add(-g.reader.o.Since).Truncate(time.Hour)
	for some := range slices.Chunk(questions, metricsAtOnce) {
		for id, values := range g.ask(ctx, some, from, to) {
			q := some[id]
			last, ok := q.tell(g.scope, values, from, to)
			if ok && q.name == "NumberOfNotificationsFailed" {
				lastFailed[q.arn] = last
			}
		}
	}
	return lastFailed
}

// deadLetterQueues returns the queues of the Region that another queue or a subscription names as its dead-letter queue.
func (g *regional) deadLetterQueues() []string {
	found := map[string]bool{}
	for _, q := range g.queues {
		found[q.deadLetter] = true
	}
	g.mu.Lock()
	for _, r := range g.resources {
		if r.Type == "AWS::SNS::Subscription" {
			found[subscriptionDeadLetter(r)] = true
		}
	}
	g.mu.Unlock()
	return slices.DeleteFunc(sorted(found), func(arn string) bool {
		_, read := g.queues[arn]
		return !read
	})
}

// subscriptionDeadLetter returns the ARN of a subscription's dead-letter queue.
func subscriptionDeadLetter(r live.Resource) string {
	var p struct{ RedrivePolicy json.RawMessage }
	if json.Unmarshal(r.Properties, &p) != nil {
		return ""
	}
	return deadLetterTarget(string(p.RedrivePolicy))
}

// A reading is the value of a metric in an hour.
type reading struct {
	hour  time.Time
	value float64
}

// ask returns the values of metrics by hours, newest first.
func (g *regional) ask(ctx context.Context, questions []question, from, to time.Time) map[int][]reading {
	in := &cloudwatch.GetMetricDataInput{StartTime: &from, EndTime: &to, ScanBy: types.ScanByTimestampDescending}
	number := map[string]int{}
	for i, q := range questions {
		id := fmt.Sprintf("m%d", i)
		number[id] = i
		statistic := "Maximum"
		if q.sum {
			statistic = "Sum"
		}
		in.MetricDataQueries = append(in.MetricDataQueries, types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
			Metric: &types.Metric{Namespace: &q.namespace, MetricName: &q.metric.name, Dimensions: []types.Dimension{{Name: &q.dimension, Value: &q.resource}}},
			Period: aws.Int32(3600), Stat: &statistic,
		}})
	}
	results, _ := list(ctx, g.scope, "", func(token *string) (page[types.MetricDataResult], error) {
		in.NextToken = token
		out, err := g.metrics.GetMetricData(ctx, in)
		if err != nil {
			return page[types.MetricDataResult]{}, err
		}
		return page[types.MetricDataResult]{out.MetricDataResults, out.NextToken}, nil
	})
	values := map[int][]reading{}
	for _, r := range results {
		i, known := number[str(r.Id)]
		for j := range min(len(r.Timestamps), len(r.Values)) {
			if known {
				values[i] = append(values[i], reading{r.Timestamps[j].UTC(), r.Values[j]})
			}
		}
	}
	return values
}

// tell notes what a metric says: the sum over all hours and the last hour with any, or the newest value. It returns that hour.
func (q question) tell(s *scope, values []reading, from, to time.Time) (last time.Time, ok bool) {
	slices.SortFunc(values, func(a, b reading) int { return b.hour.Compare(a.hour) })
	source := q.namespace + " " + q.name
	if !q.sum {
		if len(values) > 0 && values[0].value > 0 {
			s.saw(live.Evidence{Resource: q.arn, Source: source, From: values[0].hour, To: values[0].hour.Add(time.Hour), Value: values[0].value})
		}
		return last, false
	}
	sum := 0.0
	for _, v := range values {
		if v.value > 0 && sum == 0 {
			last = v.hour
			s.saw(live.Evidence{Resource: q.arn, Source: source, From: v.hour, To: v.hour.Add(time.Hour), Value: v.value})
		}
		sum += v.value
	}
	if sum == 0 {
		return last, false
	}
	s.saw(live.Evidence{Resource: q.arn, Source: source, From: from, To: to, Value: sum})
	return last, true
}
