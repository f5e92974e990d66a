package policygen

import "slices"

// A Fanout is a whole topology: publishers, topics, queues and consumers. [Generate] refuses a Fanout with an unnamed
// caller, with a queue that subscribes to a topic outside of it, or with a dead-letter queue that SQS cannot move
// messages to.
type Fanout struct {
	Topics     []Topic
	Publishers []Publisher // nil Topics mean every topic of the fan-out
	Queues     []Subscription
}

// A Subscription is a queue of a [Fanout], with everything around the queue.
type Subscription struct {
	Queue Queue
	// Topics are the topics of the fan-out that the queue subscribes to; nil means all.
	Topics []TopicARN
	// Producers and Consumers use Queue, unless their own Queues are set.
	Producers []Producer
	Consumers []Consumer
	// DeadLetterQueue is where SQS moves messages that were received too often. DeadLetterConsumers read it, and get the use
	// of Queue's key too; Redrivers move its messages back to Queue. Both use these queues unless their own are set.
	DeadLetterQueue     *Queue
	DeadLetterConsumers []Consumer
	Redrivers           []Redriver
	// SubscriptionDeadLetterQueue is where SNS puts messages that it could not deliver to Queue.
	SubscriptionDeadLetterQueue *Queue
}

// Hops returns every hop of the topology: those of the publishers first, then those of each queue.
func (f Fanout) Hops() []Hop {
	hops := make([]Hop, 0, len(f.Topics)*(len(f.Publishers)+2*len(f.Queues))+2*len(f.Queues))
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

// hops returns the hops behind the subscription: those that begin or end at its queue or dead-letter queue.
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

// check returns an [*InputError] for each unnamed caller, for each topic that is not in the fan-out, and for each
// dead-letter queue that SQS cannot move messages to.
func (f Fanout) check() []error {
	var errs []error
	named := func(p Principal, what string, of ARN) {
		if p == nil {
			errs = append(errs, inputError(what, "", "one of "+string(of)+" has no principal, and its policy would be everybody's", "a role, a user or a service", ""))
		}
	}
	first := ARN("")
	if len(f.Topics) > 0 {
		first = ARN(f.Topics[0].ARN)
	}
	for _, p := range f.Publishers {
		named(p.Principal, "publisher", first)
	}
	for _, s := range f.Queues {
		arn := ARN(s.Queue.ARN)
		for _, t := range s.Topics {
			if !slices.ContainsFunc(f.Topics, func(known Topic) bool { return known.ARN == t }) {
				errs = append(errs, inputError("topic arn", string(t), "the queue "+string(arn)+" subscribes to it, and the fanout does not have it", "one of its topics", ""))
			}
		}
		for _, p := range s.Producers {
			named(p.Principal, "producer", arn)
		}
		for _, c := range s.Consumers {
			named(c.Principal, "consumer", arn)
		}
		if s.DeadLetterQueue == nil {
			if len(s.DeadLetterConsumers)+len(s.Redrivers) > 0 {
				errs = append(errs, inputError("dead-letter queue", "", "the queue "+string(arn)+" has none, but callers for it", "one", ""))
			}
			continue
		}
		for _, c := range s.DeadLetterConsumers {
			named(c.Principal, "dead-letter consumer", arn)
		}
		for _, r := range s.Redrivers {
			named(r.Principal, "redriver", arn)
		}
		if err := checkDeadLetterQueue(arn, ARN(s.DeadLetterQueue.ARN)); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// checkDeadLetterQueue returns an error if SQS cannot move a queue's messages to the dead-letter queue.
//
// [Using dead-letter queues in Amazon SQS]
//
// [Using dead-letter queues in Amazon SQS]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func checkDeadLetterQueue(queue, dlq ARN) error {
	bad := func(cause error, got, want string) error {
		e := inputError("dead-letter queue arn", string(dlq), got, want+", as of "+string(queue), "")
		e.Cause = cause
		return e
	}
	a, ok1 := isFIFO(string(queue))
	b, ok2 := isFIFO(string(dlq))
	switch {
	case ok1 && ok2 && a && !b:
		return bad(ErrFIFO, "it is standard", "a FIFO queue")
	case ok1 && ok2 && b && !a:
		return bad(ErrFIFO, "it is FIFO", "a standard queue")
	case queue.Region() != "" && dlq.Region() != "" && queue.Region() != dlq.Region():
		return bad(nil, "its Region is "+dlq.Region(), "Region "+queue.Region())
	case queue.Account() != "" && dlq.Account() != "" && queue.Account() != dlq.Account():
		return bad(nil, "its account is "+dlq.Account(), "account "+queue.Account())
	}
	return nil
}
