package check

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleCallerPermission = &Rule{
	ID: "caller-permission", Severity: Error,
	Documentation: Documentation{
		Title: "the caller's identity policy does not allow the call",
		Text: `A role that is declared to publish, send or receive, such as the role of a pipe or of a Lambda
function with an event source mapping, needs the actions of its hop on the topic or queue itself.

Add the statement that the finding shows to the caller's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
		},
	},
	check: callerPermission,
}

func callerPermission(s *subject, r *Rule) []Finding {
	d := denial{kinds: byCaller,
		on: []policygen.Target{policygen.OnTopic, policygen.OnQueue}, cause: []Cause{ByIdentity, ByBoundary}, caller: byIAM}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		return h.CallerElement.Label() + " is not allowed " + actions(calls) + " on " + about(h) + ": " + lost(h)
	}, atCaller)
	for i := range findings {
		// A policy that allows a part of an inferred hop may mean just that part.
		if findings[i].Hop.Inferred != "" {
			findings[i].Severity = Warning
		}
	}
	return findings
}

var ruleCallerKeyAccess = &Rule{
	ID: "caller-key-access", Severity: Error,
	Documentation: Documentation{
		Title: "the producer or publisher may not use the key",
		Text: `A producer or publisher needs kms:GenerateDataKey and kms:Decrypt on the customer managed key of the
queue or topic, beside sqs:SendMessage or sns:Publish. Under an AWS managed key nobody had to grant
that. Without the grant SendMessage and Publish fail, perhaps only when a data key expires that SQS or
SNS has cached for up to a day.

Add the statement that the finding shows to the caller's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
		},
		Basis: "the SQS guide's page on key management says that a producer needs kms:Decrypt, its document history that it does not. A finding about kms:Decrypt alone is a warning.",
	},
	check: byCallersPolicy(byIAM, nil, (*kind.Kind).Enters).report(func(h *Hop, calls []*Call) string {
		return h.From.Label() + " may not use key " + keyName(h, calls) + " of " + target(h) + " (" + actions(calls) + "): " + lost(h)
	}, atCaller),
}

var ruleConsumerDecrypt = &Rule{
	ID: "consumer-decrypt", Severity: Error,
	Documentation: Documentation{
		Title: "the consumer may not decrypt",
		Text: `The consumer of a queue with a customer managed key needs kms:Decrypt on the key, beside its
permissions on the queue. Under an AWS managed key nobody had to grant that, which is why consumers
fail after a move to a customer managed key: ReceiveMessage is denied, and a Lambda function is simply
not invoked.

Add the statement that the finding shows to the consumer's identity policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
		},
	},
	check: byCallersPolicy(nil, ownKey, (*kind.Kind).Leaves).report(func(h *Hop, calls []*Call) string {
		return h.To.Label() + " may not decrypt with key " + keyName(h, calls) + " of queue " + h.From.Label() + " (" + actions(calls) + "): " + lost(h)
	}, atCaller),
}

// ownKey reports whether the call uses the key of the hop's own queue, rather than the key of a queue that it serves as
// dead-letter queue.
func ownKey(h *Hop, c *Call) bool { return c.Resource == policygen.ARN(h.Queue.Key) }

func otherKey(h *Hop, c *Call) bool { return !ownKey(h, c) }

var ruleDeadLetterDecrypt = &Rule{
	ID: "dead-letter-decrypt", Severity: Error,
	Documentation: Documentation{
		Title: "the reader of a dead-letter queue may not decrypt with the source queue's key",
		Text: `SQS does not encrypt a message anew when it moves it to a dead-letter queue: the message stays
encrypted with the key of the queue that it came from, even if the dead-letter queue has another key or
none. A reader of the dead-letter queue needs kms:Decrypt on the source queue's key.

Add the statement that the finding shows to the reader's identity policy, or to the policy of the source
queue's key.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
		},
	},
	check: byCallersPolicy(nil, otherKey, (*kind.Kind).Leaves).report(func(h *Hop, calls []*Call) string {
		return h.To.Label() + " reads dead-letter queue " + h.From.Label() + " and may not decrypt with key " + keyName(h, calls) +
			" of the queue that its messages come from (" + actions(calls) + "): it cannot receive them"
	}, atCaller),
}

// byCallersPolicy is a denial of the key in hops of these kinds because the caller's own policies do not allow its use.
func byCallersPolicy(caller func(*Hop) bool, resource func(*Hop, *Call) bool, kinds func(*kind.Kind) bool) denial {
	return denial{kinds: kinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByIdentity, ByBoundary}, caller: caller, resource: resource}
}

var ruleRedriveDenied = &Rule{
	ID: "redrive-denied", Severity: Error,
	Documentation: Documentation{
		Title: "a redrive of a dead-letter queue is denied",
		Text: `Moving the messages of a dead-letter queue back (StartMessageMoveTask) takes permissions on both queues
and on the keys of both: to decrypt with the key that encrypts the messages, and to encrypt for the
destination.

Add the statements that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html",
		},
	},
	check: denial{kinds: (*kind.Kind).Moves, cause: []Cause{ByResource, ByIdentity, ByBoundary}}.report(
		func(h *Hop, calls []*Call) string {
			return h.CallerElement.Label() + " is not allowed " + actions(calls) + ": " + lost(h)
		}, atCaller),
}
