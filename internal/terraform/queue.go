package terraform

import (
	"encoding/json"
	"strings"

	"github.com/hopgrant/hopgrant/internal/catalog"
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// redrive reads the redrive policy of a queue.
func (b *builder) redrive(r *resource) {
	if q := b.Queue(b.plan.arn(r)); q != nil {
		b.setRedrive(r, q)
	}
}

// separateRedrive reads an aws_sqs_queue_redrive_policy.
func (b *builder) separateRedrive(r *resource) {
	e := b.element(r)
	if q, _ := b.queueOf(r, &e); q != nil {
		b.setRedrive(r, q)
		if q.DeadLetter == nil {
			return
		}
		if q.DeadLetter.Queue != nil {
			q.Doubt(&q.DeadLetter.Queue.Element, e.Doubts[&q.Element])
		}
		if b.namesByARN(r, q) {
			q.DeadLetter.ByARN = &e
		}
	}
}

func (b *builder) setRedrive(r *resource, q *topology.Queue) {
	if target, count, ok := b.redrivePolicy(r); ok {
		q.DeadLetter = &topology.Redrive{At: b.place(r, "redrive_policy"), Queue: b.queueBy(&q.Element, target), MaxReceiveCount: count}
		q.DeadLetter.URL = namedByURL(q.DeadLetter.Queue, target)
		if q.DeadLetter.Queue == nil {
			q.DeadLetter.Queue = b.someQueue(r, &q.Element, "redrive_policy", b.whyNot(r, "redrive_policy"))
		}
	}
}

// redriveAllow reads the redrive_allow_policy of a queue, or a separate one.
func (b *builder) redriveAllow(r *resource) {
	q, doubt := b.Queue(b.plan.arn(r)), ""
	a := &topology.RedriveAllow{At: b.place(r, "redrive_allow_policy")}
	if !r.is(catalog.Queue) {
		e := b.element(r)
		if q, _ = b.queueOf(r, &e); q != nil {
			doubt = e.Doubts[&q.Element]
			if b.namesByARN(r, q) {
				a.ByARN = &e
			}
		}
	}
	if q == nil {
		return
	}
	if written := r.text("redrive_allow_policy"); written != "" {
		var policy struct {
			RedrivePermission string
			SourceQueueArns   []string
		}
		if err := json.Unmarshal([]byte(written), &policy); err != nil {
			b.unknown(r, "redrive allow policy", "it cannot be read: "+err.Error())
		} else if a.Permission = policy.RedrivePermission; a.Permission == "" {
			a.Permission = "allowAll"
		}
		for _, source := range policy.SourceQueueArns {
			a.Sources = append(a.Sources, b.Respelled(source))
		}
	} else if r.isUnknown("redrive_allow_policy") && r.expression("redrive_allow_policy") != nil {
		// Only byQueue refers to queues.
		a.Sources, a.Open = r.expression("redrive_allow_policy").values().all, true
	} else {
		return
	}
	if doubt != "" {
		b.unknown(r, "queue", doubt)
		a.Permission = ""
	}
	q.RedriveAllow = a
}

// redrivePolicy reads a redrive_policy: its JSON where that is known, else the one queue that it refers to. ok reports
// whether there is one.
func (b *builder) redrivePolicy(r *resource) (target string, count *int, ok bool) {
	text := r.text("redrive_policy")
	if text == "" {
		if !r.isUnknown("redrive_policy") || r.expression("redrive_policy") == nil {
			return "", nil, false
		}
		target, _ = r.expression("redrive_policy").values().arnOf("sqs")
		return target, nil, true
	}
	var policy map[string]any
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		b.unknown(r, "redrive policy", "it is no JSON: "+err.Error())
		return "", nil, true
	}
	target, _ = policy["deadLetterTargetArn"].(string)
	return target, wholeNumber(policy["maxReceiveCount"]), target != ""
}

// arnOf returns the only ARN of a service among the values; other references, such as a count, do not matter.
func (v values) arnOf(service string) (string, bool) {
	found := ""
	for _, s := range v.all {
		if text.Known(s, text.Service) == service {
			if found != "" && found != s {
				return "", false
			}
			found = s
		}
	}
	return found, found != ""
}

// queueOf returns the queue whose queue_url a resource names. It is not known if it is only known after apply.
func (b *builder) queueOf(r *resource, by *topology.Element) (q *topology.Queue, known bool) {
	url, known := b.plan.lookup(r, r.row.Terraform.On)
	if q = b.Queue(url); q == nil && known {
		q = b.queueByURL(by, url)
	}
	if q == nil {
		b.unknown(r, "queue", b.whyNot(r, r.row.Terraform.On))
	}
	return q, known
}

// namedByURL reports whether text names a queue by its URL, and not by its ARN.
func namedByURL(q *topology.Queue, name string) bool {
	return q != nil && name != "" && name != string(q.ARN) && !strings.HasPrefix(name, "arn:")
}

// namesByARN reports whether queue_url of a resource is the queue's ARN.
func (b *builder) namesByARN(r *resource, q *topology.Queue) bool {
	url, _ := b.plan.lookup(r, r.row.Terraform.On)
	return !namedByURL(q, url) && !assumes(r.outermost(), r.row.Terraform.On)
}

// queueByURL returns the queue to which an element refers by a URL, a foreign one if it is not the plan's; nil if it is no queue's.
func (b *builder) queueByURL(by *topology.Element, url string) *topology.Queue {
	return b.queueBy(by, string(topology.QueueOfURL(url)))
}

func (b *builder) queuePolicy(r *resource) {
	p := b.document(r, "policy", kind.ResourcePolicy)
	switch q, known := b.queueOf(r, &p.Element); {
	case q != nil && p.Doubts[&q.Element] != "":
		b.unknown(r, "queue", p.Doubts[&q.Element])
		q.Possible = append(q.Possible, p)
	case q != nil:
		if b.namesByARN(r, q) {
			p.ByARN = q.ID
		}
		q.Policies = b.separate(q.Policies, p)
	case !known:
		b.UnplacedQueuePolicy(p)
	}
}

func (b *builder) topicPolicy(r *resource) {
	arn, known := b.plan.lookup(r, r.row.Terraform.On)
	p := b.document(r, "policy", kind.ResourcePolicy)
	switch t := b.topicBy(&p.Element, arn); {
	case t != nil && p.Doubts[&t.Element] != "":
		b.unknown(r, "topic", p.Doubts[&t.Element])
		t.Possible = append(t.Possible, p)
	case t != nil:
		t.Policies = b.separate(t.Policies, p)
	default:
		b.unknown(r, "topic", b.whyNot(r, r.row.Terraform.On))
		if !known {
			b.UnplacedTopicPolicy(p)
		}
	}
}
