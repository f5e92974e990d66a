package policygen

import (
	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/text"
)

// ends checks what the two ends of a hop must have in common.
//
// [Limitations of custom policies]
//
// [Limitations of custom policies]: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html
func (c *hopCheck) ends(k *kind.Kind) {
	from, to := c.hop.resource(k.From), c.hop.resource(k.To)
	if a, b := from.part(text.Partition), to.part(text.Partition); k.BySNS() && a != "" && b != "" && a != b {
		c.add(nil, "queue arn", string(to), "its partition is "+b, a+", that of "+string(from), "SNS does not deliver to another partition")
	}
	c.types(k, from, to)
	if a, b := from.Region(), to.Region(); k.OneRegion && a != "" && b != "" && a != b {
		c.add(nil, "dead-letter queue arn", string(to), "its Region is "+b, a+", that of the subscription", "")
	}
	if k.OneAccount {
		for _, arn := range []ARN{from, to} {
			if crossAccount(c.hop.Caller, arn) {
				c.add(ErrCaller, "principal", c.hop.Caller.String(), "its account is not that of "+string(arn),
					"a role or user of account "+arn.Account(), "AWS lets no other account start a move")
			}
		}
	}
	if k.Moves() && from == to && from != "" {
		c.add(nil, "destination arn", string(to), "it is the dead-letter queue itself", "another queue", "")
	}
}

// types checks that the ends are FIFO or standard as the kind of hop asks.
func (c *hopCheck) types(k *kind.Kind, from, to ARN) {
	a, ok1 := isFIFO(string(from))
	b, ok2 := isFIFO(string(to))
	switch {
	case k.FIFO == kind.AnyType || !ok1 || !ok2 || a == b || a && k.FIFO == kind.StandardFromFIFO:
	case k.Moves():
		c.add(ErrFIFO, "destination arn", string(to), "one of it and the dead-letter queue is FIFO", "both or neither", "")
	case b:
		c.add(ErrFIFO, "queue arn", string(to), "it is FIFO", "a standard queue",
			"the topic "+string(from)+" is standard, and such a topic cannot deliver to a FIFO queue")
	default:
		c.add(ErrFIFO, "dead-letter queue arn", string(to), "it is standard", "a FIFO queue",
			"the topic "+string(from)+" is FIFO, and so must be the dead-letter queue of its subscription")
	}
}
