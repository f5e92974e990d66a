//go:build integ

package integ

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
)

// The size of TestVolume: two topics with five queues each get two thousand messages, which makes twenty thousand.
const (
	volumeQueues   = 5
	volumeMessages = 2000
	volumeGroups   = 20
)

// TestVolume sends twenty thousand messages through ten queues. None may be lost, and FIFO queues must keep the order
// of each group and drop duplicates, although every tenth batch is published twice.
func TestVolume(t *testing.T) {
	for _, fifo := range []bool{false, true} {
		t.Run(map[bool]string{false: "standard", true: "fifo"}[fifo], func(t *testing.T) {
			d := deployedTemplate(t, plain, "volume-"+strconv.FormatBool(fifo), volumeTemplate(fifo))
			received := make([][]flow.Received, volumeQueues)
			var consumers sync.WaitGroup
			for i := range volumeQueues {
				consumers.Go(func() { received[i] = drainAll(t, d.Queues[fmt.Sprintf("Queue%d", i)]) })
			}
			for first := 0; first < volumeMessages; first += 10 {
				publishBatch(t, d.Topics["Topic"], fifo, first)
				if fifo && first%100 == 0 {
					publishBatch(t, d.Topics["Topic"], fifo, first)
				}
			}
			consumers.Wait()
			total := 0
			for i, got := range received {
				total += len(got)
				checkVolume(t, fmt.Sprintf("Topic → Queue%d", i), got, fifo)
			}
			t.Logf("%d messages received from %d queues", total, volumeQueues)
		})
	}
}

func publishBatch(t *testing.T, topic *flow.Topic, fifo bool, first int) {
	t.Helper()
	in := &sns.PublishBatchInput{TopicArn: aws.String(string(topic.Topic.ARN))}
	for n := first; n < first+10; n++ {
		id := strconv.Itoa(n)
		e := snstypes.PublishBatchRequestEntry{Id: aws.String(id), Message: aws.String(id)}
		if fifo {
			e.MessageGroupId, e.MessageDeduplicationId = aws.String(strconv.Itoa(n%volumeGroups)), aws.String("message-"+id)
		}
		in.PublishBatchRequestEntries = append(in.PublishBatchRequestEntries, e)
	}
	out, err := topic.Clients.SNS.PublishBatch(t.Context(), in)
	if err != nil {
		t.Error(err)
	} else if len(out.Failed) > 0 {
		t.Errorf("publish %d: got %d failures, want none: %s", first, len(out.Failed), aws.ToString(out.Failed[0].Message))
	}
}

// drainAll receives until it has all messages and no more come.
func drainAll(t *testing.T, q *flow.Queue) []flow.Received {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	got, err := q.Drain(ctx, volumeMessages, 20*time.Second)
	if err != nil {
		t.Error(err)
	}
	return got
}

func checkVolume(t *testing.T, hop string, got []flow.Received, fifo bool) {
	t.Helper()
	times := map[string]int{}
	last := map[string]int{}
	for _, m := range got {
		times[m.Body]++
		n, err := strconv.Atoi(m.Body)
		if err != nil {
			t.Fatalf("%s: got body %q, want a number", hop, m.Body)
		}
		if before, ok := last[m.Group]; fifo && ok && n <= before {
			t.Errorf("%s: group %s: got %d after %d, want rising numbers", hop, m.Group, n, before)
		}
		last[m.Group] = n
	}
	var lost, twice []string
	for n := range volumeMessages {
		switch body := strconv.Itoa(n); times[body] {
		case 0:
			lost = append(lost, body)
		case 1:
		default:
			twice = append(twice, body)
		}
	}
	if len(lost) > 0 {
		t.Errorf("%s: lost %d messages, want none: %s", hop, len(lost), strings.Join(lost, " "))
	}
	if fifo && len(twice) > 0 {
		t.Errorf("%s: got %d messages twice, want none: %s", hop, len(twice), strings.Join(twice, " "))
	}
}

// volumeTemplate returns a template of a topic with volumeQueues queues, the last of which gets envelopes.
func volumeTemplate(fifo bool) emulator.Template {
	getARN := func(id string) any { return map[string]any{"Fn::GetAtt": []any{id, "Arn"}} }
	resource := func(typ string, p map[string]any) any { return map[string]any{"Type": typ, "Properties": p} }
	topic, queue := map[string]any{}, map[string]any{"SqsManagedSseEnabled": true}
	if fifo {
		topic["FifoTopic"], queue["FifoQueue"] = true, true
	}
	resources := map[string]any{"Topic": resource(flow.TopicType, topic)}
	for i := range volumeQueues {
		id := fmt.Sprintf("Queue%d", i)
		resources[id] = resource(flow.QueueType, queue)
		resources[id+"Policy"] = resource("AWS::SQS::QueuePolicy", map[string]any{
			"Queues": []any{map[string]any{"Ref": id}},
			"PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
				"Effect": "Allow", "Principal": map[string]any{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
				"Resource": getARN(id), "Condition": map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": map[string]any{"Ref": "Topic"}}},
			}}},
		})
		resources[id+"Subscription"] = resource("AWS::SNS::Subscription", map[string]any{
			"TopicArn": map[string]any{"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": getARN(id), "RawMessageDelivery": i < volumeQueues-1,
		})
	}
	return emulator.Template{"Resources": resources}
}
