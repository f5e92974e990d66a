package policygen

import (
	"errors"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
)

func TestCoveredGrantsAreLeftOut(t *testing.T) {
	key := KeyARN("arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	bucket := ARN("arn:aws:s3:::amzn-s3-demo-bucket")
	topic := Topic{ARN: "arn:aws:sns:us-east-2:111122223333:uploads", Key: key}
	queue := Queue{ARN: "arn:aws:sqs:us-east-2:111122223333:uploads", Key: key}
	d, _ := generate(t, Options{}, Producer{Principal: ServicePrincipal("s3.amazonaws.com"), Queues: []Queue{queue}, Source: bucket, SourceAccount: "111122223333"},
		Publisher{Principal: ServicePrincipal("s3.amazonaws.com"), Topics: []Topic{topic}, Source: bucket, SourceAccount: "111122223333"}).Of(ARN(key))
	// AWS does not document that S3 passes its source to KMS for the topic, so a statement without conditions is needed. A
	// second one for the queue would allow nothing more.
	if len(d.Statements) != 2 || d.Statements[1].Condition != nil || len(d.Statements[1].Action) != 2 {
		t.Errorf("got\n%s\nwant the account's statement and one for S3", d)
	}
}

func TestSourceAccountThatTheServiceDoesNotPass(t *testing.T) {
	h := Hop{Kind: kind.Send, Caller: ServicePrincipal("events.amazonaws.com"), Queue: Queue{ARN: "arn:aws:sqs:us-east-2:111122223333:orders"}, SourceAccount: "111122223333"}
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html shows aws:SourceArn only.
	if err := h.Check(); !errors.Is(err, ErrCaller) {
		t.Errorf("got %v, want an error: nothing would keep other accounts' rules out", err)
	}
	h.Source = "arn:aws:events:*:111122223333:rule/*"
	if err := h.Check(); err != nil {
		t.Error(err)
	}
}
