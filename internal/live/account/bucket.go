package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// readBuckets reads the notifications of the Region's buckets.
//
// [ListBuckets], [GetBucketNotificationConfiguration], [AWS::S3::Bucket]
//
// [ListBuckets]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
// [GetBucketNotificationConfiguration]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html
// [AWS::S3::Bucket]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
func (g *regional) readBuckets(ctx context.Context) {
	buckets, _ := list(ctx, g.scope, "", func(token *string) (page[types.Bucket], error) {
		out, err := g.s3.ListBuckets(ctx, &s3.ListBucketsInput{BucketRegion: &g.scope.region, ContinuationToken: token})
		if err != nil {
			return page[types.Bucket]{}, err
		}
		return page[types.Bucket]{out.Buckets, out.ContinuationToken}, nil
	})
	each(buckets, func(b types.Bucket) { g.readBucket(ctx, str(b.Name)) })
}

func (g *regional) readBucket(ctx context.Context, name string) {
	arn := "arn:" + g.partition + ":s3:::" + name
	out, err := g.s3.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &name, ExpectedBucketOwner: &g.account})
	if err != nil {
		g.failed(ctx, arn, err)
		return
	}
	var queues, topics []any
	for _, c := range out.QueueConfigurations {
		if g.anyRelevant(str(c.QueueArn)) {
			queues = append(queues, eventsTo("Queue", str(c.QueueArn), c.Events)...)
		}
	}
	for _, c := range out.TopicConfigurations {
		if g.anyRelevant(str(c.TopicArn)) {
			topics = append(topics, eventsTo("Topic", str(c.TopicArn), c.Events)...)
		}
	}
	if len(queues)+len(topics) > 0 {
		g.put("AWS::S3::Bucket", arn, properties{
			"BucketName": name, "NotificationConfiguration": properties{"QueueConfigurations": queues, "TopicConfigurations": topics},
		}, nil)
	}
}

// eventsTo returns a notification as CloudFormation has it: one for each event.
func eventsTo(property, arn string, events []types.Event) []any {
	var all []any
	for _, e := range events {
		all = append(all, properties{"Event": string(e), property: arn})
	}
	return all
}
