package fanoutfile

import (
	"strconv"

	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/internal/value/shape"
	"github.com/hopgrant/hopgrant/internal/value/yaml"
	"github.com/hopgrant/hopgrant/policygen"
)

// Parse reads a file, which errors call by the given name. The error joins an [*value.Error] for each problem: unknown,
// missing and duplicate fields, values of the wrong kind, and broken YAML. [File.Policies] checks the ARNs.
func Parse(name string, data []byte) (*File, error) {
	root, err := yaml.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	r := reader{Reader: shape.Reader{File: name}, at: map[string][]place{}}
	f := File{name: name, at: r.at}
	r.file(root, &f)
	if err := r.Problems.Err(); err != nil {
		return nil, err
	}
	return &f, nil
}

func (r *reader) file(v value.Value, file *File) {
	f := &file.Fanout
	if !v.There() {
		r.Add(v.At, "file", "", "it is empty", "topics and queues")
		return
	}
	var publishers, queues value.Value // read last, because they refer to the topics
	r.Object(v, "file",
		field{Name: "topics", Required: true, Read: func(v value.Value) {
			r.List(v, "topics", func(v value.Value) { f.Topics = append(f.Topics, r.topic(v)) })
		}},
		field{Name: "queues", Required: true, Read: func(v value.Value) { queues = v }},
		field{Name: "publishers", Read: func(v value.Value) { publishers = v }},
		field{Name: "keyAccess", Read: func(v value.Value) { file.Options.KeyAccess = r.keyAccess(v) }},
		field{Name: "keyAccount", Read: func(v value.Value) { file.Options.Account = r.text(v, "account") }},
		field{Name: "tlsOnly", Read: func(v value.Value) { file.Options.TLSOnly = r.Flag(v, "tlsOnly") }},
	)
	if publishers.Kind != value.Absent {
		r.List(publishers, "publishers", func(v value.Value) { f.Publishers = append(f.Publishers, r.publisher(v, f.Topics)) })
	}
	if queues.Kind != value.Absent {
		r.List(queues, "queues", func(v value.Value) { f.Queues = append(f.Queues, r.subscription(v, f.Topics)) })
	}
	if n := topicHops(f); n > maxTopicHops {
		r.Add(v.At, "file", "", "its topics have "+strconv.Itoa(n)+" hops to and from them", "at most "+strconv.Itoa(maxTopicHops))
	}
}

// maxTopicHops is how many hops the topics of a file may have. The policy of one queue holds some 190 topics.
const maxTopicHops = 10_000

// topicHops counts the hops of publishers to topics, and of topics to queues.
func topicHops(f *policygen.Fanout) int {
	n := 0
	topics := func(named []policygen.TopicARN) int {
		if named == nil {
			return len(f.Topics)
		}
		return len(named)
	}
	for _, p := range f.Publishers {
		if n += len(p.Topics); p.Topics == nil {
			n += len(f.Topics)
		}
	}
	for _, s := range f.Queues {
		if n += topics(s.Topics); s.SubscriptionDeadLetterQueue != nil {
			n += topics(s.Topics)
		}
	}
	return n
}

func (r *reader) keyAccess(v value.Value) policygen.KeyAccess {
	s := r.Choice(v, "key access", "identity", string(policygen.ByKeyPolicy), string(policygen.AccountWide))
	if s == "identity" {
		return policygen.ByIdentityPolicy
	}
	return policygen.KeyAccess(s)
}

func (r *reader) topic(v value.Value) policygen.Topic {
	var t policygen.Topic
	r.Object(v, "topic",
		field{Name: "arn", Required: true, Read: func(v value.Value) { t.ARN = policygen.TopicARN(r.text(v, "topic arn")) }},
		field{Name: "key", Read: func(v value.Value) { t.Key = policygen.KeyARN(r.text(v, "key")) }},
	)
	return t
}

// topics reads a list of ARNs of topics that the file defines.
func (r *reader) topics(v value.Value, known []policygen.Topic) []policygen.Topic {
	list := []policygen.Topic{}
	r.List(v, "topics", func(v value.Value) {
		arn := r.text(v, "topic arn")
		for _, t := range known {
			if string(t.ARN) == arn {
				list = append(list, t)
				return
			}
		}
		if arn != "" {
			r.Add(v.At, "topic arn", arn, "it is not among the topics of the file", "the arn of one of them")
		}
	})
	return list
}

func (r *reader) publisher(v value.Value, topics []policygen.Topic) policygen.Publisher {
	var p policygen.Publisher
	r.Object(v, "publisher",
		field{Name: "principal", Read: func(v value.Value) { p.Principal = r.principal(v) }},
		field{Name: "topics", Read: func(v value.Value) { p.Topics = r.topics(v, topics) }},
		field{Name: "source", Read: func(v value.Value) { p.Source = policygen.ARN(r.text(v, "source")) }},
		field{Name: "sourceAccount", Read: func(v value.Value) { p.SourceAccount = r.text(v, "source account") }},
	)
	return p
}

func (r *reader) subscription(v value.Value, topics []policygen.Topic) policygen.Subscription {
	var s policygen.Subscription
	r.Object(v, "queue", append(r.queueFields(&s.Queue),
		field{Name: "topics", Read: func(v value.Value) {
			s.Topics = []policygen.TopicARN{}
			for _, t := range r.topics(v, topics) {
				s.Topics = append(s.Topics, t.ARN)
			}
		}},
		field{Name: "producers", Read: func(v value.Value) {
			r.List(v, "producers", func(v value.Value) { s.Producers = append(s.Producers, r.producer(v)) })
		}},
		field{Name: "consumers", Read: func(v value.Value) {
			r.List(v, "consumers", func(v value.Value) { s.Consumers = append(s.Consumers, r.consumer(v)) })
		}},
		field{Name: "deadLetterQueue", Read: func(v value.Value) { s.DeadLetterQueue = r.queue(v, "deadLetterQueue") }},
		field{Name: "deadLetterConsumers", Read: func(v value.Value) {
			r.List(v, "deadLetterConsumers", func(v value.Value) { s.DeadLetterConsumers = append(s.DeadLetterConsumers, r.consumer(v)) })
		}},
		field{Name: "redrivers", Read: func(v value.Value) {
			r.List(v, "redrivers", func(v value.Value) { s.Redrivers = append(s.Redrivers, r.redriver(v)) })
		}},
		field{Name: "subscriptionDeadLetterQueue", Read: func(v value.Value) {
			s.SubscriptionDeadLetterQueue = r.queue(v, "subscriptionDeadLetterQueue")
		}})...)
	if s.DeadLetterQueue == nil && len(s.DeadLetterConsumers)+len(s.Redrivers) > 0 {
		r.Add(v.At, "queue", string(s.Queue.ARN), "it has deadLetterConsumers or redrivers and no deadLetterQueue", "deadLetterQueue")
	}
	return s
}

func (r *reader) queueFields(q *policygen.Queue) []field {
	return []field{
		{Name: "arn", Required: true, Read: func(v value.Value) { q.ARN = policygen.QueueARN(r.text(v, "queue arn")) }},
		{Name: "key", Read: func(v value.Value) { q.Key = policygen.KeyARN(r.text(v, "key")) }},
	}
}

func (r *reader) queue(v value.Value, what string) *policygen.Queue {
	q := new(policygen.Queue)
	r.Object(v, what, r.queueFields(q)...)
	return q
}

func (r *reader) producer(v value.Value) policygen.Producer {
	var p policygen.Producer
	r.Object(v, "producer",
		field{Name: "principal", Read: func(v value.Value) { p.Principal = r.principal(v) }},
		field{Name: "source", Read: func(v value.Value) { p.Source = policygen.ARN(r.text(v, "source")) }},
		field{Name: "sourceAccount", Read: func(v value.Value) { p.SourceAccount = r.text(v, "source account") }},
		field{Name: "readAttributes", Read: func(v value.Value) { p.ReadAttributes = r.Flag(v, "readAttributes") }},
		field{Name: "lookUpUrl", Read: func(v value.Value) { p.LookUpURL = r.Flag(v, "lookUpUrl") }},
	)
	return p
}

func (r *reader) consumer(v value.Value) policygen.Consumer {
	var c policygen.Consumer
	r.Object(v, "consumer",
		field{Name: "principal", Read: func(v value.Value) { c.Principal = r.principal(v) }},
		field{Name: "client", Read: func(v value.Value) {
			c.Client = policygen.Client(r.Choice(v, "client", string(policygen.Poller), string(policygen.LambdaTrigger)))
		}},
		field{Name: "extendVisibility", Read: func(v value.Value) { c.ExtendVisibility = r.Flag(v, "extendVisibility") }},
		field{Name: "readAttributes", Read: func(v value.Value) { c.ReadAttributes = r.Flag(v, "readAttributes") }},
		field{Name: "lookUpUrl", Read: func(v value.Value) { c.LookUpURL = r.Flag(v, "lookUpUrl") }},
		field{Name: "sourceKeys", Read: func(v value.Value) {
			r.List(v, "sourceKeys", func(v value.Value) { c.SourceKeys = append(c.SourceKeys, policygen.KeyARN(r.text(v, "source key"))) })
		}},
	)
	return c
}

func (r *reader) redriver(v value.Value) policygen.Redriver {
	var d policygen.Redriver
	r.Object(v, "redriver",
		field{Name: "principal", Read: func(v value.Value) { d.Principal = r.principal(v) }},
		field{Name: "destination", Read: func(v value.Value) { d.Destination = *r.queue(v, "destination") }},
		field{Name: "sourceKeys", Read: func(v value.Value) {
			r.List(v, "sourceKeys", func(v value.Value) { d.SourceKeys = append(d.SourceKeys, policygen.KeyARN(r.text(v, "source key"))) })
		}},
	)
	return d
}
