package topology

import (
	"iter"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// inferFromQueuePolicy adds deliveries from topics whose subscription is elsewhere, services that send, and principals that
// the policy names.
func (f *finder) inferFromQueuePolicy(q *Queue, p *Policy, s *policygen.Statement, x *index) {
	if s.Effect != policygen.Allow || s.Principal == nil {
		return
	}
	found, why := uses(s.Action), "queue policy "+p.Title()
	if slices.Contains(found, use{kind.Send, false}) {
		if admitsSNS(s) {
			f.inferDeliveries(q, p, s, x, why)
		}
		for _, service := range s.Principal.Service {
			if !isSNS(service) && service != "sqs.amazonaws.com" { // SQS moves messages to dead-letter queues by itself
				f.inferService(kind.Send, service, s, q.named(), p, why)
			}
		}
	}
	for c, elsewhere := range f.callers(s, policygen.ARN(q.ARN)) {
		for _, u := range found {
			f.uncertain(elsewhere, func() { f.inferUse(u, c, q.named(), &p.Element, why) })
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
	for c, elsewhere := range f.callers(s, policygen.ARN(t.ARN)) {
		f.uncertain(elsewhere, func() { f.inferUse(use{kind.Publish, false}, c, t.named(), &p.Element, why) })
	}
}

func isSNS(service string) bool { return service == "sns" || strings.HasPrefix(service, "sns.") }

// admitsSNS reports whether a statement admits SNS by name, or as anyone who comes for a topic.
func admitsSNS(s *policygen.Statement) bool {
	if slices.ContainsFunc(s.Principal.Service, isSNS) {
		return true
	}
	return admitsAnyone(s.Principal) && slices.ContainsFunc(sourceARNs(s), isTopic)
}

func isTopic(arn string) bool {
	parts, ok := text.SplitARN(arn)
	return ok && parts[text.Service] == "sns"
}

// mayBeTopic reports whether a value of aws:SourceArn in a statement that admits SNS names a topic: an ARN of one, or text that
// does not tell, where nobody else than SNS is admitted.
func mayBeTopic(arn string, s *policygen.Statement) bool {
	if parts, ok := text.SplitARN(arn); ok && !text.Unresolved(parts[text.Service]) {
		return parts[text.Service] == "sns"
	}
	return text.Unresolved(arn) && !slices.ContainsFunc(s.Principal.Service, func(service string) bool { return !isSNS(service) })
}

// inferDeliveries adds a delivery from each topic of others that the statement admits by aws:SourceArn.
func (f *finder) inferDeliveries(q *Queue, p *Policy, s *policygen.Statement, x *index, why string) {
	group := groupKey{kind: kind.Deliver, by: &p.Element}
	if x.delivered[s] && f.inferred >= maxInferred && f.groups[group] {
		return // the topics are known, and one hop stands for all that follow
	}
	x.delivered[s] = true
	for _, arn := range f.sourceARNs(s) {
		if text.IsPattern(arn) || !mayBeTopic(arn, s) || f.t.Subscribed != nil && f.t.Subscribed(arn) {
			continue
		}
		t, elsewhere := x.topics[arn], ""
		if n := x.named(arn); t == nil && n != nil && n.topic != nil {
			own := n.topic
			if f.seen[hopKey{about: &q.Element, topic: &own.Element}] {
				continue // its subscription is what the statement is for
			}
			if elsewhere = Elsewhere(arn, &own.Element, string(own.ARN)); elsewhere == "" {
				t = own
			}
		}
		if t == nil {
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
		h.Inferred, h.Uncertain = why, elsewhere
		f.addInferred(h)
	}
}

// inferAnyTopics adds a delivery for each queue whose policy admits SNS and to which no topic is known to deliver: whichever
// topic it is, the queue's key must admit SNS too.
func (f *finder) inferAnyTopics() {
	reached := map[*Element]bool{}
	for i := range f.hops {
		if f.hops[i].Record().BySNS() {
			reached[f.hops[i].To] = true
		}
	}
	for _, q := range f.t.Queues {
		for _, p := range q.Policies {
			for i := range p.Document.Statements {
				s := &p.Document.Statements[i]
				if reached[&q.Element] || s.Effect != policygen.Allow || s.Principal == nil || !admitsSNS(s) || namesSources(s, f.sourceARNs(s)) ||
					!slices.Contains(uses(s.Action), use{kind.Send, false}) {
					continue
				}
				h := delivery(kind.Deliver, anyTopic(s, q, p.At), q, &p.Element)
				h.Inferred, h.AnyTopic = "queue policy "+p.Title(), true
				f.addInferred(h)
				reached[&q.Element] = true
			}
		}
	}
}

// namesSources reports whether a statement that admits SNS admits a topic by name, or others than topics for other services.
func namesSources(s *policygen.Statement, arns []string) bool {
	named := func(arn string) bool { return !text.IsPattern(arn) }
	return slices.ContainsFunc(arns, func(arn string) bool { return named(arn) && mayBeTopic(arn, s) }) ||
		len(s.Principal.Service) != 1 && slices.ContainsFunc(arns, named)
}

// anyTopic returns a topic of which only that is known which a statement of a queue policy demands: its ARN has unknown text
// in place of wildcards, and of all if the statement names none.
func anyTopic(s *policygen.Statement, q *Queue, at Position) *Topic {
	own, _ := text.SplitARN(string(q.ARN))
	id, account := "*", "${account of a topic}"
	if accounts := conditionValues(s, "aws:sourceaccount"); len(accounts) > 0 && !text.IsPattern(accounts[0]) {
		account = accounts[0]
	}
	arn := "arn:" + own[text.Partition] + ":sns:" + own[text.Region] + ":" + account + ":${name of a topic}"
	for _, pattern := range sourceARNs(s) {
		if parts, ok := text.SplitARN(pattern); ok && text.IsPattern(pattern) && text.Match(parts[text.Service], "sns") == text.Yes {
			parts[text.Service] = "sns"
			id, arn = pattern, strings.NewReplacer("*", "${any}", "?", "${any}").Replace(strings.Join(parts[:], ":"))
			break
		}
	}
	return &Topic{Element: Element{ID: id, Foreign: true, At: at}, ARN: policygen.TopicARN(arn)}
}

func (f *finder) inferService(kind policygen.HopKind, name string, s *policygen.Statement, n named, p *Policy, why string) {
	c := Service(policygen.ServicePrincipal(name))
	h := f.hop(kind, c, n.topic, n.queue, &p.Element)
	h.Inferred = why
	arns := f.sourceARNs(s)
	if s, known := service.LookUp(policygen.ServicePrincipal(name)); known {
		if s.UnderRole() {
			h.Uncertain = s.Name + " calls under a role, and not as " + name
		}
		if s.Source.Service != "" {
			// The service passes the ARN of none of the others.
			arns = slices.DeleteFunc(slices.Clone(arns), func(arn string) bool { return !mayBeOf(arn, s.Source.Service) })
		}
	}
	if len(arns) > 0 {
		h.Source = policygen.ARN(arns[0])
	}
	if accounts := conditionValues(s, "aws:sourceaccount"); len(accounts) > 0 {
		h.SourceAccount = accounts[0]
	}
	f.addInferred(h)
}

// mayBeOf reports whether an ARN, or text that stands for one, may name a resource of a service.
func mayBeOf(arn, service string) bool {
	parts, ok := text.SplitARN(arn)
	return !ok && (text.Unresolved(arn) || text.IsPattern(arn)) || ok && text.Match(parts[text.Service], service) != text.No
}

// sourceARNs returns the values of aws:SourceArn in a statement's positive conditions.
func sourceARNs(s *policygen.Statement) []string {
	values := conditionValues(s, "aws:sourcearn")
	for i, v := range values {
		values[i] = strings.TrimPrefix(v, misnames) // it is whom the statement is for, and does not admit it
	}
	return values
}

// sourceARNs is the function's result for a statement, which many queues or topics may have.
func (f *finder) sourceARNs(s *policygen.Statement) []string {
	arns, ok := f.stated[s]
	if !ok {
		arns = sourceARNs(s)
		if f.stated == nil {
			f.stated = map[*policygen.Statement][]string{}
		}
		f.stated[s] = arns
	}
	return arns
}

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

// callers yields the principals that a statement of a resource policy names one by one, itself or of everybody by a condition: roles
// and users of the file, with where they are these if that is not sure, and others of which the file has no more. The resource's own
// account as a whole is nobody in particular.
func (f *finder) callers(statement *policygen.Statement, resource policygen.ARN) iter.Seq2[*Caller, string] {
	return func(yield func(*Caller, string) bool) {
		for _, s := range principalNames(statement) {
			who, err := policygen.ParsePrincipal(s)
			switch who.(type) {
			case policygen.Federated, policygen.Anyone, policygen.ServicePrincipal:
				continue
			}
			if account := text.AccountIn(s); err != nil && text.Unresolved(account) && strings.HasSuffix(s, ":root") {
				who, err = policygen.RoleARN(s), nil // of an account that is not known
			}
			if err != nil || ownAccount(s, string(resource)) {
				continue
			}
			c, elsewhere := f.known(s), ""
			if c == nil {
				c = &Caller{Element: Element{ID: s, Foreign: true}, Principal: who}
			} else {
				elsewhere = Elsewhere(s, &c.Element, c.Principal.String())
			}
			if !yield(c, elsewhere) {
				return
			}
		}
	}
}

// principalNames returns the AWS principals that a statement names, itself or of everybody by aws:PrincipalArn.
func principalNames(statement *policygen.Statement) []string {
	names := statement.Principal.AWS
	if admitsAnyone(statement.Principal) {
		for _, arn := range conditionValues(statement, "aws:principalarn") {
			if !text.IsPattern(arn) {
				names = append(slices.Clip(names), arn)
			}
		}
	}
	return names
}

// ownAccount reports whether a principal is the account that a resource belongs to.
func ownAccount(principal, resource string) bool {
	of, _ := text.SplitARN(resource)
	if who, ok := text.SplitARN(principal); ok && who[5] == "root" {
		return who[text.Account] == of[text.Account]
	}
	return principal == of[text.Account]
}

// known returns the role or user of the file with an ARN; nil if there is none.
func (f *finder) known(arn string) *Caller {
	if f.named == nil {
		f.named = make(map[string][]*Caller, len(f.t.Callers))
		for _, c := range f.t.Callers {
			if own, ok := text.SplitARN(c.Principal.String()); ok && !c.Foreign {
				f.named[own[text.Resource]] = append(f.named[own[text.Resource]], c)
			}
		}
	}
	parts, _ := text.SplitARN(arn)
	var found *Caller
	for _, c := range f.named[parts[text.Resource]] {
		own, _ := text.SplitARN(c.Principal.String())
		if Fits(parts[text.Partition], own[text.Partition]) && Fits(parts[text.Account], own[text.Account]) {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
}
