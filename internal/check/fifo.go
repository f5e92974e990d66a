package check

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
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
	k := h.Record()
	from, to := fifoEnds(h)
	switch {
	case k.FIFO == kind.AnyType, from == text.Maybe, to == text.Maybe, from == to,
		from == text.Yes && k.FIFO == kind.StandardFromFIFO:
		return nil
	}
	is, isNot := "FIFO", "standard"
	if to == text.No {
		is, isNot = isNot, is
	}
	e := &policygen.InputError{What: `queue "` + h.To.Label() + `"`, Want: "a standard queue", Cause: policygen.ErrFIFO}
	if k.ToDeadLetters() {
		e.What = "dead-letter " + e.What
	}
	if k.FIFO == kind.SameType {
		e.Want = "a queue of the same type"
	}
	what := "topic"
	if h.Moved || k.Moves() {
		what = "queue"
	}
	e.Got = "it is " + is + " and " + what + " " + h.From.Label() + " is " + isNot
	return e
}

// fifoEnds tells whether the ends of the hop are FIFO.
func fifoEnds(h *topology.Hop) (from, to text.Truth) {
	switch {
	case h.Moved:
		return h.Sources[0].FIFO, h.QueueElement.FIFO
	case h.Record().Moves():
		return h.QueueElement.FIFO, h.DestinationElement.FIFO
	case h.Record().BySNS():
		return h.TopicElement.FIFO, h.QueueElement.FIFO
	}
	return text.Maybe, text.Maybe
}
