package fanoutfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/hopgrant/hopgrant/policygen"
)

// Parse reads a file; name is what errors call it. The error joins an [*Error] for everything that is wrong: unknown,
// missing and duplicate fields, values of the wrong kind, broken YAML. Whether the ARNs are right is for [File.Policies]
// to say.
func Parse(name string, b []byte) (file *File, err error) {
	root, err := load(name, b)
	if err != nil {
		return nil, err
	}
	r := reader{name: name, at: map[string][]position{}}
	defer func() {
		if p := recover(); p == errTooMany {
			file, err = nil, fmt.Errorf("%s: it has more than %d values, those that aliases repeat included, want fewer", name, maxNodes)
		} else if p != nil {
			panic(p)
		}
	}()
	f := r.fanout(root)
	if err := errors.Join(sorted(r.errs)...); err != nil {
		return nil, err
	}
	return &File{Fanout: f, name: name, at: r.at}, nil
}

// load returns the root node of the only YAML document.
func load(name string, b []byte) (*yaml.Node, error) {
	l, err := yaml.NewLoader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var document, second yaml.Node
	switch err := l.Load(&document); {
	case errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0:
		return nil, &Error{name, 1, 1, errors.New("file: it is empty, want topics and queues")}
	case err != nil:
		return nil, broken(name, err)
	}
	switch err := l.Load(&second); {
	case err == nil:
		return nil, &Error{name, max(second.Line, 1), max(second.Column, 1), errors.New("file: a second YAML document, want one")}
	case !errors.Is(err, io.EOF):
		return nil, broken(name, err)
	}
	return document.Content[0], nil
}

// broken places an error of the YAML reader.
func broken(name string, err error) error {
	var e *yaml.LoadError
	if errors.As(err, &e) {
		return &Error{name, max(e.Mark.Line, 1), max(e.Mark.Column, 1), fmt.Errorf("yaml: %s", oneLine(e.Message))}
	}
	return fmt.Errorf("%s: yaml: %s", name, oneLine(err.Error()))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (r *reader) fanout(n *yaml.Node) policygen.Fanout {
	var f policygen.Fanout
	var publishers, queues *yaml.Node // they refer to the topics, wherever those stand
	r.object(n, "file",
		field{"topics", true, func(n *yaml.Node) {
			r.list(n, "topics", func(n *yaml.Node) { f.Topics = append(f.Topics, r.topic(n)) })
		}},
		field{"queues", true, func(n *yaml.Node) { queues = n }},
		field{"publishers", false, func(n *yaml.Node) { publishers = n }},
		field{"keyAccess", false, func(n *yaml.Node) { f.Options.KeyAccess = r.keyAccess(n) }},
		field{"keyAccount", false, func(n *yaml.Node) { f.Options.Account = r.text(n, "account") }},
		field{"tlsOnly", false, func(n *yaml.Node) { f.Options.TLSOnly = r.flag(n, "tlsOnly") }},
	)
	if publishers != nil {
		r.list(publishers, "publishers", func(n *yaml.Node) { f.Publishers = append(f.Publishers, r.publisher(n, f.Topics)) })
	}
	if queues != nil {
		r.list(queues, "queues", func(n *yaml.Node) { f.Queues = append(f.Queues, r.subscription(n, f.Topics)) })
	}
	return f
}

func (r *reader) keyAccess(n *yaml.Node) policygen.KeyAccess {
	s := r.choice(n, "key access", "identity", string(policygen.ByKeyPolicy), string(policygen.AccountWide))
	if s == "identity" {
		return policygen.ByIdentityPolicy
	}
	return policygen.KeyAccess(s)
}

func (r *reader) topic(n *yaml.Node) policygen.Topic {
	var t policygen.Topic
	r.object(n, "topic",
		field{"arn", true, func(n *yaml.Node) { t.ARN = policygen.TopicARN(r.text(n, "topic arn")) }},
		field{"key", false, func(n *yaml.Node) { t.Key = policygen.KeyARN(r.text(n, "key")) }},
	)
	return t
}

// topics reads a list of ARNs of topics of the file.
func (r *reader) topics(n *yaml.Node, known []policygen.Topic) []policygen.Topic {
	list := []policygen.Topic{}
	r.list(n, "topics", func(n *yaml.Node) {
		arn := r.text(n, "topic arn")
		for _, t := range known {
			if string(t.ARN) == arn {
				list = append(list, t)
				return
			}
		}
		if arn != "" {
			r.add(n, "topic arn", arn, "it is not among the topics of the file", "the arn of one of them")
		}
	})
	return list
}

func (r *reader) publisher(n *yaml.Node, topics []policygen.Topic) policygen.Publisher {
	var p policygen.Publisher
	r.object(n, "publisher",
		field{"principal", false, func(n *yaml.Node) { p.Principal = r.principal(n) }},
		field{"topics", false, func(n *yaml.Node) { p.Topics = r.topics(n, topics) }},
		field{"source", false, func(n *yaml.Node) { p.Source = policygen.ARN(r.text(n, "source")) }},
		field{"sourceAccount", false, func(n *yaml.Node) { p.SourceAccount = r.text(n, "source account") }},
	)
	return p
}

func (r *reader) subscription(n *yaml.Node, topics []policygen.Topic) policygen.Subscription {
	var s policygen.Subscription
	r.object(n, "queue", append(r.queueFields(&s.Queue),
		field{"topics", false, func(n *yaml.Node) {
			s.Topics = []policygen.TopicARN{}
			for _, t := range r.topics(n, topics) {
				s.Topics = append(s.Topics, t.ARN)
			}
		}},
		field{"producers", false, func(n *yaml.Node) {
			r.list(n, "producers", func(n *yaml.Node) { s.Producers = append(s.Producers, r.producer(n)) })
		}},
		field{"consumers", false, func(n *yaml.Node) {
			r.list(n, "consumers", func(n *yaml.Node) { s.Consumers = append(s.Consumers, r.consumer(n)) })
		}},
		field{"deadLetterQueue", false, func(n *yaml.Node) { s.DeadLetterQueue = r.queue(n, "deadLetterQueue") }},
		field{"deadLetterConsumers", false, func(n *yaml.Node) {
			r.list(n, "deadLetterConsumers", func(n *yaml.Node) { s.DeadLetterConsumers = append(s.DeadLetterConsumers, r.consumer(n)) })
		}},
		field{"redrivers", false, func(n *yaml.Node) {
			r.list(n, "redrivers", func(n *yaml.Node) { s.Redrivers = append(s.Redrivers, r.redriver(n)) })
		}},
		field{"subscriptionDeadLetterQueue", false, func(n *yaml.Node) {
			s.SubscriptionDeadLetterQueue = r.queue(n, "subscriptionDeadLetterQueue")
		}})...)
	if s.DeadLetterQueue == nil && len(s.DeadLetterConsumers)+len(s.Redrivers) > 0 {
		r.add(n, "queue", string(s.Queue.ARN), "it has deadLetterConsumers or redrivers and no deadLetterQueue", "deadLetterQueue")
	}
	return s
}

func (r *reader) queueFields(q *policygen.Queue) []field {
	return []field{
		{"arn", true, func(n *yaml.Node) { q.ARN = policygen.QueueARN(r.text(n, "queue arn")) }},
		{"key", false, func(n *yaml.Node) { q.Key = policygen.KeyARN(r.text(n, "key")) }},
	}
}

func (r *reader) queue(n *yaml.Node, what string) *policygen.Queue {
	q := new(policygen.Queue)
	r.object(n, what, r.queueFields(q)...)
	return q
}

func (r *reader) producer(n *yaml.Node) policygen.Producer {
	var p policygen.Producer
	r.object(n, "producer",
		field{"principal", false, func(n *yaml.Node) { p.Principal = r.principal(n) }},
		field{"source", false, func(n *yaml.Node) { p.Source = policygen.ARN(r.text(n, "source")) }},
		field{"sourceAccount", false, func(n *yaml.Node) { p.SourceAccount = r.text(n, "source account") }},
		field{"readAttributes", false, func(n *yaml.Node) { p.ReadAttributes = r.flag(n, "readAttributes") }},
		field{"lookUpUrl", false, func(n *yaml.Node) { p.LookUpURL = r.flag(n, "lookUpUrl") }},
	)
	return p
}

func (r *reader) consumer(n *yaml.Node) policygen.Consumer {
	var c policygen.Consumer
	r.object(n, "consumer",
		field{"principal", false, func(n *yaml.Node) { c.Principal = r.principal(n) }},
		field{"client", false, func(n *yaml.Node) {
			c.Client = policygen.Client(r.choice(n, "client", string(policygen.Poller), string(policygen.LambdaTrigger)))
		}},
		field{"extendVisibility", false, func(n *yaml.Node) { c.ExtendVisibility = r.flag(n, "extendVisibility") }},
		field{"readAttributes", false, func(n *yaml.Node) { c.ReadAttributes = r.flag(n, "readAttributes") }},
		field{"lookUpUrl", false, func(n *yaml.Node) { c.LookUpURL = r.flag(n, "lookUpUrl") }},
		field{"sourceKeys", false, func(n *yaml.Node) {
			r.list(n, "sourceKeys", func(n *yaml.Node) { c.SourceKeys = append(c.SourceKeys, policygen.KeyARN(r.text(n, "source key"))) })
		}},
	)
	return c
}

func (r *reader) redriver(n *yaml.Node) policygen.Redriver {
	var d policygen.Redriver
	r.object(n, "redriver",
		field{"principal", false, func(n *yaml.Node) { d.Principal = r.principal(n) }},
		field{"destination", false, func(n *yaml.Node) { d.Destination = *r.queue(n, "destination") }},
		field{"sourceKeys", false, func(n *yaml.Node) {
			r.list(n, "sourceKeys", func(n *yaml.Node) { d.SourceKeys = append(d.SourceKeys, policygen.KeyARN(r.text(n, "source key"))) })
		}},
	)
	return d
}
