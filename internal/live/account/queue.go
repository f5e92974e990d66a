package account

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/hopgrant/hopgrant/internal/live"
)

// A queue is what reading evidence needs to know of a queue that was read.
type queue struct {
	name       string
	deadLetter string // the ARN of its dead-letter queue
}

// listQueues lists the queues of the Region.
func (g *regional) listQueues(ctx context.Context, how manner) {
	g.visitURLs(how, g.queueURLs(ctx, "", func(token *string) (page[string], error) {
		out, err := g.sqs.ListQueues(ctx, &sqs.ListQueuesInput{NextToken: token, MaxResults: aws.Int32(1000)})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.QueueUrls, out.NextToken}, nil
	}))
}

func (g *regional) queueURLs(ctx context.Context, id string, ask func(*string) (page[string], error)) []string {
	urls, _ := list(ctx, g.scope, id, ask)
	return urls
}

func (g *regional) visitURLs(how manner, urls []string) {
	for _, url := range urls {
		arn := queueAt(url, g.partition, g.scope.region)
		g.work.Lock()
		g.urls[arn] = url
		g.work.Unlock()
		g.add(visit{arn, how})
	}
}

// readQueue reads a queue's attributes, and by name also what sends to it: subscriptions, and queues of which it is the
// dead-letter queue.
//
// [GetQueueAttributes], [AWS::SQS::Queue], [AWS::SQS::QueuePolicy]
//
// [GetQueueAttributes]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
// [AWS::SQS::Queue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
// [AWS::SQS::QueuePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
func (g *regional) readQueue(ctx context.Context, v visit) {
	if r, ok := g.reuse("AWS::SQS::Queue", v.arn); ok && v.how != byKey {
		g.reuseQueue(ctx, v, r)
		return
	}
	a, url, ok := g.queueAttributes(ctx, v.arn)
	if !ok || v.how == byKey && !g.hasKey(a["KmsMasterKeyId"]) {
		return
	}
	const operation = "sqs:GetQueueAttributes"
	if policy := g.document(operation, v.arn, "Policy", a["Policy"]); policy != nil {
		g.put("AWS::SQS::QueuePolicy", v.arn, properties{"Queues": []string{url}, "PolicyDocument": policy}, map[string]string{"QueueArn": v.arn})
	}
	p := properties{
		"QueueName":                     nameIn(v.arn),
		"FifoQueue":                     boolean(a["FifoQueue"]),
		"ContentBasedDeduplication":     boolean(a["ContentBasedDeduplication"]),
		"DeduplicationScope":            a["DeduplicationScope"],
		"FifoThroughputLimit":           a["FifoThroughputLimit"],
		"KmsMasterKeyId":                a["KmsMasterKeyId"],
		"KmsDataKeyReusePeriodSeconds":  number(a["KmsDataKeyReusePeriodSeconds"]),
		"MessageRetentionPeriod":        number(a["MessageRetentionPeriod"]),
		"VisibilityTimeout":             number(a["VisibilityTimeout"]),
		"DelaySeconds":                  number(a["DelaySeconds"]),
		"MaximumMessageSize":            number(a["MaximumMessageSize"]),
		"ReceiveMessageWaitTimeSeconds": number(a["ReceiveMessageWaitTimeSeconds"]),
		"RedrivePolicy":                 g.document(operation, v.arn, "RedrivePolicy", a["RedrivePolicy"]),
		"RedriveAllowPolicy":            g.document(operation, v.arn, "RedriveAllowPolicy", a["RedriveAllowPolicy"]),
	}
	// A queue has one kind of encryption, so that one with a key has no SSE-SQS, whatever an emulator answers.
	if a["KmsMasterKeyId"] == "" {
		p["SqsManagedSseEnabled"] = boolean(a["SqsManagedSseEnabled"])
	}
	g.put("AWS::SQS::Queue", v.arn, p, map[string]string{"QueueUrl": url})
	g.haveQueue(ctx, v, queue{name: nameIn(v.arn), deadLetter: deadLetterTarget(a["RedrivePolicy"])}, a["KmsMasterKeyId"], url)
	g.sawDepth(v.arn, a)
}

// queueAttributes asks for the attributes of a queue, and for its URL if no listing had it.
func (g *regional) queueAttributes(ctx context.Context, arn string) (attributes map[string]string, url string, ok bool) {
	g.work.Lock()
	url = g.urls[arn]
	g.work.Unlock()
	if url == "" {
		out, err := g.sqs.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(nameIn(arn)), QueueOwnerAWSAccountId: &g.account})
		if err != nil {
			g.notRead(ctx, arn, err)
			return nil, "", false
		}
		url = str(out.QueueUrl)
	}
	out, err := g.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil {
		g.notRead(ctx, arn, err)
		return nil, "", false
	}
	return out.Attributes, url, true
}

// notRead records that a topic, queue or key could not be read, or that it is not there.
func (s *scope) notRead(ctx context.Context, arn string, err error) {
	s.failed(ctx, arn, err)
	if gone(err) {
		s.absent(arn)
	}
}

// haveQueue notes a queue that was read, and what it names.
func (g *regional) haveQueue(ctx context.Context, v visit, q queue, key, url string) {
	if key != "" {
		g.want(key)
	}
	g.reader.refer(q.deadLetter)
	g.work.Lock()
	g.queues[v.arn] = q
	subscriptions := g.subscribed[v.arn]
	g.work.Unlock()
	if v.how == alone || g.whole {
		return
	}
	for _, s := range subscriptions {
		g.readSubscription(ctx, s)
		g.reader.refer(str(s.TopicArn))
	}
	g.visitURLs(alone, g.queueURLs(ctx, v.arn, func(token *string) (page[string], error) {
		out, err := g.sqs.ListDeadLetterSourceQueues(ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &url, NextToken: token})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.QueueUrls, out.NextToken}, nil
	}))
}

// reuseQueue goes on from a queue that an earlier reading has, as if it had just been read.
func (g *regional) reuseQueue(ctx context.Context, v visit, r live.Resource) {
	var p struct {
		QueueName, KmsMasterKeyId string
		RedrivePolicy             json.RawMessage
	}
	if json.Unmarshal(r.Properties, &p) != nil {
		return
	}
	g.haveQueue(ctx, v, queue{name: p.QueueName, deadLetter: deadLetterTarget(string(p.RedrivePolicy))}, p.KmsMasterKeyId, r.Attributes["QueueUrl"])
}

// number returns a whole number, or nil if the attribute is not set.
func number(s string) any {
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil
	}
	return n
}

// sawDepth notes how many messages a queue holds. Which queues are dead-letter queues is known only when all were read.
func (g *regional) sawDepth(arn string, a map[string]string) {
	n, err := strconv.ParseFloat(a["ApproximateNumberOfMessages"], 64)
	if err != nil || n == 0 {
		return
	}
	now := time.Now().UTC()
	g.saw(live.Evidence{Resource: arn, Source: "SQS ApproximateNumberOfMessages", From: now, To: now, Value: n})
}
