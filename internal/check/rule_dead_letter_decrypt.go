package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleDeadLetterDecrypt = &Rule{
	ID: "dead-letter-decrypt", Severity: Error,
	Documentation: Documentation{
		Title: "the reader of a dead-letter queue may not decrypt with the source queue's key",
		Text: `When SQS moves a message to a dead-letter queue it does not encrypt it anew: the message stays encrypted with the key of the queue it came
from, even if the dead-letter queue has another key or none. Who reads the dead-letter queue needs kms:Decrypt on the source queue's key.

Add the statement that the finding shows to the reader's identity policy, or to the policy of the source queue's key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
		},
	},
	check: deadLetterDecrypt,
}

func deadLetterDecrypt(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Receive}, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByIdentity, ByBoundary}}
	d.resource = func(h *Hop, c *Call) bool { return !ownKey(h, c) }
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.To.ID + " reads dead-letter queue " + h.From.ID + " and may not decrypt with key " + keyName(h, calls) +
			" of the queue that its messages come from (" + actions(calls) + "): it cannot receive them"
	}, atCaller)
}
