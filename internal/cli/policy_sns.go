package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicySNS returns the command of SNS delivering to a queue.
func (c *Command) newPolicySNS() *cobra.Command {
	var (
		topics     []string
		queue, key string
		deadLetter bool
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "sns --topic ARN... --queue ARN [flags]",
			Short: "SNS, delivering from topics to a queue",
			Long: `Print the policies under which SNS delivers from topics to a queue, or to the
dead-letter queue of subscriptions.

SNS is admitted by the queue's policy and, if the queue has a customer managed
key, by the key's, for exactly these topics. It cannot use the AWS managed key
alias/aws/sqs: its messages would be lost. A queue with SSE-SQS needs no key.`,
			Example: `  # two topics, one queue with a customer managed key
  hopgrant policy sns --topic arn:aws:sns:us-east-2:123456789012:events --topic arn:aws:sns:us-east-2:123456789012:audit \
    --queue arn:aws:sqs:us-east-2:123456789012:orders \
    --key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab

  # in Terraform
  hopgrant policy sns --format terraform --topic '${aws_sns_topic.events.arn}' --queue '${aws_sqs_queue.orders.arn}'`,
		},
		flags: func(fs *pflag.FlagSet) {
			arnList(fs, &topics, "topic", "the topic")
			onceFlag(fs, &queue, "queue", "ARN", "the queue")
			onceFlag(fs, &key, "key", "ARN", "the queue's customer managed key")
			fs.BoolVar(&deadLetter, "dead-letter", false, "the queue is the dead-letter queue of the subscriptions")
		},
		required: []requiredFlag{{"topic", "the ARN of a topic"}, {"queue", "the ARN of the queue"}},
		hops: func() ([]policygen.Hop, error) {
			list, err := topicsOf(topics, nil)
			d := policygen.Delivery{Topics: list, Queue: policygen.Queue{ARN: policygen.QueueARN(queue), Key: policygen.KeyARN(key)}, DeadLetter: deadLetter}
			return d.Hops(), err
		},
	})
}
