package check

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleKeyPolicySNS = &Rule{
	ID: "key-policy-sns", Severity: Error,
	Documentation: Documentation{
		Title: "the key policy does not admit SNS",
		Text: `SNS delivers to an encrypted queue in its own name, so the policy of the queue's customer managed
key must allow its service principal to generate data keys and to decrypt. The statement for the
account does not help, because a service has no identity policies. Without the grant SNS drops every
message, and the publisher is not told.

Add the statement that the finding shows. Its aws:SourceArn limits it to the topic.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
	},
	check: byKeyPolicy(nil, delivers).report(func(h *Hop, calls []*Call) string {
		return "the policy of key " + keyName(h, calls) + " does not let " + calls[0].Caller.String() + " use it for topic " + h.From.Label() +
			" (" + actions(calls) + "): " + lost(h)
	}, atResource),
}

var ruleKeyPolicyService = &Rule{
	ID: "key-policy-service", Severity: Error,
	Documentation: Documentation{
		Title: "the key policy does not admit the AWS service that publishes or sends",
		Text: `An AWS service such as EventBridge, S3 or CloudWatch uses the customer managed key of a topic or
queue in its own name, so the key policy must allow its service principal to generate data keys and
to decrypt. The statement for the account does not help. Without the grant the message is lost, and
only a log or metric of the service shows it.

Add the statement that the finding shows. Services differ in the source conditions that they support:
EventBridge passes none to the key of a topic, and a condition there would lose every message.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
		},
	},
	check: byKeyPolicy(byService, nil).report(func(h *Hop, calls []*Call) string {
		return "the policy of key " + keyName(h, calls) + " does not let " + calls[0].Caller.String() + " use it (" + actions(calls) +
			"): " + lost(h)
	}, atResource),
}

var (
	ruleKeyPolicyConsumer = keyPolicyIAM("key-policy-consumer", "consumer", (*kind.Kind).Leaves,
		`Otherwise the consumer's kms:Decrypt has no effect: it receives nothing, and messages end in the
dead-letter queue or expire.`,
		"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html")
	ruleKeyPolicyProducer = keyPolicyIAM("key-policy-producer", "producer", entersQueue,
		"Otherwise SendMessage fails with an error from KMS.",
		"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html")
	ruleKeyPolicyPublisher = keyPolicyIAM("key-policy-publisher", "publisher", entersTopic,
		"Otherwise Publish fails with an error from KMS.",
		"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html")
)

// keyPolicyIAM returns the rule about a key policy that admits neither the IAM caller of hops of these kinds nor its account.
func keyPolicyIAM(id, caller string, kinds func(*kind.Kind) bool, otherwise, guide string) *Rule {
	return &Rule{
		ID: id, Severity: Error,
		Documentation: Documentation{
			Title: "the key policy does not admit the " + caller,
			Text: `A key policy decides first. Identity policies count only if the key policy has a statement that
allows the action to the account, that is, to its root principal; and a caller from another account
needs the key policy to admit it or its account as well.
` + otherwise + `

Add the account's statement to the key policy, or the statement that the finding shows, which names
the ` + caller + `.`,
			AWS: []string{"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html", guide},
		},
		check: byKeyPolicy(byIAM, kinds).report(func(h *Hop, calls []*Call) string {
			if h.CallerElement.Linked {
				return "the policy of key " + keyName(h, calls) + " does not admit " + h.CallerElement.Label() + ", a service-linked role, which no other policy can let use it (" +
					actions(calls) + "): " + lost(h)
			}
			return "the policy of key " + keyName(h, calls) + " neither admits " + h.CallerElement.Label() + " nor lets its account do so (" +
				actions(calls) + "): " + lost(h)
		}, atResource),
	}
}

// byKeyPolicy is a denial of hops of these kinds because the key's policy does not admit the caller.
func byKeyPolicy(caller func(*Hop) bool, kinds func(*kind.Kind) bool) denial {
	return denial{kinds: kinds, on: []policygen.Target{policygen.OnKey}, cause: []Cause{ByResource}, caller: caller}
}
