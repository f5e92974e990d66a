package live

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/topology"
)

// sources are what evidence is about, by the end of its source. Of a source that is not here it is not known.
//
// [Monitoring SNS topics using CloudWatch], [CloudWatch metrics for SQS]
//
// [Monitoring SNS topics using CloudWatch]: https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
// [CloudWatch metrics for SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
var sources = []struct {
	name            string
	failed, waiting bool
}{
	{name: "NumberOfNotificationsFailed", failed: true},
	{name: "NumberOfNotificationsFailedToRedriveToDlq", failed: true},
	{name: "NumberOfNotificationsRedrivenToDlq", failed: true},
	{name: "NumberOfNotificationsFilteredOut-InvalidAttributes", failed: true},
	{name: "NumberOfNotificationsFilteredOut-InvalidMessageBody", failed: true},
	{name: "SNS delivery status log", failed: true},
	{name: "CloudTrail", failed: true},
	{name: "ApproximateNumberOfMessagesVisible", waiting: true},
	{name: "ApproximateAgeOfOldestMessage", waiting: true},
}

// evidence adds what was seen of messages.
func (w *world) evidence() {
	for i := range w.Scopes {
		for _, e := range w.Scopes[i].Evidence {
			x := topology.Evidence{Of: e.Resource, Source: e.Source, From: e.From, To: e.To, Value: e.Value, Text: e.Text}
			for _, s := range sources {
				if strings.HasSuffix(e.Source, s.name) && (e.Value > 0 || e.Text != "") {
					x.Failed, x.Waiting = s.failed, s.waiting
				}
			}
			w.Evidence = append(w.Evidence, x)
		}
	}
}
