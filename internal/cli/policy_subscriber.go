package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicySubscriber returns the command of who subscribes queues to topics of another account.
func (c *Command) newPolicySubscriber() *cobra.Command {
	var (
		topics    []string
		principal string
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "subscriber --topic ARN... [flags]",
			Short: "Who subscribes queues to topics, of another account too",
			Long: `Print the policies of who subscribes queues to topics. Where topic and queue
belong to different accounts, that is best the queue's owner: then the
subscription needs no confirmation.`,
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
