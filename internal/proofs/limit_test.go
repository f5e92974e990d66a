package proofs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
	"pgregory.net/rapid"
)

// crowd returns the hops of a queue with a key that many topics, and callers of many accounts, use.
func crowd(topics, callers, nameLength int) []policygen.Hop {
	queue := policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111111111111:crowded", Key: "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
	var hops []policygen.Hop
	for i := range topics {
		arn := fmt.Sprintf("arn:aws:sns:us-east-1:111111111111:%s%d", strings.Repeat("t", nameLength), i)
		hops = append(hops, policygen.Hop{Kind: kind.Deliver, Topic: policygen.Topic{ARN: policygen.TopicARN(arn)}, Queue: queue})
	}
	for i := range callers {
		caller := policygen.RoleARN(fmt.Sprintf("arn:aws:iam::%012d:role/producer", 222222222222+i))
		hops = append(hops, policygen.Hop{Kind: kind.Send, Caller: caller, Queue: queue})
	}
	return hops
}

// TestLimits checks that documents are refused exactly if AWS would refuse them, and that the error says how many
// topics fit.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestLimits(t *testing.T) {
	most := map[policygen.Target]int{policygen.OnIdentity: 6144, policygen.OnTopic: 30 * 1024, policygen.OnQueue: 8192, policygen.OnKey: 32 * 1024}
	rapid.Check(t, func(t *rapid.T) {
		topics, callers := rapid.IntRange(0, 150).Draw(t, "topics"), rapid.IntRange(0, 60).Draw(t, "callers")
		length := rapid.IntRange(1, 200).Draw(t, "length of topic names")
		all, err := policygen.Generate(policygen.Options{}, policygen.Hops(crowd(topics, callers, length)))
		if err == nil {
			for _, a := range all {
				text, _ := a.Document.MarshalJSON()
				statements, principals := len(a.Document.Statements), 0
				for _, s := range a.Document.Statements {
					if s.Principal != nil {
						principals += len(s.Principal.AWS) + len(s.Principal.Service)
					}
				}
				if len(text) > most[a.On] || a.On == policygen.OnQueue && (statements > 20 || principals > 50) {
					t.Fatalf("%d bytes, %d statements, %d principals:\n%s", len(text), statements, principals, a.Document)
				}
			}
			return
		}
		var limit *policygen.LimitError
		if !errors.As(err, &limit) || limit.Value <= limit.Max {
			t.Fatalf("got %v", err)
		}
		if limit.Sources == 0 {
			return
		}
		if limit.Sources != topics || limit.Fit >= topics {
			t.Fatalf("%d topics: %v", topics, err)
		}
		// The document, and so its limit, is the same with as many topics as fit and with one more.
		if fits(limit, crowd(limit.Fit+1, callers, length)) {
			t.Fatalf("%d topics fit, and one more does: %v", limit.Fit, err)
		}
		if limit.Fit > 0 && !fits(limit, crowd(limit.Fit, callers, length)) {
			t.Fatalf("%d topics should fit: %v", limit.Fit, err)
		}
	})
}

// fits reports whether the document of an earlier error is within its limits for other hops.
func fits(before *policygen.LimitError, hops []policygen.Hop) bool {
	_, err := policygen.Generate(policygen.Options{}, policygen.Hops(hops))
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err == nil
	}
	for _, e := range joined.Unwrap() {
		var limit *policygen.LimitError
		if errors.As(e, &limit) && limit.Document.On == before.Document.On && limit.Document.Resource == before.Document.Resource {
			return false
		}
	}
	return true
}
