package cfn

import (
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// What SQS sets where a template says nothing, in seconds.
const (
	defaultVisibility = 30
	defaultRetention  = 345_600
	defaultKeyReuse   = 300
)

// queue makes a queue known.
func (b *builder) queue(r *resource) {
	arn := r.arn()
	q := &topology.Queue{Element: r.element(), ARN: policygen.QueueARN(arn)}
	q.FIFO = r.tri("FifoQueue", text.Of(strings.HasSuffix(arn, ".fifo")))
	q.Deduplicates = r.tri("ContentBasedDeduplication", text.No)
	q.VisibilityTimeout = r.number("VisibilityTimeout", defaultVisibility)
	q.Retention = r.number("MessageRetentionPeriod", defaultRetention)
	q.KeyReuse = r.number("KmsDataKeyReusePeriodSeconds", defaultKeyReuse)
	b.AddQueue(q, r.ref())
}

// queueProperties reads a queue's encryption and dead-letter queue.
func (b *builder) queueProperties(r *resource) {
	q := b.Queue(r.arn())
	q.Key = b.keyRef(r.stack, &q.Element, r.written("KmsMasterKeyId"))
	if q.Key == nil {
		q.SSE = r.tri("SqsManagedSseEnabled", text.Yes)
	} else {
		q.SSE = text.No
	}
	q.RedriveAllow = b.redriveAllow(r)
	if v := parsed(r.get("RedrivePolicy")); v.There() {
		q.DeadLetter = &topology.Redrive{At: r.position(r.Properties.Get("RedrivePolicy").At)}
		if q.DeadLetter.At.Line == 0 {
			q.DeadLetter.At = r.position(r.At)
		}
		target := v.Get("deadLetterTargetArn")
		if q.DeadLetter.Queue = b.queueRef(r.stack, &q.Element, target.Text, target.At); q.DeadLetter.Queue == nil {
			b.unknown(r.stack, r.ID, "dead-letter queue", "deadLetterTargetArn is no queue's ARN: "+value.Excerpt(v.JSON(1<<10)), v.At)
		}
		q.DeadLetter.URL = b.byURL(q.DeadLetter.Queue, target.Text)
		if n, err := strconv.Atoi(v.Get("maxReceiveCount").Text); err == nil {
			q.DeadLetter.MaxReceiveCount = &n
		}
	}
}

// redriveAllow reads a queue's RedriveAllowPolicy.
func (b *builder) redriveAllow(r *resource) *topology.RedriveAllow {
	v := parsed(r.get("RedriveAllowPolicy"))
	if !v.There() {
		return nil
	}
	a := &topology.RedriveAllow{At: r.position(v.At), Permission: v.Get("redrivePermission").Text}
	if v.Kind == value.Object && a.Permission == "" {
		a.Permission = "allowAll"
	}
	for _, source := range v.Get("sourceQueueArns").OneOrMany() {
		if source.Scalar() {
			a.Sources = append(a.Sources, b.Respelled(source.Text))
		} else {
			a.Open = true
		}
	}
	return a
}

// queueRef returns the queue to which an element refers by its ARN; one that is not in the templates is foreign. It returns nil
// if the text cannot be a queue's ARN.
func (b *builder) queueRef(s stack, by *topology.Element, written string, at value.Place) *topology.Queue {
	arn := b.Canonical(written)
	if b.Queue(arn) == nil && !s.mayBe(arn, "sqs") {
		return nil
	}
	q := b.ForeignQueue(arn, s.position(at))
	by.Doubt(&q.Element, topology.Elsewhere(written, &q.Element, string(q.ARN)))
	return q
}

// byURL reports whether text names a queue by its URL, and not by its ARN.
func (b *builder) byURL(q *topology.Queue, name string) bool {
	return q != nil && strings.HasPrefix(b.Canonical(name), "https://")
}

// queueByURL returns the queue to which an element refers by its URL; nil if the URL tells no queue.
func (b *builder) queueByURL(s stack, by *topology.Element, url string, at value.Place) *topology.Queue {
	if q := b.Queue(url); q != nil {
		by.Doubt(&q.Element, topology.Elsewhere(url, &q.Element, string(q.ARN)))
		return q
	}
	if arn := topology.QueueOfURL(url); arn != "" {
		return b.queueRef(s, by, string(arn), at)
	}
	return nil
}

// queuePolicy attaches a policy to each of its queues.
func (b *builder) queuePolicy(r *resource) {
	p := b.policy(r, &topology.Policy{Element: r.element(), Kind: kind.ResourcePolicy})
	for _, v := range r.get(r.form().On).OneOrMany() {
		q := b.queueByURL(r.stack, &p.Element, v.Text, v.At)
		if arn, ok := text.SplitARN(v.Text); ok && arn[text.Service] == "sqs" {
			q = b.queueRef(r.stack, &p.Element, v.Text, v.At)
			p.ByARN = q.ID
		}
		if q == nil {
			b.unknown(r.stack, r.ID, "queue of a queue policy", "it is no queue's URL: "+value.Excerpt(v.Text), v.At)
			if text.Unresolved(v.Text) && !r.fromOutside(v.Text) {
				b.UnplacedQueuePolicy(p)
			}
			continue
		}
		if why := p.Doubts[&q.Element]; why != "" {
			b.unknown(r.stack, r.ID, "queue of a queue policy", why, v.At)
			q.Possible = append(q.Possible, p)
			continue
		}
		q.Policies = append(q.Policies, p)
	}
	if _, ok := r.included(); ok && !r.Properties.Has(r.form().On) {
		b.UnplacedQueuePolicy(p)
	}
}
