package live

import (
	"cmp"
	"encoding/json"
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
	{name: "ApproximateNumberOfMessages", waiting: true},
	{name: "ApproximateAgeOfOldestMessage", waiting: true},
}

// evidence adds what was seen of messages.
func (w *world) evidence() {
	for i := range w.Scopes {
		for _, e := range w.Scopes[i].Evidence {
			x := topology.Evidence{Of: e.Resource, Source: e.Source, From: e.From, To: e.To, Value: e.Value, Text: e.Text, Short: short(e.Text)}
			for _, s := range sources {
				if strings.HasSuffix(e.Source, s.name) && (e.Value > 0 || e.Text != "") {
					x.Failed, x.Waiting = s.failed, s.waiting
				}
			}
			w.Evidence = append(w.Evidence, x)
		}
	}
}

// short returns what a line of a delivery status log or an event of CloudTrail says, and any other text as it is.
//
// [Delivery status], [Record contents]
//
// [Delivery status]: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
// [Record contents]: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func short(line string) string {
	var e struct {
		Delivery                           struct{ Destination, ProviderResponse string }
		EventName, ErrorCode, ErrorMessage string
		UserIdentity                       struct{ ARN, InvokedBy string }
	}
	if json.Unmarshal([]byte(line), &e) != nil {
		return line
	}
	switch {
	case e.Delivery.ProviderResponse != "":
		return "to " + cmp.Or(nameIn(e.Delivery.Destination), e.Delivery.Destination) + ": " + e.Delivery.ProviderResponse
	case e.EventName != "":
		return e.EventName + " by " + cmp.Or(e.UserIdentity.InvokedBy, e.UserIdentity.ARN, "somebody") + ": " + strings.TrimSuffix(e.ErrorCode+": "+e.ErrorMessage, ": ")
	}
	return line
}
