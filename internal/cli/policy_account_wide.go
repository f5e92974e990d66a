package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/region"
	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicyAccountWide returns the command that prints the account-wide key policy.
func (c *Command) newPolicyAccountWide() *cobra.Command {
	var (
		account, region, key string
		topics               []string
		o                    policyOutput
	)
	cmd := &cobra.Command{
		Use:   "account-wide --account ID --region REGION [flags]",
		Short: "A key policy for everybody in an account who may use its queues",
		Long: `Print a key policy under which a customer managed key works like an AWS managed
key, but SNS can use it too: whoever in the account may send to a queue or
receive from it may use the queue's key through SQS without a grant of their
own, and SNS may deliver from the given topics, or from every topic of the
account.`,
		Example: `  hopgrant policy account-wide --account 123456789012 --region us-east-2 \
    --topic arn:aws:sns:us-east-2:123456789012:events`,
		Args: noArguments,
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	onceFlag(fs, &account, "account", "ID", "the account of the key and the queues")
	onceFlag(fs, &region, "region", "REGION", "their Region")
	arnList(fs, &topics, "topic", "a topic that delivers to the queues; without any it is every topic of the account")
	onceFlag(fs, &key, "key", "ARN", "the key, for the name of the output")
	fs.BoolVar(&o.statementsOnly, "statements-only", false, "only the statements to add to a policy that is there already")
	o.formatFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		required := []requiredFlag{{"account", "the account's 12 digits"}, {"region", "a Region code such as us-east-1"}}
		if o.isTerraform() {
			bareReferences(cmd)
			required = append(required, requiredFlag{"key", "the key that gets the policy, such as '${aws_kms_key.queues.arn}'"})
		}
		errs := append(missingFlags(cmd, required), o.check())
		if err := errors.Join(errs...); err != nil {
			return err
		}
		how := policygen.Options{KeyAccess: policygen.AccountWide, Account: account, Region: region, KeyStatementsOnly: o.statementsOnly}
		if _, err := policygen.Generate(how); err != nil && len(topics) == 0 {
			return nameFlags(cmd, err) // a pattern of all topics would be wrong too
		}
		policies, err := policygen.Generate(how, accountDelivery(account, region, topics))
		if err != nil {
			return nameFlags(cmd, err)
		}
		wide := policies.On(policygen.OnKey)[0]
		wide.Resource, wide.Account = policygen.ARN(key), account
		return nameFlags(cmd, c.printPolicies(&o, policygen.Policies{wide}, nil))
	}
	return cmd
}

// accountDelivery is SNS delivering to any queue of the account under its key: from topics, or from every topic of the
// account if there are none.
func accountDelivery(account, code string, topics []string) policygen.Delivery {
	d := policygen.Delivery{Queue: policygen.Queue{ARN: "${Queue}", Key: "${Key}"}}
	for _, t := range topics {
		d.Topics = append(d.Topics, policygen.Topic{ARN: policygen.TopicARN(t)})
	}
	if len(topics) == 0 {
		every := "arn:" + region.Partition(code) + ":sns:*:" + account + ":*"
		d.Topics = []policygen.Topic{{ARN: "${Topic}", Scope: policygen.TopicARN(every)}}
	}
	return d
}
