package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Publish publishes a message to the topic.
func (t *Topic) Publish(ctx context.Context, m Message) error {
	in := &sns.PublishInput{TopicArn: aws.String(string(t.Topic.ARN)), Message: aws.String(m.Body)}
	for name, value := range m.Attributes {
		if in.MessageAttributes == nil {
			in.MessageAttributes = map[string]snstypes.MessageAttributeValue{}
		}
		in.MessageAttributes[name] = snstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
	}
	if m.Group != "" {
		in.MessageGroupId = aws.String(m.Group)
		in.MessageDeduplicationId = aws.String(m.Name)
	}
	if _, err := t.Clients.SNS.Publish(ctx, in); err != nil {
		return fmt.Errorf("publish %s to %s: %w", m.Name, t.ID, err)
	}
	return nil
}

// A Received is a message that was received from a queue.
type Received struct {
	Body     string // the published body
	Envelope bool   // the message came in SNS's JSON envelope
	Group    string // FIFO
}

// receive returns up to ten messages, and hides them from others for visibility seconds; 0 means the default of the
// queue.
func (q *Queue) receive(ctx context.Context, wait, visibility int32) ([]sqstypes.Message, error) {
	out, err := q.Clients.SQS.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(q.URL), MaxNumberOfMessages: 10, WaitTimeSeconds: wait, VisibilityTimeout: visibility,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameMessageGroupId},
	})
	if err != nil {
		return nil, fmt.Errorf("receive from %s: %w", q.ID, err)
	}
	return out.Messages, nil
}

// Drain receives and deletes messages until it has as many as wanted and the queue is empty, or until nothing comes for
// as long as patience.
func (q *Queue) Drain(ctx context.Context, want int, patience time.Duration) ([]Received, error) {
	var got []Received
	for last := time.Now(); ; {
		wait := q.Timing.Poll
		if len(got) < want {
			wait = max(wait, 1)
		}
		messages, err := q.receive(ctx, wait, 60)
		if err != nil {
			return got, err
		}
		if len(messages) == 0 {
			if len(got) >= want || time.Since(last) > patience {
				return got, nil
			}
			continue
		}
		last = time.Now()
		for _, m := range messages {
			got = append(got, open(m))
		}
		if err := q.delete(ctx, messages); err != nil {
			return got, err
		}
	}
}

func (q *Queue) delete(ctx context.Context, messages []sqstypes.Message) error {
	in := &sqs.DeleteMessageBatchInput{QueueUrl: aws.String(q.URL)}
	for _, m := range messages {
		in.Entries = append(in.Entries, sqstypes.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
	}
	out, err := q.Clients.SQS.DeleteMessageBatch(ctx, in)
	if err != nil {
		return fmt.Errorf("delete from %s: %w", q.ID, err)
	}
	if len(out.Failed) > 0 {
		return fmt.Errorf("delete from %s: %s", q.ID, aws.ToString(out.Failed[0].Message))
	}
	return nil
}

// open returns a message without its SNS envelope, if it has one.
func open(m sqstypes.Message) Received {
	r := Received{Body: aws.ToString(m.Body), Group: m.Attributes["MessageGroupId"]}
	var envelope struct{ Type, TopicArn, Message string }
	if json.Unmarshal([]byte(r.Body), &envelope) == nil && envelope.Type == "Notification" && envelope.TopicArn != "" {
		r.Body, r.Envelope = envelope.Message, true
	}
	return r
}

// Exhaust receives a message again and again without deleting it, until the queue returns nothing more, and returns how
// often it received a message. It waits for the first one as long as the queue's timing says.
func (q *Queue) Exhaust(ctx context.Context, limit int) (int, error) {
	n := 0
	for start := time.Now(); n < limit; {
		messages, err := q.receive(ctx, q.Timing.Poll, 0)
		if err != nil {
			return n, err
		}
		if len(messages) == 0 {
			if n == 0 && q.Timing.Poll > 0 && time.Since(start) < q.Timing.Arrival {
				continue
			}
			return n, nil
		}
		n += len(messages)
		if err := q.giveBack(ctx, messages); err != nil {
			return n, err
		}
	}
	return n, nil
}

// giveBack makes messages visible again at once. ReceiveMessage cannot ask for that, because the SDK takes 0 seconds
// for an unset value.
func (q *Queue) giveBack(ctx context.Context, messages []sqstypes.Message) error {
	for _, m := range messages {
		_, err := q.Clients.SQS.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
			QueueUrl: aws.String(q.URL), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0,
		})
		if err != nil {
			return fmt.Errorf("give back to %s: %w", q.ID, err)
		}
	}
	return nil
}
