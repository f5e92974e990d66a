package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicyPublisher returns the command for those who publish to topics.
func (c *Command) newPolicyPublisher() *cobra.Command {
	var (
		topics, keys            []string
		principal, organization string
		source                  sourceFlags
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "publisher --topic ARN... [flags]",
			Short: "Who publishes messages to topics",
			Long: `Print the policies of a publisher: a role, a user or an AWS service that
publishes to topics.

A publisher needs nothing on the queues behind the topics, nor on their keys:
SNS delivers on its own (see hopgrant policy sns). Without --principal the
publisher is a role or user of the topics' own account, and needs an identity
policy only.`,
			Example: `  # a role of another account; the topic has a customer managed key
  hopgrant policy publisher --topic arn:aws:sns:us-east-2:123456789012:events \
    --key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab \
    --principal arn:aws:iam::111122223333:role/checkout

  # a bucket's notifications
  hopgrant policy publisher --topic arn:aws:sns:us-east-2:123456789012:events \
    --principal s3.amazonaws.com --source arn:aws:s3:::invoices --source-account 123456789012

  # the alarms of every account of an organization
  hopgrant policy publisher --topic arn:aws:sns:us-east-2:123456789012:events \
    --principal cloudwatch.amazonaws.com --source-org o-exampleorgid`,
		},
		flags: func(fs *pflag.FlagSet) {
			arnList(fs, &topics, "topic", "the topic")
			arnList(fs, &keys, "key", "the topic's customer managed key: one for all topics, or one for each")
			onceFlag(fs, &principal, "principal", "ARN|SERVICE", "who publishes: a role, a user, or an AWS service such as s3.amazonaws.com")
			organizationFlag(fs, &organization, "publishes")
			source.define(fs, "publishes")
		},
		required: []requiredFlag{{"topic", "the ARN of a topic"}},
		iam:      true,
		hops: func() ([]policygen.Hop, error) {
			list, err1 := topicsOf(topics, keys)
			who, err2 := callerOf(principal, organization)
			p := policygen.Publisher{Principal: who, Topics: list, Source: policygen.ARN(source.arn), SourceAccount: source.account,
				SourceOrganization: policygen.OrganizationID(source.organization)}
			return p.Hops(), errors.Join(err1, err2)
		},
	})
}
