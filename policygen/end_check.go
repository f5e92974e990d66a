package policygen

import (
	"errors"
	"strings"

	"github.com/hopgrant/hopgrant/internal/kind"
	"github.com/hopgrant/hopgrant/internal/service"
	"github.com/hopgrant/hopgrant/internal/text"
)

// end checks the topic or queue at one end of a hop, and its key.
func (c *hopCheck) end(p kind.Part) {
	h, k := c.hop, c.hop.record()
	switch p {
	case kind.Topic:
		c.err(c.arn(&topicForm, string(h.Topic.ARN), c.patterns))
		if h.Topic.Scope != "" {
			c.err(c.arn(&topicForm, string(h.Topic.Scope), true))
		}
		if k.CallsOn(kind.TopicKey) {
			c.key("key", string(h.Topic.Key), ARN(h.Topic.ARN), "sns")
		}
	case kind.Queue:
		what := "queue"
		if k.FromDeadLetters() {
			what = "dead-letter queue"
		}
		c.queue(what, h.Queue)
	case kind.Destination:
		c.queue("destination", h.Destination)
	}
}

func (c *hopCheck) queue(what string, q Queue) {
	if err := c.arn(&queueForm, string(q.ARN), c.patterns); err != nil {
		var e *InputError
		if what != "queue" && errors.As(err, &e) {
			e.What = what + " arn"
		}
		c.err(err)
	}
	c.key("key", string(q.Key), ARN(q.ARN), "sqs")
}

// key checks the key of a queue or topic.
func (c *hopCheck) key(what, key string, of ARN, user string) {
	if key == "" {
		return
	}
	if owner, ok := service.ManagedKey(key); ok {
		c.managedKey(what, key, owner, of, user)
		return
	}
	if strings.HasPrefix(key, "alias/") || strings.Contains(key, ":alias/") {
		c.add(ErrAlias, what, key, "an alias", "the key's ARN, arn:aws:kms:region:account:key/id",
			"IAM compares Resource with the key's ARN and never with an alias")
		return
	}
	if !strings.HasPrefix(key, "arn:") && !text.Unresolved(key) {
		c.add(ErrAlias, what, key, "no ARN", "the key's ARN, arn:aws:kms:region:account:key/id", "IAM does not match key ids")
		return
	}
	if err := c.arn(&keyForm, key, c.patterns); err != nil {
		c.err(err)
		return
	}
	k := ARN(key)
	if a, b := k.part(text.Partition), of.part(text.Partition); a != "" && b != "" && a != b {
		c.add(ErrKeyRegion, what, key, "its partition is "+a, b+", that of "+string(of), "")
	} else if a, b := k.Region(), of.Region(); a != "" && b != "" && a != b && !text.IsPattern(a+b) {
		c.add(ErrKeyRegion, what, key, "its Region is "+a, b+", that of "+string(of), "a key is used in its own Region only")
	}
}

// managedKey checks that an AWS managed key is the key of the resource's service and that it admits the caller.
func (c *hopCheck) managedKey(what, key, owner string, of ARN, user string) {
	caller := c.hop.caller()
	alternatives := "use SSE-SQS or a customer managed key"
	if user == "sns" {
		alternatives = "use a customer managed key, or no key"
	}
	switch {
	case owner != user:
		c.add(ErrAWSManagedKey, what, key, "it is the AWS managed key of "+owner, "alias/aws/"+user+" or a customer managed key", "")
	case IsService(caller):
		c.add(ErrAWSManagedKey, what, key, "an AWS managed key never admits "+caller.String()+", and its policy cannot be edited",
			"no AWS managed key", alternatives)
	case foreign(AccountOf(caller), of):
		c.add(ErrAWSManagedKey, what, key, "an AWS managed key admits only its own account, not "+AccountOf(caller),
			"no AWS managed key", alternatives)
	}
}

func (c *hopCheck) sourceKeys() {
	for _, k := range c.hop.SourceKeys {
		c.key("source key", string(k), ARN(c.hop.Queue.ARN), "sqs")
	}
}

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
			if foreign(AccountOf(c.hop.Caller), arn) {
				c.add(ErrCaller, "principal", c.hop.Caller.String(), "its account is not that of "+string(arn),
					"a role or user of account "+arn.Account(), "AWS lets no other account start a move")
			}
		}
	}
	if k.Moves() && from == to && from != "" {
		c.add(nil, "destination arn", string(to), "it is the dead-letter queue itself", "another queue", "")
	}
}

// types checks that the ends are FIFO or standard as the kind of hop requires.
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
