package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicySNS returns the command for SNS, which delivers to a queue.
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

The queue's policy admits SNS for exactly these topics, and so does the key's
policy if the queue has a customer managed key. SNS cannot use the AWS managed
key alias/aws/sqs: its messages would be lost. A queue with SSE-SQS needs no key.`,
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

// newPolicySubscriber returns the command for those who subscribe queues to topics.
func (c *Command) newPolicySubscriber() *cobra.Command {
	var (
		topics    []string
		principal string
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "subscriber --topic ARN... [flags]",
			Short: "Who subscribes queues to topics, of another account too",
			Long: `Print the policies of a role, user or account that subscribes queues to topics.
If topic and queue belong to different accounts, the owner of the queue should
subscribe it: then the subscription needs no confirmation.`,
			Example: `  # account 111122223333 may subscribe its queues
  hopgrant policy subscriber --topic arn:aws:sns:us-east-2:123456789012:events --principal 111122223333 --on topic`,
		},
		flags: func(fs *pflag.FlagSet) {
			arnList(fs, &topics, "topic", "the topic")
			onceFlag(fs, &principal, "principal", "ARN|ACCOUNT", "who subscribes: a role, a user or an account")
		},
		required: []requiredFlag{{"topic", "the ARN of a topic"}},
		hops: func() ([]policygen.Hop, error) {
			list, err1 := topicsOf(topics, nil)
			who, err2 := principalOf(principal)
			return policygen.Subscriber{Principal: who, Topics: list}.Hops(), errors.Join(err1, err2)
		},
	})
}
