package fanoutfile

import (
	"errors"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// MaxSize is the size in bytes of the largest file that [Read] reads: 10 MB.
const MaxSize = 10_000_000

// Read reads the fan-out in a file as a topology. The error joins [*value.Error] values.
func Read(path string) (*topology.Topology, error) {
	data, err := value.ReadFile(path, path, MaxSize)
	if err != nil {
		return nil, err
	}
	file, err := Parse(path, data)
	if err != nil {
		return nil, err
	}
	return file.Topology(), nil
}

// Topology returns the fan-out as a topology. The file says which hops there are, but not which policies are deployed.
// The topology therefore has the policies that "hopgrant policy fanout" prints, for all hops that can work.
func (f *File) Topology() *topology.Topology {
	b := &builder{topology.NewRegistry(&topology.Topology{Path: f.name, Kind: "fanout"}), f}
	b.Verbatim = true
	b.build()
	return b.Topology
}

// A builder builds the topology of a file.
type builder struct {
	*topology.Registry
	file *File
}

func (b *builder) build() {
	f := b.file.Fanout
	for _, t := range f.Topics {
		b.topic(t)
	}
	for _, s := range f.Queues {
		q := b.queue(s.Queue)
		if s.DeadLetterQueue != nil {
			q.DeadLetter = &topology.Redrive{At: q.At, Queue: b.queue(*s.DeadLetterQueue)}
		}
		topics := s.Topics
		if topics == nil {
			for _, t := range f.Topics {
				topics = append(topics, t.ARN)
			}
		}
		for _, arn := range topics {
			sub := &topology.Subscription{Element: q.Element, Topic: b.Topic(string(arn)), Queue: q}
			if s.SubscriptionDeadLetterQueue != nil {
				sub.DeadLetter = b.queue(*s.SubscriptionDeadLetterQueue)
			}
			b.Subscriptions = append(b.Subscriptions, sub)
		}
	}
	var possible []policygen.Hop
	for _, h := range f.Hops() {
		h = named(h)
		b.hop(h)
		if errors.Is(h.Check(), policygen.ErrAWSManagedKey) {
			// Everything but the key can still be granted.
			h.Queue.Key, h.Topic.Key, h.Destination.Key, h.SourceKeys = "", "", "", nil
		}
		if h.Check() == nil {
			possible = append(possible, h)
		}
	}
	b.policies(possible, b.file.Options)
}

// at returns the position of a value in the file.
func (b *builder) at(of string) topology.Position {
	at := b.file.place(of, "")
	return topology.Position{File: b.file.name, Line: int(at.Line), Column: int(at.Column)}
}

func (b *builder) element(value string) topology.Element {
	return topology.Element{ID: value, At: b.at(value)}
}

func (b *builder) topic(t policygen.Topic) *topology.Topic {
	if have := b.Topic(string(t.ARN)); have != nil {
		return have
	}
	made := &topology.Topic{Element: b.element(string(t.ARN)), ARN: t.ARN, FIFO: fifo(string(t.ARN)), Key: b.key(t.Key)}
	b.AddTopic(made)
	return made
}

func (b *builder) queue(q policygen.Queue) *topology.Queue {
	if have := b.Queue(string(q.ARN)); have != nil {
		return have
	}
	made := &topology.Queue{Element: b.element(string(q.ARN)), ARN: q.ARN, FIFO: fifo(string(q.ARN)), SSE: text.Maybe,
		Key: b.key(q.Key)}
	if q.Key == "" {
		made.SSE = text.Yes
	}
	b.AddQueue(made, "")
	return made
}

func fifo(arn string) text.Truth {
	if text.Unresolved(arn) && !strings.HasSuffix(arn, ".fifo") {
		return text.Maybe
	}
	return text.Of(strings.HasSuffix(arn, ".fifo"))
}

func (b *builder) key(arn policygen.KeyARN) *topology.KeyRef {
	if arn == "" {
		return nil
	}
	k := b.Key(string(arn))
	if k == nil {
		k = &topology.Key{Element: b.element(string(arn)), ARN: arn}
		if owner, ok := service.ManagedKey(string(arn)); ok {
			k.AWSManaged = owner
		}
		b.AddKey(k)
	}
	return &topology.KeyRef{Key: k, Written: string(arn), At: k.At}
}

func (b *builder) caller(p policygen.Principal) *topology.Caller {
	name := p.String()
	c := b.Caller(name)
	if c == nil {
		c = &topology.Caller{Element: b.element(name), Principal: p}
		if strings.HasSuffix(name, unnamed) {
			c.ID = "whoever has the identity policy"
		}
		b.AddCaller(c)
	}
	return c
}

// unnamed is the end of the ARN of a role that stands for an unnamed caller.
const unnamed = "role/${caller}"

// named returns the hop with a caller. If the file does not name one, it is a role of the resource's own account.
func named(h policygen.Hop) policygen.Hop {
	if h.Caller != nil || kind.Of(h.Kind).BySNS() {
		return h
	}
	of := policygen.ARN(h.Queue.ARN)
	if kind.Of(h.Kind).Resource() == kind.Topic {
		of = policygen.ARN(h.Topic.ARN)
	}
	account, partition := of.Account(), text.Known(string(of), text.Partition)
	if account == "" || partition == "" || text.IsPattern(account) {
		h.Caller = policygen.RoleARN("arn:${AWS::Partition}:iam::${AWS::AccountId}:" + unnamed)
		return h
	}
	h.Caller = policygen.RoleARN("arn:" + partition + ":iam::" + account + ":" + unnamed)
	return h
}

// hop adds the publisher, consumer or redriver of a hop. Subscriptions are added elsewhere.
func (b *builder) hop(h policygen.Hop) {
	switch k := kind.Of(h.Kind); {
	case k.Enters():
		p := &topology.Publisher{Grouped: text.Yes, Caller: b.caller(h.Caller), Source: h.Source, SourceAccount: h.SourceAccount,
			ReadAttributes: h.ReadAttributes, LookUpURL: h.LookUpURL}
		p.Element = p.Caller.Element
		if k.To == kind.Topic {
			p.Topic = b.topic(h.Topic)
		} else {
			p.Queue = b.queue(h.Queue)
		}
		b.Publishers = append(b.Publishers, p)
	case k.Leaves():
		c := &topology.Consumer{Caller: b.caller(h.Caller), Queue: b.queue(h.Queue), Client: h.Client,
			ExtendVisibility: h.ExtendVisibility, ReadAttributes: h.ReadAttributes, LookUpURL: h.LookUpURL}
		c.Element = c.Caller.Element
		b.Consumers = append(b.Consumers, c)
	case k.Moves():
		r := &topology.Redriver{Caller: b.caller(h.Caller), Queue: b.queue(h.Queue), Destination: b.queue(h.Destination)}
		r.Element = r.Caller.Element
		b.Redrivers = append(b.Redrivers, r)
	}
}

// policies adds the documents that hopgrant writes for the hops.
func (b *builder) policies(hops []policygen.Hop, o policygen.Options) {
	all, err := policygen.Generate(o, policygen.Hops(hops))
	if err != nil {
		b.Unknowns = append(b.Unknowns, topology.Unknown{ID: b.file.name, What: "policies", Why: err.Error(),
			At: topology.Position{File: b.file.name}})
	}
	for _, a := range all {
		p := &topology.Policy{Element: b.element(string(a.Resource)), Document: a.Document}
		switch a.On {
		case policygen.OnIdentity:
			c := b.caller(a.Principal)
			p.Element = c.Element
			c.Identity = append(c.Identity, p)
		case policygen.OnTopic:
			b.Topic(string(a.Resource)).Policies = []*topology.Policy{p}
		case policygen.OnQueue:
			b.Queue(string(a.Resource)).Policies = []*topology.Policy{p}
		case policygen.OnKey:
			b.Key(string(a.Resource)).Policy = p
		}
	}
	for _, k := range b.Keys {
		if k.Policy == nil && k.AWSManaged == "" {
			k.Policy = &topology.Policy{Element: k.Element, Document: policygen.DefaultKeyPolicy(ownerOf(k.ARN))}
		}
	}
}

// ownerOf returns the account and partition of a key, which may be unresolved.
func ownerOf(arn policygen.KeyARN) (account, partition string) {
	account, partition = policygen.ARN(arn).Account(), text.Known(string(arn), text.Partition)
	if account == "" {
		account = "${AWS::AccountId}"
	}
	return account, partition
}
