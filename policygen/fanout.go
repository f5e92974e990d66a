package policygen

// A Fanout is a whole topology: publishers, topics, queues and consumers.
type Fanout struct {
	Topics     []Topic
	Publishers []Publisher // with Topics nil: of every topic of the fanout
	Queues     []Subscription
	Options    Options
}

// A Subscription is a queue of a [Fanout] with everything around it.
type Subscription struct {
	Queue Queue
	// Topics are those of the fanout that the queue subscribes to; nil means all.
	Topics []TopicARN
	// Producers and Consumers are those of Queue; their Queues are left empty.
	Producers []Producer
	Consumers []Consumer
	// DeadLetterQueue is where SQS moves messages that were received too often. Its consumers read it, with the key of
	// Queue too, and its redrivers move messages back to Queue; their queues are left empty.
	DeadLetterQueue     *Queue
	DeadLetterConsumers []Consumer
	Redrivers           []Redriver
	// SubscriptionDeadLetterQueue is where SNS puts messages that it could not deliver to Queue.
	SubscriptionDeadLetterQueue *Queue
}

// Hops returns every hop of the topology: publishers first, then queue by queue.
func (f Fanout) Hops() []Hop {
	var hops []Hop
	for _, p := range f.Publishers {
		if p.Topics == nil {
			p.Topics = f.Topics
		}
		hops = append(hops, p.Hops()...)
	}
	for _, s := range f.Queues {
		topics := f.topicsOf(s)
		hops = append(hops, Delivery{Topics: topics, Queue: s.Queue}.Hops()...)
		if dlq := s.SubscriptionDeadLetterQueue; dlq != nil {
			hops = append(hops, Delivery{Topics: topics, Queue: *dlq, DeadLetter: true}.Hops()...)
		}
		hops = append(hops, s.hops()...)
	}
	return hops
}

func (f Fanout) topicsOf(s Subscription) []Topic {
	if s.Topics == nil {
		return f.Topics
	}
	topics := make([]Topic, 0, len(s.Topics))
	for _, arn := range s.Topics {
		t := Topic{ARN: arn}
		for _, known := range f.Topics {
			if known.ARN == arn {
				t = known
			}
		}
		topics = append(topics, t)
	}
	return topics
}

// hops returns the hops behind the subscription.
func (s Subscription) hops() []Hop {
	var hops []Hop
	for _, p := range s.Producers {
		if p.Queues == nil {
			p.Queues = []Queue{s.Queue}
		}
		hops = append(hops, p.Hops()...)
	}
	for _, c := range s.Consumers {
		if c.Queues == nil {
			c.Queues = []Queue{s.Queue}
		}
		hops = append(hops, c.Hops()...)
	}
	if s.DeadLetterQueue == nil {
		return hops
	}
	for _, c := range s.DeadLetterConsumers {
		if c.Queues == nil {
			c.Queues = []Queue{*s.DeadLetterQueue}
		}
		if s.Queue.Key != "" {
			c.SourceKeys = append(c.SourceKeys[:len(c.SourceKeys):len(c.SourceKeys)], s.Queue.Key)
		}
		hops = append(hops, c.Hops()...)
	}
	for _, r := range s.Redrivers {
		if r.DeadLetterQueue == (Queue{}) {
			r.DeadLetterQueue = *s.DeadLetterQueue
		}
		if r.Destination == (Queue{}) {
			r.Destination = s.Queue
		}
		if s.Queue.Key != "" {
			r.SourceKeys = append(r.SourceKeys[:len(r.SourceKeys):len(r.SourceKeys)], s.Queue.Key)
		}
		hops = append(hops, r.Hops()...)
	}
	return hops
}

// Policies returns every document of the topology, as [Generate] does.
func (f Fanout) Policies() (Policies, error) { return Generate(f.Hops(), f.Options) }
