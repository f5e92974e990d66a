package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// A subject is a queue or a topic whose encryption changes.
type subject struct {
	queue *topology.Queue // one of both is nil
	topic *topology.Topic
	old   *topology.KeyRef // nil if it has no key of KMS
	new   *topology.KeyRef
}

func (s *subject) element() *topology.Element {
	if s.queue != nil {
		return &s.queue.Element
	}
	return &s.topic.Element
}

func (s *subject) arn() policygen.ARN {
	if s.queue != nil {
		return policygen.ARN(s.queue.ARN)
	}
	return policygen.ARN(s.topic.ARN)
}

// label names the subject in a sentence.
func (s *subject) label() string {
	if s.queue != nil {
		return "queue " + s.queue.Label()
	}
	return "topic " + s.topic.Label()
}

// under gives the subject a key, or none.
func (s *subject) under(key *topology.KeyRef) {
	if s.queue != nil {
		s.queue.Key = key
		return
	}
	s.topic.Key = key
}

// encryption returns the encryption of the subject under a key, in words.
func (s *subject) encryption(key *topology.KeyRef) string {
	switch {
	case key != nil && key.Key.AWSManaged != "":
		return "the AWS managed key alias/aws/" + key.Key.AWSManaged
	case key != nil:
		return "key " + key.Key.Label()
	case s.topic != nil:
		return "no key"
	}
	return "SSE-SQS"
}

// kindOf returns the kind of encryption of the subject under a key.
func (s *subject) kindOf(key *topology.KeyRef) Encryption {
	switch {
	case key != nil && key.Key.AWSManaged != "":
		return AWSManaged
	case key != nil:
		return CustomerManaged
	case s.topic != nil || key == s.old && s.queue.SSE == text.No:
		return None
	}
	return SSESQS
}

// before returns the encryption that the subject has, in words.
func (s *subject) before() string {
	switch {
	case s.queue == nil || s.old != nil || s.queue.SSE == text.Yes:
	case s.queue.SSE == text.No:
		return "no encryption"
	default:
		return "no key"
	}
	return s.encryption(s.old)
}

// leavesKey reports whether the subject is under a customer managed key before the plan.
func (s *subject) leavesKey() bool { return s.old != nil && s.old.Key.AWSManaged == "" }

// errMissing is the error of a name that is not in the files.
var errMissing = errors.New("it is not in the files")

// subjects returns the queues and topics of a request, each once, however often and by whichever names it is asked for.
func subjects(t *topology.Topology, r *Request) ([]*subject, error) {
	var all []*subject
	var errs []error
	add := func(x *subject) {
		if !slices.ContainsFunc(all, func(y *subject) bool { return y.element() == x.element() }) {
			all = append(all, x)
		}
	}
	for _, name := range r.Queues {
		q, err := one("queue", name, t.Queues, func(q *topology.Queue) (*topology.Element, string) { return &q.Element, string(q.ARN) })
		if err == nil {
			add(&subject{queue: q, old: q.Key})
		}
		errs = append(errs, err)
	}
	for _, name := range r.Topics {
		x, err := one("topic", name, t.Topics, func(x *topology.Topic) (*topology.Element, string) { return &x.Element, string(x.ARN) })
		if err == nil {
			add(&subject{topic: x, old: x.Key})
		}
		errs = append(errs, err)
	}
	return all, errors.Join(errs...)
}

// one returns the element of a name, which may be its id, the path of its construct, its ARN, or the name in that.
func one[T any](what, name string, all []T, of func(T) (*topology.Element, string)) (found T, err error) {
	if name == "" {
		return found, fmt.Errorf("--%s: it is empty, want an id, the path of a construct, an ARN or a name", what)
	}
	var known []string
	n := 0
	for _, x := range all {
		e, arn := of(x)
		if e.Foreign {
			continue
		}
		known = append(known, e.ID)
		if name == e.ID || name == e.Path || name == arn || name == text.Known(arn, text.Resource) || strings.TrimSuffix(e.Path, "/Resource") == name {
			found = x
			n++
		}
	}
	switch {
	case n == 0 && len(known) == 0:
		return found, fmt.Errorf("--%s %q: %w, which have no %s", what, name, errMissing, what)
	case n == 0:
		return found, fmt.Errorf("--%s %q: %w, want one of %s", what, name, errMissing, few(known))
	case n > 1:
		return found, fmt.Errorf("--%s %q: there are %d of that name, want the ARN or the path of the construct", what, name, n)
	}
	return found, nil
}

// few lists names, at most ten.
func few(names []string) string {
	more := ""
	if len(names) > 10 {
		names, more = names[:10], " …"
	}
	return strings.Join(names, ", ") + more
}
