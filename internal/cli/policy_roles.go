package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// policyRoles returns the commands of the roles in a fan-out, in the order of the help.
func (c *Command) policyRoles() []*cobra.Command {
	return []*cobra.Command{
		c.newPolicyProducer(),
		c.newPolicyPublisher(),
		c.newPolicyConsumer(),
		c.newPolicySNS(),
		c.newPolicyRedrive(),
		c.newPolicySubscriber(),
		c.newPolicyAccountWide(),
		c.newPolicyFanout(),
	}
}

// newPolicyRedrive returns the command for those who move the messages of a dead-letter queue back.
func (c *Command) newPolicyRedrive() *cobra.Command {
	var (
		from, key, to, toKey string
		sourceKeys           []string
		principal            string
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "redrive --dead-letter-queue ARN --destination ARN [flags]",
			Short: "Who moves the messages of a dead-letter queue back",
			Long: `Print the policies of a role or user that moves the messages of a queue's
dead-letter queue to where they came from, or to another queue
(StartMessageMoveTask).

The caller also needs the keys of the queues that the messages come from: use
--source-key, unless the destination is that queue. The dead-letter queues of
SNS subscriptions cannot be redriven.`,
			Example: `  hopgrant policy redrive --dead-letter-queue arn:aws:sqs:us-east-2:123456789012:orders-dlq \
    --destination arn:aws:sqs:us-east-2:123456789012:orders \
    --destination-key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
		},
		flags: func(fs *pflag.FlagSet) {
			onceFlag(fs, &from, "dead-letter-queue", "ARN", "the dead-letter queue")
			onceFlag(fs, &key, "key", "ARN", "the dead-letter queue's customer managed key")
			onceFlag(fs, &to, "destination", "ARN", "the queue that the messages are moved to")
			onceFlag(fs, &toKey, "destination-key", "ARN", "that queue's customer managed key")
			arnList(fs, &sourceKeys, "source-key", "the key of another queue that messages come from")
			onceFlag(fs, &principal, "principal", "ARN", "who starts the move: a role or user of the queues' account")
		},
		required: []requiredFlag{{"dead-letter-queue", "the ARN of the dead-letter queue"}, {"destination", "the ARN of the queue to move to"}},
		iam:      true,
		hops: func() ([]policygen.Hop, error) {
			who, err := principalOf(principal)
			r := policygen.Redriver{Principal: who, SourceKeys: keysOf(sourceKeys),
				DeadLetterQueue: policygen.Queue{ARN: policygen.QueueARN(from), Key: policygen.KeyARN(key)},
				Destination:     policygen.Queue{ARN: policygen.QueueARN(to), Key: policygen.KeyARN(toKey)}}
			return r.Hops(), err
		},
	})
}
