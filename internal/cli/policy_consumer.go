package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicyConsumer returns the command for those who receive the messages of queues.
func (c *Command) newPolicyConsumer() *cobra.Command {
	var (
		queues, keys, sourceKeys      []string
		principal, organization       string
		client                        policygen.Client
		extend, readAttributes, byURL bool
	)
	cmd := &cobra.Command{
		Use:   "consumer --queue ARN... [flags]",
		Short: "Who receives and deletes the messages of queues",
		Long: `Print the policies of a consumer: a role or user that receives and deletes the
messages of queues.

A Lambda function with an SQS trigger consumes as its execution role: use
--client lambda. The consumer of a dead-letter queue also needs the keys of the
queues that its messages come from: use --source-key. Without --principal the
consumer is a role or user of the queues' own account, and needs an identity
policy only.`,
		Example: `  # a program that polls a queue with a customer managed key
  hopgrant policy consumer --queue arn:aws:sqs:us-east-2:123456789012:orders \
    --key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab

  # a Lambda function that is triggered by a dead-letter queue
  hopgrant policy consumer --queue arn:aws:sqs:us-east-2:123456789012:orders-dlq --client lambda \
    --source-key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
	}
	return c.policyCommand(policyRole{
		cmd: cmd,
		flags: func(fs *pflag.FlagSet) {
			arnList(fs, &queues, "queue", "the queue")
			arnList(fs, &keys, "key", "the queue's customer managed key: one for all queues, or one for each")
			arnList(fs, &sourceKeys, "source-key", "of a dead-letter queue: the key of a queue that its messages come from")
			onceFlag(fs, &principal, "principal", "ARN", "who consumes: a role or user")
			organizationFlag(fs, &organization, "consumes")
			choiceFlag(cmd, &client, "client", "CLIENT", "how it receives, as a polling program or through the trigger of a Lambda function",
				policygen.Poller, policygen.LambdaTrigger)
			fs.BoolVar(&extend, "extend-visibility", false, "it changes the visibility of messages, to work on them for longer")
			fs.BoolVar(&readAttributes, "read-attributes", false, "it reads the queue's attributes too")
			fs.BoolVar(&byURL, "look-up-url", false, "it looks up the queue's URL by its name")
		},
		required: []requiredFlag{{"queue", "the ARN of a queue"}},
		iam:      true,
		hops: func() ([]policygen.Hop, error) {
			list, err1 := queuesOf(queues, keys)
			who, err2 := callerOf(principal, organization)
			p := policygen.Consumer{Principal: who, Queues: list, SourceKeys: keysOf(sourceKeys), Client: client,
				ExtendVisibility: extend, ReadAttributes: readAttributes, LookUpURL: byURL}
			return p.Hops(), errors.Join(err1, err2)
		},
	})
}
