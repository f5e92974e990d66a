package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleConsumerDecrypt = &Rule{
	ID: "consumer-decrypt", Severity: Error,
	Documentation: Documentation{
		Title: "the consumer may not decrypt",
		Text: `Who receives from a queue with a customer managed key needs kms:Decrypt on it, beside the permissions on the queue. Under an AWS managed
key nobody had to grant that, which is why consumers fail after a move to a customer managed key: ReceiveMessage is denied, a Lambda
function is simply not invoked.

Add the statement that the finding shows to the consumer's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
		},
	},
	check: consumerDecrypt,
}

func consumerDecrypt(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Receive}, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByIdentity, ByBoundary}}
	d.resource = ownKey
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.To.ID + " may not decrypt with key " + keyName(h, calls) + " of queue " + h.From.ID + " (" + actions(calls) + "): " + lost(h)
	}, atCaller)
}

// ownKey reports whether the call is on the key of the hop's own queue, and not on that of a queue whose dead-letter queue
// it is.
func ownKey(h *Hop, c *Call) bool { return c.Resource == policygen.ARN(h.Queue.Key) }
