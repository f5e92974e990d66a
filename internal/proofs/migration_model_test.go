package proofs_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The model of this file is what AWS's pages say of SQS, SNS and KMS, as far as a change of encryption meets it. It reads templates by
// itself, and shares nothing with the planner, the readers or the evaluator. Where something may happen or not, it does what is worst.
//
// [SetQueueAttributes], [KMS eventual consistency], [Data keys of SQS], [Retention and dead-letter queues], [Retries of SNS]
//
// [SetQueueAttributes]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
// [KMS eventual consistency]: https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html
// [Data keys of SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// [Retention and dead-letter queues]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
// [Retries of SNS]: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const (
	modelPolicies = 5 * time.Minute // "several minutes"
	modelQueues   = 60 * time.Second
	modelTopics   = 5 * time.Minute // nothing is stated
	modelTopicKey = 5 * time.Minute
	modelRetries  = 100_015 * 20 * time.Second
)

// A deployment is what a template says of queues, topics and who may use keys.
type deployment struct {
	queues    map[string]modelQueue
	topics    map[string]string // the key of a topic
	grants    map[modelGrant]bool
	delegates map[string]bool // keys whose policies let the account decide
}

type modelQueue struct {
	key          string // "" if there is none of KMS
	managed      bool
	keeps, reuse time.Duration
	fifo         bool
	dead         string // its dead-letter queue
}

// A modelGrant lets somebody use a key for an action.
type modelGrant struct {
	byKey  bool   // it stands in the key's policy
	who    string // a role, or a service
	action string
	key    string
	source string // for which topic the service calls
}

// may reports whether somebody may use a key, whose policy is that of one deployment, with the identity policies of another.
func may(policy, identity *deployment, g modelGrant) bool {
	isService := strings.Contains(g.who, ".")
	switch {
	case g.key == "":
		return true
	case strings.HasPrefix(g.key, "alias/aws/"):
		return !isService
	}
	g.byKey = true
	if policy.grants[g] {
		return true
	}
	g.byKey = false
	return !isService && policy.delegates[g.key] && identity.grants[g]
}

// A release is a deployment and when it is made.
type release struct {
	at time.Duration
	*deployment
}

// A history is the releases in their order. The first one was made long ago.
type history []release

// visible returns the releases that somebody may see at a time, if a change takes up to some time to be seen.
func (h history) visible(at, takes time.Duration) []*deployment {
	var all []*deployment
	for i, r := range h {
		over := i+1 < len(h) && slices.ContainsFunc(h[i+1:], func(later release) bool { return later.at+takes <= at })
		if r.at <= at && !over {
			all = append(all, r.deployment)
		}
	}
	return all
}

// within returns the releases that may be seen at any time of a period.
func (h history) within(from, to, takes time.Duration) []*deployment {
	all := h.visible(from, takes)
	for _, r := range h {
		if r.at > from && r.at <= to {
			all = append(all, r.deployment)
		}
	}
	return all
}

// surely reports whether somebody may use a key at a time, whatever of the policies is seen.
func (h history) surely(at time.Duration, g modelGrant) bool {
	seen := h.visible(at, modelPolicies)
	for _, policy := range seen {
		for _, identity := range seen {
			if !may(policy, identity, g) {
				return false
			}
		}
	}
	return true
}

// before reports whether somebody may use a key before the first change.
func (h history) before(who string, key, source string, actions []string) bool {
	for _, a := range actions {
		if !may(h[0].deployment, h[0].deployment, modelGrant{who: who, action: a, key: key, source: source}) {
			return false
		}
	}
	return true
}

var (
	modelSends = []string{"kms:GenerateDataKey", "kms:Decrypt"}
	modelReads = []string{"kms:Decrypt"}
)

// A traffic is who sends to queues, reads them and publishes to topics.
type traffic struct {
	senders    []sender
	readers    map[string][]string // roles by queue
	publishers map[string][]string // roles by topic
}

type sender struct{ who, source, queue string }

// unread returns the first message that is not sent or not read although it would have been without the changes; "" if there is none.
// Messages are sent at all of the times, and read at those and when they are about to expire.
func (h history) unread(t *traffic, times []time.Duration) string {
	for _, at := range times {
		for _, s := range t.senders {
			if why := h.unreadFrom(t, s, at, times); why != "" {
				return why
			}
		}
		for _, topic := range slices.Sorted(maps.Keys(t.publishers)) {
			for _, who := range t.publishers[topic] {
				if why := h.undelivered(topic, who, at, times); why != "" {
					return why
				}
			}
		}
	}
	return ""
}

func (h history) unreadFrom(t *traffic, s sender, at time.Duration, times []time.Duration) string {
	for _, d := range h.visible(at, modelQueues) {
		key := d.queues[s.queue].key
		if key == h[0].queues[s.queue].key && !h.before(s.who, key, s.source, modelSends) {
			continue // as it was
		}
		for _, action := range modelSends {
			if !h.surely(at, modelGrant{who: s.who, action: action, key: key, source: s.source}) {
				return fmt.Sprintf("%s cannot send to %s under %q at %s: %s", s.who, s.queue, key, at, action)
			}
		}
	}
	q := h[0].queues[s.queue]
	for _, d := range h.within(at-q.reuse, at, modelQueues) {
		key := d.queues[s.queue].key
		if key == h[0].queues[s.queue].key && !h.before(s.who, key, s.source, modelSends) {
			continue
		}
		for place, until := range h.places(s.queue, at) {
			for _, who := range t.readers[place] {
				if key == h[0].queues[s.queue].key && !h.before(who, key, "", modelReads) {
					continue
				}
				for _, when := range append(slices.Clone(times), until-time.Second) {
					if when >= at && when < until && !h.surely(when, modelGrant{who: who, action: "kms:Decrypt", key: key}) {
						return fmt.Sprintf("%s cannot read what %s sent to %s under %q at %s, in %s at %s", who, s.who, s.queue, key, at, place, when)
					}
				}
			}
		}
	}
	return ""
}

// places returns the queues where a message may be, and until when.
func (h history) places(queue string, sent time.Duration) map[string]time.Duration {
	q := h[0].queues[queue]
	all := map[string]time.Duration{queue: sent + q.keeps}
	if q.dead != "" {
		d := h[0].queues[q.dead]
		all[q.dead] = sent + d.keeps
		if q.fifo {
			all[q.dead] += q.keeps // it is moved at last, and its age begins anew
		}
	}
	return all
}

// undelivered is unread for what a topic gets. SNS decrypts a message when it delivers it, under its publisher's grants if that is worst.
func (h history) undelivered(topic, who string, at time.Duration, times []time.Duration) string {
	for _, d := range h.visible(at, modelTopics) {
		for _, action := range modelSends {
			if !h.surely(at, modelGrant{who: who, action: action, key: d.topics[topic]}) {
				return fmt.Sprintf("%s cannot publish to %s under %q at %s: %s", who, topic, d.topics[topic], at, action)
			}
		}
	}
	until := at + modelRetries
	for _, d := range h.within(at-modelTopicKey, at, modelTopics) {
		for _, when := range append(slices.Clone(times), until) {
			if when >= at && when <= until && !h.surely(when, modelGrant{who: who, action: "kms:Decrypt", key: d.topics[topic]}) {
				return fmt.Sprintf("SNS cannot decrypt what %s published to %s under %q at %s, at %s", who, topic, d.topics[topic], at, when)
			}
		}
	}
	return ""
}
