package emulator

import (
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// hookCalls are the calls of a delivery in the form that the emulator's delivery hook reads. They come from the table
// of hops, so that the hook itself knows no actions. The hook replaces Topic and Queue with its own.
type hookCalls struct {
	Topic     string     `json:"topic"`
	Queue     string     `json:"queue"`
	Account   string     `json:"account"` // of both
	Region    string     `json:"region"`  // of both
	Principal string     `json:"principal"`
	Calls     []hookCall `json:"calls"`
	// AWSManagedKeyPolicy is the policy of alias/aws/sqs, which no API returns.
	AWSManagedKeyPolicy policygen.Document `json:"awsManagedKeyPolicy"`
}

type hookCall struct {
	On      policygen.Target    `json:"on"` // queue or key
	Action  string              `json:"action"`
	Context map[string][]string `json:"context"`
}

func DeliveryCalls() hookCalls {
	c := hookCalls{Account: "111122223333", Region: "xx-hook-1"}
	c.Topic = "arn:aws:sns:" + c.Region + ":" + c.Account + ":hook-topic"
	c.Queue = "arn:aws:sqs:" + c.Region + ":" + c.Account + ":hook-queue"
	hop := policygen.Hop{
		Kind:  kind.Deliver,
		Topic: policygen.Topic{ARN: policygen.TopicARN(c.Topic)},
		Queue: policygen.Queue{ARN: policygen.QueueARN(c.Queue), Key: policygen.KeyARN("arn:aws:kms:" + c.Region + ":" + c.Account + ":key/hook-key")},
	}
	for _, call := range hop.Calls() {
		c.Principal = call.Caller.String()
		context := map[string][]string{}
		for key, values := range call.Context {
			context[key] = append([]string{}, values...) // a key without values is written as an empty list
		}
		c.Calls = append(c.Calls, hookCall{On: call.On, Action: call.Action, Context: context})
	}
	c.AWSManagedKeyPolicy = eval.AWSManagedKeyPolicy("sqs", c.Account, c.Region)
	return c
}

// ARNName returns the last part of an ARN: the name of a topic or queue.
func ARNName(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
