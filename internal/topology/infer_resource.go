package topology

import (
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// inferFromQueuePolicy adds deliveries from topics whose subscription is elsewhere, services that send, and principals of
// other accounts.
func (f *finder) inferFromQueuePolicy(q *Queue, p *Policy, s *policygen.Statement, x *index) {
	if s.Effect != policygen.Allow || s.Principal == nil {
		return
	}
	found, why := uses(s.Action), "queue policy "+p.Title()
	sends := slices.Contains(found, use{kind.Send, false})
	for _, service := range s.Principal.Service {
		if !sends {
			break
		}
		switch {
		case service == "sns" || strings.HasPrefix(service, "sns."):
			f.inferDeliveries(q, p, s, x, why)
		case service == "sqs.amazonaws.com":
			// SQS moves messages to dead-letter queues by itself, and sends nothing as a service.
		default:
			f.inferService(kind.Send, service, s, q.named(), p, why)
		}
	}
	for _, c := range foreignCallers(s.Principal, policygen.ARN(q.ARN)) {
		for _, u := range found {
			f.inferUse(u, c, q.named(), &p.Element, why)
		}
	}
}

func (f *finder) inferFromTopicPolicy(t *Topic, p *Policy, s *policygen.Statement) {
	if s.Effect != policygen.Allow || s.Principal == nil || !slices.Contains(uses(s.Action), use{kind.Publish, false}) {
		return
	}
	why := "topic policy " + p.Title()
	for _, service := range s.Principal.Service {
		f.inferService(kind.Publish, service, s, t.named(), p, why)
	}
	for _, c := range foreignCallers(s.Principal, policygen.ARN(t.ARN)) {
		f.inferUse(use{kind.Publish, false}, c, t.named(), &p.Element, why)
	}
}

// inferDeliveries adds a delivery from each topic of others that the statement admits by aws:SourceArn.
func (f *finder) inferDeliveries(q *Queue, p *Policy, s *policygen.Statement, x *index, why string) {
	for _, arn := range sourceARNs(s) {
		if text.IsPattern(arn) {
			continue
		}
		t := x.topics[arn]
		if t == nil {
			if text.Known(arn, text.Service) != "sns" {
				continue
			}
			t = &Topic{Element: Element{ID: arn, Foreign: true, At: p.At}, ARN: policygen.TopicARN(arn)}
			if !text.Unresolved(arn) {
				t.FIFO = text.Of(strings.HasSuffix(arn, ".fifo"))
			}
			x.topics[arn] = t
			f.t.Topics = append(f.t.Topics, t)
		} else if !t.Foreign {
			continue // its subscriptions would be in the file
		}
		h := delivery(kind.Deliver, t, q, &p.Element)
		h.Inferred = why
		f.addInferred(h)
	}
}

func (f *finder) inferService(kind policygen.HopKind, service string, s *policygen.Statement, n named, p *Policy, why string) {
	c := Service(policygen.ServicePrincipal(service))
	h := f.hop(kind, c, n.topic, n.queue, &p.Element)
	h.Inferred = why
	if arns := sourceARNs(s); len(arns) > 0 {
		h.Source = policygen.ARN(arns[0])
	}
	if accounts := conditionValues(s, "aws:sourceaccount"); len(accounts) > 0 {
		h.SourceAccount = accounts[0]
	}
	f.addInferred(h)
}

// sourceARNs returns the values of aws:SourceArn in a statement's positive conditions.
func sourceARNs(s *policygen.Statement) []string { return conditionValues(s, "aws:sourcearn") }

func conditionValues(s *policygen.Statement, key string) []string {
	var values []string
	for op, keys := range s.Condition {
		if strings.Contains(op, "Not") || strings.EqualFold(op, "Null") {
			continue
		}
		for k, v := range keys {
			if strings.EqualFold(k, key) {
				values = append(values, v...)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// foreignCallers returns the principals of other accounts that a resource policy names one by one. Those of the resource's
// own account are found by their identity policies.
func foreignCallers(p *policygen.Principals, resource policygen.ARN) []*Caller {
	account := resource.Account()
	var all []*Caller
	for _, s := range p.AWS {
		who, err := policygen.ParsePrincipal(s)
		if _, federated := who.(policygen.Federated); federated || err != nil {
			continue
		}
		switch other := policygen.AccountOf(who); {
		case other == "" || account == "" || other == account:
			continue
		}
		all = append(all, &Caller{Element: Element{ID: s, Foreign: true}, Principal: who})
	}
	return all
}
