package integ

import (
	"encoding/json"
	"strings"

	"github.com/hopgrant/hopgrant/policygen"
)

// hookCalls are the calls of a delivery as the emulator's delivery hook wants them: the hop table's, so that the hook knows
// no action itself.
type hookCalls struct {
	Principal           string   `json:"principal"`
	Queue               []string `json:"queue"`
	Key                 []string `json:"key"`
	AWSManagedKeyPolicy string   `json:"awsManagedKeyPolicy"` // of alias/aws/sqs in account 111122223333, Region REGION
}

func deliveryCalls() hookCalls {
	hop := policygen.Hop{
		Kind:  policygen.Deliver,
		Topic: policygen.Topic{ARN: "arn:aws:sns:us-east-1:111122223333:topic"},
		Queue: policygen.Queue{ARN: "arn:aws:sqs:us-east-1:111122223333:queue", Key: "arn:aws:kms:us-east-1:111122223333:key/1"},
	}
	var c hookCalls
	for _, call := range hop.Calls() {
		c.Principal = call.Caller.String()
		if call.On == policygen.OnQueue {
			c.Queue = append(c.Queue, call.Action)
		} else {
			c.Key = append(c.Key, call.Action)
		}
	}
	managed, err := json.Marshal(policygen.AWSManagedKeyPolicy("sqs", "111122223333", "us-east-1"))
	if err == nil {
		c.AWSManagedKeyPolicy = strings.ReplaceAll(string(managed), "us-east-1", "REGION")
	}
	return c
}

// arnName returns the last part of an ARN: a topic's or queue's name.
func arnName(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }
