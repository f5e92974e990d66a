package policygen

import (
	"fmt"
	"testing"
)

// BenchmarkFanout generates every document of one topic with 100 queues, each with a consumer, a dead-letter queue and a
// customer managed key that all of them share.
func BenchmarkFanout(b *testing.B) {
	key := KeyARN("arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")
	f := Fanout{
		Topics:     []Topic{{ARN: "arn:aws:sns:us-east-2:123456789012:orders", Key: key}},
		Publishers: []Publisher{{Principal: RoleARN("arn:aws:iam::123456789012:role/shop")}},
	}
	for i := range 100 {
		f.Queues = append(f.Queues, Subscription{
			Queue:           Queue{ARN: QueueARN(fmt.Sprintf("arn:aws:sqs:us-east-2:123456789012:queue-%d", i)), Key: key},
			Consumers:       []Consumer{{Principal: RoleARN(fmt.Sprintf("arn:aws:iam::123456789012:role/consumer-%d", i))}},
			DeadLetterQueue: &Queue{ARN: QueueARN(fmt.Sprintf("arn:aws:sqs:us-east-2:123456789012:dead-%d", i))},
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		policies, err := Generate(Options{TLSOnly: true}, f)
		if err != nil || len(policies) != 1+100+1+100+1 {
			b.Fatal(len(policies), err)
		}
	}
}
