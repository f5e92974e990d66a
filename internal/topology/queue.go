package topology

import (
	"cmp"
	"strings"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/policygen"
)

// A Queue is an SQS queue.
type Queue struct {
	Element
	ARN  policygen.QueueARN
	FIFO text.Truth // Maybe only for a foreign queue whose ARN does not tell
	// Deduplicates tells whether a FIFO queue tells messages apart by their content, so that they need no deduplication id; Maybe
	// for a foreign queue.
	Deduplicates text.Truth
	// Key is what KmsMasterKeyId says; nil if there is none (or, if Foreign, not known).
	Key *KeyRef
	// SSE tells whether a queue without Key is encrypted with SSE-SQS, which is the default.
	SSE text.Truth
	// Policies are all the queue policies that the file sets. More than one means that they overwrite each other.
	Policies []*Policy
	// Possible are policies of which it is not known whether they are the queue's too.
	Possible []*Policy
	// DeadLetter is the queue's own redrive policy; nil if it has none.
	DeadLetter *Redrive
	// RedriveAllow says which queues may have the queue as their dead-letter queue; nil if all may, or for a foreign queue that
	// is not known.
	RedriveAllow *RedriveAllow
	// VisibilityTimeout and Retention are in seconds, with SQS's defaults (30 and 345600) filled in by the reader; nil means
	// not known.
	VisibilityTimeout *int
	Retention         *int
	// KeyReuse is how long SQS uses a data key again, in seconds, with its default (300) filled in; nil means not known.
	KeyReuse *int
}

// A Redrive is a queue's RedrivePolicy.
type Redrive struct {
	At              Position
	Queue           *Queue // nil if deadLetterTargetArn is not known
	URL             bool   // deadLetterTargetArn is the queue's URL, and not its ARN
	MaxReceiveCount *int   // nil if not known
	// ByARN is the resource that sets the policy, where it names the queue by its ARN and AWS takes the URL; else nil.
	ByARN *Element
}

// A RedriveAllow is a queue's RedriveAllowPolicy.
type RedriveAllow struct {
	At         Position
	Permission string   // "allowAll", "denyAll", "byQueue"; "" if not known
	Sources    []string // ARNs of the queues that are admitted byQueue
	Open       bool     // there may be more Sources
	ByARN      *Element // see [Redrive.ByARN]
}

// Admits tells whether a queue may have the one with the policy as its dead-letter queue; distinct is [Hop.Distinct].
func (r *RedriveAllow) Admits(source *Queue, distinct func(a, b string) bool) text.Truth {
	admitted := text.No
	for _, arn := range r.Sources {
		switch text.Equal(arn, string(source.ARN)) {
		case text.Yes:
			return text.Yes
		case text.Maybe:
			if !distinct(arn, string(source.ARN)) {
				admitted = text.Maybe
			}
		}
	}
	switch {
	case r.Permission == "allowAll":
		return text.Yes
	case r.Permission == "denyAll":
		return text.No
	case r.Permission != "byQueue" || r.Open:
		return text.Maybe
	}
	return admitted
}

// QueueOfURL returns the ARN of the queue with a URL such as https://sqs.us-east-1.amazonaws.com/111122223333/orders; "" if it
// is no queue's URL. SQS has FIPS, dual-stack and legacy endpoints too, such as https://us-east-2.queue.amazonaws.com.
//
// [Queue URLs]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
// [Endpoints]: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
func QueueOfURL(url string) policygen.QueueARN {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return ""
	}
	host, path, _ := strings.Cut(rest, "/")
	if legacy, is := strings.CutSuffix(host, "queue.amazonaws.com"); is {
		host = strings.TrimSuffix(cmp.Or(legacy, "us-east-1."), ".")
	} else if host, is = cutAnyPrefix(host, "sqs.", "sqs-fips."); !is {
		return ""
	}
	account, name, ok := strings.Cut(path, "/")
	if !ok || name == "" || strings.Contains(name, "/") && !text.Unresolved(name) {
		return ""
	}
	code, _, _ := strings.Cut(strings.TrimSuffix(host, ".api.aws"), ".amazonaws.")
	code, _, _ = strings.Cut(code, ".${AWS::URLSuffix}")
	partition := "${AWS::Partition}"
	if !text.Unresolved(code) {
		partition = region.Partition(code)
	}
	return policygen.QueueARN("arn:" + partition + ":sqs:" + code + ":" + account + ":" + name)
}

// cutAnyPrefix cuts the first of the prefixes that a text has.
func cutAnyPrefix(s string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return rest, true
		}
	}
	return s, false
}

// Resource returns the queue as hops have it.
func (q *Queue) Resource() policygen.Queue {
	if q == nil {
		return policygen.Queue{}
	}
	return policygen.Queue{ARN: q.ARN, Key: q.Key.arn()}
}
