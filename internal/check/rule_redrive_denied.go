package check

import (
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleRedriveDenied = &Rule{
	ID: "redrive-denied", Severity: Error,
	Documentation: Documentation{
		Title: "a redrive of a dead-letter queue is denied",
		Text: `Who moves messages of a dead-letter queue back (StartMessageMoveTask) needs permissions on both queues, and on the keys of both: to decrypt
with the key that the messages are under, and to encrypt for the destination.

Add the statements that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html",
		},
	},
	check: redriveDenied,
}

func redriveDenied(s *subject, r *Rule) []Finding {
	d := denial{kinds: []policygen.HopKind{policygen.Redrive}, cause: []Cause{ByResource, ByIdentity, ByBoundary}}
	return s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.CallerElement.ID + " is not allowed " + actions(calls) + ": " + lost(h)
	}, atCaller)
}
