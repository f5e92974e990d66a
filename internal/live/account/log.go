package account

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

const (
	logLines = 10 // of each topic
	logPages = 5  // FilterLogEvents may answer with pages that have no line
)

// readLogs reads the last failed deliveries of topics that log them: those of the hour in which the metric says that one failed, or
// of the last day if no metric was read.
//
// [Delivery status]
//
// [Delivery status]: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
func (g *regional) readLogs(ctx context.Context, lastFailed map[string]time.Time, metrics bool) {
	each(sorted(g.topics), func(arn string) {
		t := g.topics[arn]
		from, failed := lastFailed[arn]
		to := from.Add(time.Hour)
		if !metrics {
			failed, to = true, time.Now().UTC()
			from = to.Add(-24 * time.Hour)
		}
		if t.logged && failed {
			g.readLog(ctx, arn, t.name, from, to)
		}
	})
}

func (g *regional) readLog(ctx context.Context, arn, name string, from, to time.Time) {
	group := strings.Join([]string{"sns", g.scope.region, g.account, name, "Failure"}, "/")
	asked, lines := 0, 0
	all, _ := list(ctx, g.scope, arn, func(token *string) (page[types.FilteredLogEvent], error) {
		out, err := g.logs.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &group, StartTime: aws.Int64(from.UnixMilli()), EndTime: aws.Int64(to.UnixMilli()), Limit: aws.Int32(logLines), NextToken: token,
		})
		if err != nil {
			return page[types.FilteredLogEvent]{}, err
		}
		asked, lines = asked+1, lines+len(out.Events)
		if asked == logPages || lines >= logLines {
			out.NextToken = nil
		}
		return page[types.FilteredLogEvent]{out.Events, out.NextToken}, nil
	})
	for _, e := range all {
		if line, ok := delivery(str(e.Message)); ok {
			at := time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC()
			g.saw(live.Evidence{Resource: arn, Source: "SNS delivery status log", From: at, To: at, Value: 1, Text: line})
		}
	}
}

// delivery returns a line of the log with the fields that say what failed and why; ok is false if it is not about a queue.
func delivery(line string) (kept string, ok bool) {
	var d struct {
		Notification struct {
			MessageID string `json:"messageId,omitempty"`
			TopicArn  string `json:"topicArn,omitempty"`
			Timestamp string `json:"timestamp,omitempty"`
		} `json:"notification"`
		Delivery struct {
			DeliveryID       string      `json:"deliveryId,omitempty"`
			Destination      string      `json:"destination,omitempty"`
			ProviderResponse string      `json:"providerResponse,omitempty"`
			Attempts         json.Number `json:"attempts,omitempty"`
			StatusCode       json.Number `json:"statusCode,omitempty"`
		} `json:"delivery"`
		Status string `json:"status,omitempty"`
	}
	if json.Unmarshal([]byte(line), &d) != nil {
		return "", false
	}
	if _, service, is := placeOf(d.Delivery.Destination); !is || service != "sqs" {
		return "", false
	}
	text, err := json.Marshal(d)
	return string(text), err == nil
}
