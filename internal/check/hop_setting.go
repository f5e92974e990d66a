package check

import (
	"cmp"
	"slices"

	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// A setting is something set on a part of a hop under which the hop does not work, or may not, whatever the policies say.
type setting struct {
	rule    string // its id; "undecided" if only the verdict shows it
	verdict Verdict
	why     string
	at      topology.Position
	about   *topology.Element
	// anywhere says that AWS refuses it whatever account and Region what the hop connects is in.
	anywhere bool
}

// settings returns what is set wrong for the hop. Its calls are decided.
func settings(h *Hop) []setting {
	var all []setting
	for _, look := range []func(*Hop) []setting{missingEnd, subscriptionState, redriveRefused, deadLetterElsewhere, fifoForS3, fifoTarget, policyTooLate, subscriptionElsewhere, endpointURL, endpointARN, protocolRefused, duplicateSubscription, largeTopic, keyCannotEncrypt} {
		all = append(all, look(h)...)
	}
	return all
}

// bySetting returns the check of the rule with the id, which reports settings of hops, each once. The changes that mend one may be
// nil, where a person has to decide.
func bySetting(id, advice string, changes func(*Hop) []Change) func(*subject, *Rule) []Finding {
	return func(s *subject, r *Rule) []Finding {
		var all []Finding
		seen := map[setting]bool{}
		for i := range s.hops {
			h := &s.hops[i]
			for _, x := range h.settings {
				if x.rule != id || seen[x] {
					continue
				}
				seen[x] = true
				f := s.hopFinding(r, h, x.why, x.at)
				if x.verdict != Broken {
					f.Severity = Warning
				}
				f.Advice, f.Elements = advice, append(f.Elements, x.about)
				if changes != nil {
					f.Changes = changes(h)
				}
				all = append(all, f)
			}
		}
		return all
	}
}

var ruleRedriveRefused = &Rule{
	ID: "redrive-refused", Severity: Error,
	Documentation: Documentation{
		Title: "a dead-letter queue that does not admit its source queue",
		Text: `The RedriveAllowPolicy of the dead-letter queue says which queues may use it: with denyAll none may, and with
byQueue only those in sourceQueueArns, of which this queue is none.

Let it be byQueue, with the queue in sourceQueueArns, or drop the RedriveAllowPolicy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
		},
	},
	check: bySetting("redrive-refused", "let the dead-letter queue's RedriveAllowPolicy be byQueue, with the queue in sourceQueueArns, or drop it", admitAll),
}

// admitAll lets every queue have the hop's queue as its dead-letter queue, which is the default. Naming the queue, as byQueue does,
// would make a circle: the queue names its dead-letter queue too.
func admitAll(h *Hop) []Change {
	return []Change{{&h.QueueElement.Element, "RedriveAllowPolicy", map[string]string{"redrivePermission": "allowAll"}}}
}

func redriveRefused(h *Hop) []setting {
	if !h.Moved || h.QueueElement.RedriveAllow == nil {
		return nil
	}
	from, to := h.Sources[0], h.QueueElement
	refused := setting{rule: "redrive-refused", verdict: Broken, at: to.RedriveAllow.At, about: &to.Element}
	switch to.RedriveAllow.Admits(from, h.Distinct) {
	case text.Yes:
		return nil
	case text.Maybe:
		refused.rule, refused.verdict, refused.why = "undecided", Unknown, "whether the RedriveAllowPolicy of dead-letter queue "+to.Label()+" admits queue "+from.Label()+" is not known"
		for _, arn := range to.RedriveAllow.Sources {
			if where := topology.Elsewhere(arn, &from.Element, string(from.ARN)); where != "" && text.Equal(arn, string(from.ARN)) == text.Maybe {
				refused.why += ": " + where
				break
			}
		}
	default:
		refused.why = "the RedriveAllowPolicy of dead-letter queue " + to.Label() + " does not admit queue " + from.Label() + " (" + to.RedriveAllow.Permission + ")"
	}
	return []setting{refused}
}

var ruleDeadLetterElsewhere = &Rule{
	ID: "dead-letter-elsewhere", Severity: Error,
	Documentation: Documentation{
		Title: "a dead-letter queue in another account or Region",
		Text: `The dead-letter queue of a subscription must be in the Region of the subscription, which is the topic's.
SQS may refuse a dead-letter queue of another account or Region than that of its source queue, or move nothing
there; such a hop is never shown as ok.

Use a dead-letter queue beside the source.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
			"https://docs.aws.amazon.com/sdk-for-java/v1/developer-guide/examples-sqs-dead-letter-queues.html",
		},
		Basis:    "of a queue's dead-letter queue, the SQS guide calls one account and Region a best practice, and the examples say that they must be the same.",
		Unmended: "a queue beside the source has to be made or chosen",
	},
	check: bySetting("dead-letter-elsewhere", "use a dead-letter queue of the same account and Region", nil),
}

func deadLetterElsewhere(h *Hop) []setting {
	if !h.Record().ToDeadLetters() {
		return nil
	}
	from, to := policygen.ARN(h.Topic.ARN), policygen.ARN(h.Queue.ARN)
	x := setting{rule: "dead-letter-elsewhere", verdict: Unknown, at: h.By.At, about: h.To}
	if !h.Moved {
		if a, b := from.Region(), to.Region(); a != "" && b != "" && a != b {
			x.verdict, x.why = Broken, "dead-letter queue "+h.To.Label()+" is of Region "+b+", and the subscription of "+a+", that of topic "+h.From.Label()
			return []setting{x}
		}
		return nil
	}
	a, known := text.SplitARN(string(h.Sources[0].ARN))
	b, ok := text.SplitARN(string(to))
	x.at = h.Sources[0].DeadLetter.At
	if !known || !ok {
		x.rule, x.why = "undecided", "dead-letter queue "+h.To.Label()+" is only referred to: whether its account, Region and type are those of "+h.From.Label()+" is not known"
		return []setting{x}
	}
	for _, p := range []struct {
		name string
		at   int
	}{{"Region", 3}, {"account", 4}} {
		switch mine, its := a[p.at], b[p.at]; {
		case mine == its:
			continue
		case text.Unresolved(mine) || text.Unresolved(its):
			x.rule, x.why = "undecided", "dead-letter queue "+h.To.Label()+" is of "+p.name+" "+its+", and whether that is the "+p.name+" of "+h.From.Label()+" is not known"
		default:
			x.why = "dead-letter queue " + h.To.Label() + " is of " + p.name + " " + its + " and queue " + h.From.Label() + " of " + mine + ", and AWS's pages differ on whether that works"
		}
		return []setting{x}
	}
	return nil
}

var ruleBucketToFIFO = &Rule{
	ID: "bucket-to-fifo", Severity: Error,
	Documentation: Documentation{
		Title: "S3 notifies a FIFO queue or topic",
		Text: `S3 cannot send event notifications to FIFO queues and FIFO topics, and refuses the configuration.

Use a standard queue or topic, or EventBridge, whose rules do send to FIFO queues.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html",
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-queueconfiguration.html",
		},
		Unmended: "another queue or topic has to take the notifications",
	},
	check: bySetting("bucket-to-fifo", "use a standard queue or topic", nil),
}

func fifoForS3(h *Hop) []setting {
	if h.CallerElement == nil || !h.Record().Enters() {
		return nil
	}
	principal, _ := h.CallerElement.Principal.(policygen.ServicePrincipal)
	if s, _ := service.LookUp(principal); !s.StandardOnly {
		return nil
	}
	if h.toFIFO() != text.Yes {
		return nil
	}
	return []setting{{rule: "bucket-to-fifo", verdict: Broken, why: "S3 cannot notify " + target(h) + ", which is FIFO", at: h.By.At, about: h.To}}
}

// toFIFO tells whether the topic or queue that a caller publishes or sends to is FIFO.
func (h *Hop) toFIFO() text.Truth {
	switch {
	case !h.Record().Enters():
		return text.No
	case h.QueueElement != nil:
		return h.QueueElement.FIFO
	case h.TopicElement != nil:
		return h.TopicElement.FIFO
	}
	return text.Maybe
}

var rulePolicyTooLate = &Rule{
	ID: "policy-too-late", Severity: Error,
	Documentation: Documentation{
		Title: "a bucket is made before the policy that admits S3",
		Text: `S3 tests at once whether it may notify a queue or topic, and a stack whose bucket is made before the policy cannot be
created. Updating a stack whose policy is there already may pass.

Let the bucket depend on the policy (DependsOn). Where the policy refers to the bucket, that would be a circle:
name the bucket, and compose its ARN of the name, or limit the statement by aws:SourceAccount alone. In Terraform, let
the aws_s3_bucket_notification depend on the policy (depends_on). If nothing says which of them comes first, it is a
warning.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html",
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html",
		},
		Unmended: "the order needs another name or another reference, which is for a person to choose",
	},
	check: bySetting("policy-too-late", "let the bucket depend on the policy (DependsOn), which then must not refer to the bucket; in Terraform, let the notification depend on it (depends_on)", nil),
}

func policyTooLate(h *Hop) []setting {
	if h.Publisher == nil || len(h.Publisher.Late) == 0 || len(h.Calls) == 0 || h.Calls[0].Outcome != eval.Allowed {
		return nil
	}
	policy := h.Publisher.Late[0]
	x := setting{rule: "policy-too-late", verdict: Broken, at: h.By.At, about: &policy.Element,
		why: h.By.Label() + " is made before " + policy.Label() + ", which refers to it and which lets S3 in: creating the stack fails, since S3 tests that at once"}
	if !h.Publisher.LateForSure {
		x.verdict, x.why = Unknown, h.By.Label()+" does not depend on "+policy.Label()+", which lets S3 in: if it is made first, the deployment fails, since S3 tests that at once"
	}
	return []setting{x}
}

var ruleKeyCannotEncrypt = &Rule{
	ID: "key-cannot-encrypt", Severity: Error,
	Documentation: Documentation{
		Title: "a key that SQS and SNS cannot use",
		Text: `SQS and SNS ask KMS for data keys, which only symmetric encryption keys give. They cannot use asymmetric keys, HMAC
keys and keys for signatures. Nor can they use a key whose policy KMS refuses, as it does one that names a principal of
another partition.

Use a key with the KeySpec SYMMETRIC_DEFAULT and the KeyUsage ENCRYPT_DECRYPT, the defaults, and name principals of its
partition.`,
		AWS: []string{
			"https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
			"https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-compare.html",
			"https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
		},
		Unmended: "another key has to be made or chosen",
	},
	check: bySetting("key-cannot-encrypt", "use a symmetric encryption key with a policy that KMS takes", nil),
}

func keyCannotEncrypt(h *Hop) []setting {
	var all []setting
	for i := range h.Calls {
		c := &h.Calls[i]
		if c.On != policygen.OnKey {
			continue
		}
		k := h.KeyElement(c.Resource)
		if k == nil {
			continue
		}
		cannot := cmp.Or(k.Cannot, k.Refused())
		if cannot == "" && k.May == "" {
			continue
		}
		x := setting{rule: "key-cannot-encrypt", verdict: Broken, why: "key " + k.Label() + " cannot encrypt what SQS and SNS keep: " + cannot, at: k.At, about: &k.Element}
		if cannot == "" {
			x.rule, x.verdict, x.why = "undecided", Unknown, "whether key "+k.Label()+" can be used is not known: "+k.May
		}
		if !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}
