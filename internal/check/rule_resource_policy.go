package check

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

var ruleQueuePolicy = &Rule{
	ID: "queue-policy", Severity: Error,
	Documentation: Documentation{
		Title: "the queue policy does not admit who sends or receives",
		Text: `SNS, AWS services and principals of other accounts reach a queue only if the queue's policy admits
them. Without it SNS drops what it should deliver, and tells nobody unless failed deliveries are logged.

Add the statement that the finding shows to the queue's policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html",
		},
	},
	check: denial{kinds: func(k *kind.Kind) bool { return !k.Moves() && !toDeadLetters(k) }, on: []policygen.Target{policygen.OnQueue},
		cause: []Cause{ByResource}}.report(func(h *Hop, calls []*Call) string {
		who := "topic " + h.From.Label() + " (" + calls[0].Caller.String() + ")"
		if h.CallerElement != nil {
			who = sender(h)
		}
		queue := h.QueueElement
		if len(queue.Policies) == 0 {
			return "queue " + queue.Label() + " has no policy that lets " + who + " in (" + actions(calls) + "): " + lost(h)
		}
		return "the policy of queue " + queue.Label() + " does not let " + who + " in (" + actions(calls) + "): " + lost(h)
	}, atResource),
}

var ruleTopicPolicy = &Rule{
	ID: "topic-policy", Severity: Error,
	Documentation: Documentation{
		Title: "the topic policy does not admit the publisher",
		Text: `AWS services and principals of other accounts may publish only if the topic's policy admits them. A
topic without a policy of its own admits its account, and the few services that pass AWS:SourceOwner,
such as CloudWatch alarms. Once the topic gets a policy, that policy must admit them too.

Add the statement that the finding shows to the topic's policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
		},
	},
	check: denial{on: []policygen.Target{policygen.OnTopic}, cause: []Cause{ByResource}}.report(
		func(h *Hop, calls []*Call) string {
			if len(h.TopicElement.Policies) == 0 {
				return "topic " + h.To.Label() + " has no policy that lets " + sender(h) + " publish: " + lost(h)
			}
			return "the policy of topic " + h.To.Label() + " does not let " + sender(h) + " publish: " + lost(h)
		}, atResource),
}

var ruleSubscriptionDeadLetter = &Rule{
	ID: "subscription-dead-letter", Severity: Error,
	Documentation: Documentation{
		Title: "the dead-letter queue of a subscription cannot be reached",
		Text: `SNS itself sends what it could not deliver to a subscription's dead-letter queue. It needs there what it
needs for a delivery: the queue policy must admit it, and so must the key policy if the queue has a
customer managed key. Otherwise the dead-letter queue stays empty just when it is needed.

Add the statements that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html",
			"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
		},
	},
	check: denial{kinds: toDeadLetters, cause: []Cause{ByResource}}.report(func(h *Hop, calls []*Call) string {
		what := "queue " + h.To.Label()
		if calls[0].On == policygen.OnKey {
			what = "key " + keyName(h, calls)
		}
		return "the policy of " + what + " does not let " + calls[0].Caller.String() + " put dead letters of subscription " + h.By.Label() +
			" into queue " + h.To.Label() + " (" + actions(calls) + "): " + lost(h)
	}, atResource),
}

var ruleRegionalPrincipal = &Rule{
	ID: "regional-principal", Severity: Error,
	Documentation: Documentation{
		Title: "the wrong service principal of SNS for these Regions",
		Text: `Where the topic or the queue is in an opt-in Region and the other is in another Region, SNS does not
deliver as sns.amazonaws.com but as the service principal of one Region: the queue's Region if that is
the opt-in Region, otherwise the topic's. A policy that admits another principal admits nobody.

Add the statement that the finding shows.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html",
		},
		Basis: "the page speaks of the queue policy. That the key policy needs the same principal follows from it, but is not written there: such a finding is a warning.",
	},
	check: regionalPrincipal,
}

func regionalPrincipal(s *subject, r *Rule) []Finding {
	d := denial{cause: []Cause{WrongPrincipal}}
	findings := s.denied(r, d, func(h *Hop, calls []*Call) string {
		return "the policy of " + string(calls[0].On) + " " + calls[0].Documents.Holder.Label() + " admits a service principal other than " +
			calls[0].Caller.String() + ", which makes the call: " + lost(h)
	}, atResource)
	for i, f := range findings {
		// AWS's page does not speak of key policies.
		if calls := d.calls(f.Hop); calls[0].On == policygen.OnKey {
			findings[i].Severity = Warning
		}
	}
	return findings
}

var rulePolicyOverwritten = &Rule{
	ID: "policy-overwritten", Severity: Warning,
	Documentation: Documentation{
		Title: "several policies for one queue or topic",
		Text: `A queue or topic has one policy. If several AWS::SQS::QueuePolicy or AWS::SNS::TopicPolicy resources, or
several aws_sqs_queue_policy, name the same queue or topic, each of them sets that policy, and the one
that is deployed last overwrites the others. In the same way a policy for a queue or topic that is not in
the file replaces the policy that it has. SAM makes one without a word for an SqsSubscription with a
QueueArn; one that the file has itself is an info.

Put all statements into one policy.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
		},
		Unmended: "whether the policies are to become one is for a person to say",
	},
	check: policyOverwritten,
}

func policyOverwritten(s *subject, r *Rule) []Finding {
	var all []Finding
	check := func(what string, e *topology.Element, policies []*topology.Policy) {
		if e.Foreign && len(policies) == 1 {
			p := policies[0]
			f := s.finding(r, what+" "+e.Label()+" is not in this file, and "+p.Label()+" replaces the policy that it has", p.At, e, &p.Element)
			if p.Generated {
				f.Advice = "SAM makes " + p.Label() + "; subscribe the queue by an AWS::SNS::Subscription instead, and add the statement where its policy is"
			} else {
				f.Severity = Info
			}
			all = append(all, f)
		}
		if len(policies) < 2 {
			return
		}
		var names []string
		about := []*topology.Element{e}
		for _, p := range policies {
			names = append(names, p.Label())
			about = append(about, &p.Element)
		}
		message := what + " " + e.Label() + " gets " + list(names) + " as its policy, and one overwrites the others"
		all = append(all, s.finding(r, message, policies[len(policies)-1].At, about...))
	}
	for _, q := range s.Queues {
		check("queue", &q.Element, q.Policies)
	}
	for _, t := range s.Topics {
		check("topic", &t.Element, t.Policies)
	}
	return all
}
