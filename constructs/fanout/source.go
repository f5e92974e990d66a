package fanout

import (
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// Source is what an AWS service publishes or sends for, such as a bucket, a rule or an alarm.
type Source struct {
	// ARN is the resource, as the service passes it in aws:SourceArn; it may be a pattern. Default: any resource of
	// Account.
	ARN *string
	// Account is the account of the resource, where the ARN does not tell (a bucket's). Default: the account of the topic
	// or queue.
	Account *string
	// KeyARN is what the policy of a customer managed key names instead of ARN. It must not refer to a resource that
	// depends on the topic or queue, since those depend on the key; a literal ARN or a pattern does not. Default: ARN if it
	// is literal, else any resource of Account.
	KeyARN *string
}

// AllowPublishFrom lets an AWS service, such as "s3.amazonaws.com", publish to the topic, and use the topic's customer
// managed key for it. Conditions tie the service to the source where AWS documents that it supports them: in the topic
// policy, in the key policy, in both or in neither. EventBridge supports none in the policy of an encrypted topic's key.
//
// It panics with a [*Misuse] if the service cannot publish to the topic: it does not publish at all, it acts under a role
// that [Topic.GrantPublish] is for, or the topic is encrypted with the AWS managed key.
func (t *Topic) AllowPublishFrom(service string, source *Source) {
	s := value(source)
	t.warnOfEncryption()
	account := t.party.env.account
	hop := func(topic policygen.Topic, arn policygen.ARN) policygen.Hop {
		return policygen.Publisher{Principal: policygen.ServicePrincipal(service), Topics: []policygen.Topic{topic},
			Source: arn, SourceAccount: s.account(arn, account)}.Hops()[0]
	}
	h := hop(t.seenBy(nil), policygen.ARN(value(s.ARN)))
	refuse(t, h.Check())
	t.party.enlist(t, h)
	if t.keyed != nil {
		h := hop(t.seenBy(nil), s.forKey())
		refuse(t, h.Check())
		t.keyed.enlist(t, h)
	}
}

// AllowSendFrom lets an AWS service, such as "events.amazonaws.com", send straight to the queue, and use the queue's
// customer managed key for it; conditions as in [Topic.AllowPublishFrom].
func (q *Queue) AllowSendFrom(service string, source *Source) {
	q.allowSend(service, source, &q.at)
}

// AllowDeadLettersFrom lets an AWS service, such as "events.amazonaws.com", put what it cannot deliver into the queue's
// dead-letter queue, and use that queue's key for it.
func (q *Queue) AllowDeadLettersFrom(service string, source *Source) {
	q.needDeadLetter()
	q.allowSend(service, source, q.dead)
}

func (q *Queue) allowSend(service string, source *Source, e *endpoint) {
	s := value(source)
	account := e.party.env.account
	hop := func(arn policygen.ARN) policygen.Hop {
		return policygen.Producer{Principal: policygen.ServicePrincipal(service), Queues: []policygen.Queue{e.queue()},
			Source: arn, SourceAccount: s.account(arn, account)}.Hops()[0]
	}
	h := hop(policygen.ARN(value(s.ARN)))
	refuse(q, h.Check())
	e.party.enlist(q, h)
	if e.key != nil {
		h := hop(s.forKey())
		refuse(q, h.Check())
		e.key.enlist(q, h)
	}
}

// account returns the source's account; an ARN that tells it needs no other.
func (s Source) account(arn policygen.ARN, own string) string {
	switch {
	case s.Account != nil:
		return *s.Account
	case arn.Account() != "":
		return ""
	}
	return own
}

// forKey returns the source that a key policy may name.
func (s Source) forKey() policygen.ARN {
	if s.KeyARN != nil {
		return policygen.ARN(*s.KeyARN)
	}
	if arn := policygen.ARN(value(s.ARN)); !text.Unresolved(string(arn)) {
		return arn
	}
	return ""
}
