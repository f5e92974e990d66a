package check

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleAWSManagedKey = &Rule{
	ID: "aws-managed-key", Severity: Error,
	Documentation: Documentation{
		Title: "an AWS managed key where SNS, an AWS service or another account needs the key",
		Text: `Nobody can edit the policy of alias/aws/sqs or alias/aws/sns. It admits the IAM principals of its own
account and nobody else: not SNS when it delivers, not EventBridge, S3 or CloudWatch, not another
account. Publishing succeeds, and every message is lost.

For a queue, drop KmsMasterKeyId: SSE-SQS encrypts the queue, costs nothing and needs no grant. If a
customer managed key is required, use one and add the statement that the finding shows to its policy.
Consumers then need kms:Decrypt too. hopgrant check --fix --fix-key ID does all of that in the files, and adds
the key if it is not there.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
		},
	},
	check: awsManagedKey,
}

func awsManagedKey(s *subject, r *Rule) []Finding {
	d := denial{on: []policygen.Target{policygen.OnKey}, cause: []Cause{AWSManagedKey}}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		who := "sns.amazonaws.com"
		if h.CallerElement != nil {
			who = h.CallerElement.Principal.String()
		}
		holder := about(h)
		if h.Record().ToDeadLetters() {
			holder = target(h)
		}
		return holder + " is encrypted with the AWS managed key " + string(calls[0].Resource) + ", which never admits " + who +
			": " + lost(h)
	}, atKeyReference)
	for i := range findings {
		if findings[i].Hop.Record().Resource() == kind.Topic {
			findings[i].Advice = "use a customer managed key, or none"
		} else {
			findings[i].Advice = "drop the key (SSE-SQS then encrypts the queue, without a grant for anybody), or use a customer managed key"
			findings[i].Changes = toSSESQS(findings[i].Hop)
		}
	}
	return findings
}

// toSSESQS returns the changes that encrypt the hop's queues with SSE-SQS in place of an AWS managed key. SqsManagedSseEnabled is
// written, because no page says that a queue which is there changes when it has only lost its key.
func toSSESQS(h *Hop) []Change {
	var all []Change
	for _, q := range []*topology.Queue{h.QueueElement, h.DestinationElement} {
		if q == nil || q.Foreign || q.Key == nil || q.Key.Key.AWSManaged == "" {
			continue
		}
		all = append(all, Change{&q.Element, "SqsManagedSseEnabled", true})
		for _, property := range []string{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} {
			all = append(all, Change{Element: &q.Element, Property: property})
		}
	}
	return all
}

// Managed returns the queues and topics of the finding's hops that an AWS managed key encrypts.
func (f *Finding) Managed() []*topology.Element {
	var all []*topology.Element
	for _, h := range f.hops() {
		for _, q := range []*topology.Queue{h.QueueElement, h.DestinationElement} {
			if q != nil && q.Key != nil && q.Key.Key.AWSManaged != "" {
				all = appendNew(all, &q.Element)
			}
		}
		if t := h.TopicElement; t != nil && t.Key != nil && t.Key.Key.AWSManaged != "" && h.Record().Resource() == kind.Topic {
			all = appendNew(all, &t.Element)
		}
	}
	return all
}

// atKeyReference returns where the hop's topic or queue names its key.
func atKeyReference(h *Hop, calls []*Call) topology.Position {
	if h.Record().Resource() == kind.Topic {
		return h.TopicElement.Key.At
	}
	for _, q := range append([]*topology.Queue{h.QueueElement, h.DestinationElement}, h.Sources...) {
		if q != nil && q.Key != nil && q.Key.Key == keyOf(h, calls) && q.Key.At.Line > 0 {
			return q.Key.At
		}
	}
	return h.QueueElement.At
}
