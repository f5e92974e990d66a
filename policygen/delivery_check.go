package policygen

func (c *hopCheck) partition() {
	t, q := ARN(c.hop.Topic.ARN).Partition(), ARN(c.hop.Queue.ARN).Partition()
	if t != "" && q != "" && t != q {
		c.add(nil, "queue arn", string(c.hop.Queue.ARN), "its partition is "+q, t+", that of "+string(c.hop.Topic.ARN),
			"SNS does not deliver to another partition")
	}
}

// deliveryFIFO checks what SNS can deliver to: a standard topic to standard queues only, a FIFO topic to both, its
// dead-letter queues must be FIFO.
func (c *hopCheck) deliveryFIFO() {
	topic, ok1 := isFIFO(string(c.hop.Topic.ARN))
	queue, ok2 := isFIFO(string(c.hop.Queue.ARN))
	switch {
	case !ok1 || !ok2:
	case queue && !topic:
		c.add(ErrFIFO, "queue arn", string(c.hop.Queue.ARN), "it is FIFO", "a standard queue",
			"the topic "+string(c.hop.Topic.ARN)+" is standard, and such a topic cannot deliver to a FIFO queue")
	case topic && !queue && c.hop.Kind == DeadLetter:
		c.add(ErrFIFO, "dead-letter queue arn", string(c.hop.Queue.ARN), "it is standard", "a FIFO queue",
			"the topic "+string(c.hop.Topic.ARN)+" is FIFO, and so must be the dead-letter queue of its subscription")
	}
	if c.hop.Kind == DeadLetter {
		t, q := ARN(c.hop.Topic.ARN).Region(), ARN(c.hop.Queue.ARN).Region()
		if t != "" && q != "" && t != q {
			c.add(nil, "dead-letter queue arn", string(c.hop.Queue.ARN), "its Region is "+q, t+", that of the subscription", "")
		}
	}
}

// redrive checks that both queues are alike and of the caller's account: StartMessageMoveTask cannot be granted to others.
//
// [Limitations of custom policies]
//
// [Limitations of custom policies]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html
func (c *hopCheck) redrive() {
	from, to := c.hop.Queue.ARN, c.hop.Destination.ARN
	a, ok1 := isFIFO(string(from))
	b, ok2 := isFIFO(string(to))
	if ok1 && ok2 && a != b {
		c.add(ErrFIFO, "destination arn", string(to), "one of it and the dead-letter queue is FIFO", "both or neither", "")
	}
	for _, arn := range []QueueARN{from, to} {
		if crossAccount(c.hop.Caller, ARN(arn)) {
			c.add(ErrCaller, "principal", c.hop.Caller.String(), "its account is not that of "+string(arn),
				"a role or user of account "+ARN(arn).Account(), "AWS lets no other account start a move")
		}
	}
	if from == to && from != "" {
		c.add(nil, "destination arn", string(to), "it is the dead-letter queue itself", "another queue", "")
	}
}
