package check

import (
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen"
)

// fifoMismatch returns an error if the file says that one end of the hop is FIFO and the other is not, but must be. Where the
// file says nothing of either end, it returns nil.
//
// [FIFO message delivery], [Subscription dead-letter queues], [Dead-letter queues]
//
// [FIFO message delivery]: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
// [Subscription dead-letter queues]: https://docs.aws.amazon.com/sns/latest/dg/fifo-message-durability.html
// [Dead-letter queues]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func fifoMismatch(h *topology.Hop) error {
	var from, to topology.Tri
	switch h.Kind {
	case policygen.Deliver, policygen.DeadLetter:
		to = h.QueueElement.FIFO
		if h.Moved {
			from = h.Sources[0].FIFO
		} else {
			from = h.TopicElement.FIFO
		}
	case policygen.Redrive:
		from, to = h.QueueElement.FIFO, h.DestinationElement.FIFO
	default:
		return nil
	}
	switch {
	case from == topology.NotKnown || to == topology.NotKnown || from == to:
		return nil
	case h.Kind == policygen.Deliver && from == topology.Yes:
		return nil // a FIFO topic delivers to standard queues too
	}
	is, isNot := "FIFO", "standard"
	if to == topology.No {
		is, isNot = isNot, is
	}
	e := &policygen.InputError{What: "queue", Value: h.To.ID, Got: "it is " + is + " and topic " + h.From.ID + " is " + isNot,
		Want: "a standard queue", Cause: policygen.ErrFIFO}
	if h.Kind == policygen.DeadLetter {
		e.What = "dead-letter queue"
		e.Want = "a queue of the same type"
	}
	if h.Moved || h.Kind == policygen.Redrive {
		e.Got = "it is " + is + " and queue " + h.From.ID + " is " + isNot
		e.Want = "a queue of the same type"
	}
	return e
}
