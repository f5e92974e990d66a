package check

var ruleFIFOMismatch = &Rule{
	ID: "fifo-mismatch", Severity: Error,
	Documentation: Documentation{
		Title: "a FIFO queue or topic meets one that is not",
		Text: `A standard topic cannot deliver to a FIFO queue; a dead-letter queue must be of the type of its source: FIFO for a FIFO queue and for the
subscription of a FIFO topic. (A FIFO topic does deliver to standard queues.) The deployment fails, or messages are lost.`,
		AWS: []string{
			"https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html",
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
		},
	},
	check: ruleFIFO,
}

func ruleFIFO(s *subject, r *Rule) []Finding {
	var all []Finding
	for i := range s.hops {
		h := &s.hops[i]
		err := fifoMismatch(&h.Hop)
		if err == nil {
			continue
		}
		f := s.hopFinding(r, h, err.Error(), h.By.At)
		f.Advice = "make both FIFO, or neither"
		all = append(all, f)
	}
	return all
}
