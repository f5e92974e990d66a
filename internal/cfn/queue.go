package cfn

import (
	"strconv"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// What SQS sets where a template says nothing, in seconds.
//
// [AWS::SQS::Queue]
//
// [AWS::SQS::Queue]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
const (
	defaultVisibility = 30
	defaultRetention  = 345_600
)

// queue makes a queue known.
func (b *builder) queue(s *stack, r *resource) {
	arn := s.resourceARN(r)
	q := &topology.Queue{Element: s.element(r), ARN: policygen.QueueARN(arn)}
	q.FIFO = s.tri(r.properties.Get("FifoQueue"), topology.TriOf(strings.HasSuffix(arn, ".fifo")))
	q.VisibilityTimeout = s.seconds(r.properties.Get("VisibilityTimeout"), defaultVisibility)
	q.Retention = s.seconds(r.properties.Get("MessageRetentionPeriod"), defaultRetention)
	b.queues[arn] = q
	b.queueURLs[s.queueURL(r)] = q
	b.names.add(arn)
	b.t.Queues = append(b.t.Queues, q)
}

// seconds returns a number, or nil if it is not known.
func (s *stack) seconds(n value.Value, otherwise int) *int {
	v := s.resolve(n)
	if !v.There() {
		return &otherwise
	}
	i, err := strconv.Atoi(v.Text)
	if err != nil {
		return nil
	}
	return &i
}

// queueProperties reads a queue's encryption and dead-letter queue.
func (b *builder) queueProperties(s *stack, r *resource) {
	q := b.queues[s.resourceARN(r)]
	q.Key = b.keyRef(s, s.property(r, "KmsMasterKeyId"))
	if q.Key == nil {
		q.SSE = s.tri(r.properties.Get("SqsManagedSseEnabled"), topology.Yes)
	} else {
		q.SSE = topology.No
	}
	if v := parsed(s.resolve(r.properties.Get("RedrivePolicy"))); v.There() {
		q.DeadLetter = &topology.Redrive{At: s.position(r.properties.Get("RedrivePolicy").At)}
		if q.DeadLetter.At.Line == 0 {
			q.DeadLetter.At = s.position(r.at)
		}
		target := v.Get("deadLetterTargetArn")
		if q.DeadLetter.Queue = b.queueRef(s, target.Text, target.At); q.DeadLetter.Queue == nil {
			b.unknown(s, r.id, "dead-letter queue", "deadLetterTargetArn is no queue's ARN: "+value.Excerpt(v.JSON(maxText)), v.At)
		}
		if n, err := strconv.Atoi(v.Get("maxReceiveCount").Text); err == nil {
			q.DeadLetter.MaxReceiveCount = &n
		}
	}
}

// queueRef returns the queue with an ARN; one that is not in the templates is foreign. It returns nil if the text cannot be
// a queue's ARN.
func (b *builder) queueRef(s *stack, arn string, at value.Place) *topology.Queue {
	arn = b.names.canonical(arn)
	if q := b.queues[arn]; q != nil {
		return q
	}
	if !s.mayBe(arn, "sqs") {
		return nil
	}
	q := &topology.Queue{Element: topology.Element{ID: arn, At: s.position(at), Foreign: true}, ARN: policygen.QueueARN(arn)}
	if strings.HasSuffix(arn, ".fifo") {
		q.FIFO = topology.Yes
	} else if policygen.ARN(arn).Resource() != "" {
		q.FIFO = topology.No
	}
	b.queues[arn] = q
	b.t.Queues = append(b.t.Queues, q)
	return q
}

// queueByURL returns the queue with a URL; nil if the URL tells no queue.
func (b *builder) queueByURL(s *stack, url string, at value.Place) *topology.Queue {
	if q := b.queueURLs[url]; q != nil {
		return q
	}
	rest, ok := strings.CutPrefix(url, "https://sqs.")
	if !ok {
		return nil
	}
	host, path, _ := strings.Cut(rest, "/")
	account, name, ok := strings.Cut(path, "/")
	if !ok || name == "" || strings.Contains(name, "/") && !policygen.Unresolved(name) {
		return nil
	}
	code, _, _ := strings.Cut(host, ".amazonaws.")
	code, _, _ = strings.Cut(code, ".${AWS::URLSuffix}")
	partition := "${AWS::Partition}"
	if !policygen.Unresolved(code) {
		partition = region.Partition(code)
	}
	return b.queueRef(s, "arn:"+partition+":sqs:"+code+":"+account+":"+name, at)
}

// queuePolicy attaches a policy to each of its queues.
//
// [AWS::SQS::QueuePolicy]
//
// [AWS::SQS::QueuePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
func (b *builder) queuePolicy(s *stack, r *resource) { b.onQueues(s, r, "Queues") }

// queueInlinePolicy attaches a policy to its one queue.
//
// [AWS::SQS::QueueInlinePolicy]
//
// [AWS::SQS::QueueInlinePolicy]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queueinlinepolicy.html
func (b *builder) queueInlinePolicy(s *stack, r *resource) { b.onQueues(s, r, "Queue") }

func (b *builder) onQueues(s *stack, r *resource, property string) {
	p := &topology.Policy{Element: s.element(r)}
	b.document(s, s.resolve(r.properties.Get("PolicyDocument")), p)
	b.conditional(s, r, p)
	for _, v := range s.resolve(r.properties.Get(property)).OneOrMany() {
		q := b.queueByURL(s, v.Text, v.At)
		if q == nil {
			b.unknown(s, r.id, "queue of a queue policy", "it is no queue's URL: "+value.Excerpt(v.Text), v.At)
			continue
		}
		q.Policies = append(q.Policies, p)
	}
}
