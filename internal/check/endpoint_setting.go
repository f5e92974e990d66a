package check

import "github.com/hopgrant/hopgrant/internal/topology"

var ruleEndpointURL = &Rule{
	ID: "endpoint-url", Severity: Error,
	Documentation: Documentation{
		Title: "the URL of a queue where AWS takes its ARN",
		Text: `The endpoint of a subscription with the protocol sqs is the ARN of the queue, as are the target of a rule, bucket or schedule,
the source of an event source mapping or pipe, and deadLetterTargetArn. Ref of a queue gives its URL, which AWS refuses there.

Use Fn::GetAtt with Arn, or in Terraform the queue's arn.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
			"https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html",
			"https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-queueconfiguration.html",
		},
	},
	check: bySetting("endpoint-url", "use the queue's ARN", nameByARN),
}

// nameByARN names the queue by its ARN, where the file has a property for that.
func nameByARN(h *Hop) []Change {
	q := h.QueueElement
	if q.Foreign {
		return nil
	}
	arn := "${" + q.ID + ".Arn}"
	switch s := h.Subscription; {
	case s != nil && s.URL && q == s.Queue:
		return []Change{{&s.Element, "Endpoint", arn}}
	case s != nil && s.DeadLetterURL && q == s.DeadLetter:
		return []Change{{&s.Element, "RedrivePolicy.deadLetterTargetArn", arn}}
	case h.Moved && h.Sources[0].DeadLetter.URL:
		return []Change{{&h.Sources[0].Element, "RedrivePolicy.deadLetterTargetArn", arn}}
	case h.Consumer != nil && h.Consumer.URL:
		return []Change{{&h.Consumer.Element, "EventSourceArn", arn}}
	}
	return nil
}

func endpointURL(h *Hop) []setting {
	q := h.QueueElement
	x := setting{rule: "endpoint-url", verdict: Broken, at: h.By.At, anywhere: true}
	switch s := h.Subscription; {
	case s != nil && s.URL && q == s.Queue:
		x.why, x.at = "the endpoint of subscription "+h.By.Label(), s.Property("Endpoint")
	case s != nil && s.DeadLetterURL && q == s.DeadLetter:
		x.why, x.at = "deadLetterTargetArn of subscription "+h.By.Label(), s.Property("RedrivePolicy")
	case h.Moved && h.Sources[0].DeadLetter.URL:
		x.why, x.at = "deadLetterTargetArn of queue "+h.Sources[0].Label(), h.Sources[0].DeadLetter.At
	case h.Publisher != nil && h.Publisher.URL:
		x.why = "the target of " + h.By.Label()
	case h.Consumer != nil && h.Consumer.URL:
		x.why = "the source of " + h.By.Label()
	default:
		return nil
	}
	x.why += " is the URL of queue " + q.Label() + ", want its ARN"
	x.about = &q.Element
	return []setting{x}
}

var ruleEndpointARN = &Rule{
	ID: "endpoint-arn", Severity: Error,
	Documentation: Documentation{
		Title: "the ARN of a queue where AWS takes its URL",
		Text: `A queue policy names its queues by their URLs (Queues, in Terraform queue_url, as of redrive policies), and so do the calls of SQS's API: QueueUrl of an
IoT rule, of an API integration, of a state machine's task. SQS finds no queue by an ARN there: a policy cannot be deployed, and
a message is not sent.

Use Ref of the queue, or in Terraform its url or id.`,
		AWS: []string{
			"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
		},
		Unmended: "Queues is a list, of which other items may be right",
	},
	check: endpointARNs,
}

// endpointARNs reports publishers and redrive policies that name a queue by its ARN, and policies of queues that do, whether a hop
// needs them or not.
func endpointARNs(s *subject, r *Rule) []Finding {
	all := bySetting("endpoint-arn", "use the queue's URL", nil)(s, r)
	seen := map[*topology.Policy]bool{}
	for _, q := range s.Queues {
		if q.RedriveAllow != nil && q.RedriveAllow.ByARN != nil {
			f := s.finding(r, byARN("redrive allow policy", q.RedriveAllow.ByARN, q.ID), q.RedriveAllow.At, &q.Element, q.RedriveAllow.ByARN)
			f.Advice = "use the queue's URL"
			all = append(all, f)
		}
		for _, p := range q.Policies {
			if p.ByARN != "" && !seen[p] {
				seen[p] = true
				f := s.finding(r, policyByARN(p), p.At, &q.Element, &p.Element)
				f.Advice = "use the queue's URL"
				all = append(all, f)
			}
		}
	}
	return all
}

func policyByARN(p *topology.Policy) string { return byARN("queue policy", &p.Element, p.ByARN) }

func byARN(what string, policy *topology.Element, queue string) string {
	return what + " " + policy.Label() + " names queue " + queue + " by its ARN, want its URL: it cannot be deployed"
}

func endpointARN(h *Hop) []setting {
	if h.Publisher != nil && h.Publisher.ByARN {
		return []setting{{rule: "endpoint-arn", verdict: Broken, at: h.By.At, about: h.To,
			why: h.By.Label() + " names queue " + h.QueueElement.Label() + " by its ARN, want its URL"}}
	}
	if h.Moved && h.Sources[0].DeadLetter.ByARN != nil {
		d, source := h.Sources[0].DeadLetter, h.Sources[0]
		return []setting{{rule: "endpoint-arn", verdict: Broken, at: d.At, about: &source.Element, why: byARN("redrive policy", d.ByARN, source.ID)}}
	}
	for i := range h.Calls {
		d := &h.Calls[i].Documents
		for _, p := range d.Resource {
			if p.ByARN != "" {
				// The finding is that of the policy.
				return []setting{{rule: "queue-policy", verdict: Broken, at: p.At, about: d.Holder, why: policyByARN(p)}}
			}
		}
	}
	return nil
}
