package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicyProducer returns the command for those who send straight to queues.
func (c *Command) newPolicyProducer() *cobra.Command {
	var (
		queues, keys            []string
		principal, organization string
		source                  sourceFlags
		readAttributes, byURL   bool
	)
	return c.policyCommand(policyRole{
		cmd: &cobra.Command{
			Use:   "producer --queue ARN... [flags]",
			Short: "Who sends messages straight to queues",
			Long: `Print the policies of a producer: a role, a user or an AWS service that sends
messages straight to queues.

Without --principal the producer is a role or user of the queues' own account,
and needs an identity policy only.`,
			Example: `  # a role of the queue's account; the queue has a customer managed key
  hopgrant policy producer --queue arn:aws:sqs:us-east-2:123456789012:orders \
    --key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab

  # an EventBridge rule
  hopgrant policy producer --queue arn:aws:sqs:us-east-2:123456789012:orders \
    --principal events.amazonaws.com --source arn:aws:events:us-east-2:123456789012:rule/nightly`,
		},
		flags: func(fs *pflag.FlagSet) {
			arnList(fs, &queues, "queue", "the queue")
			arnList(fs, &keys, "key", "the queue's customer managed key: one for all queues, or one for each")
			onceFlag(fs, &principal, "principal", "ARN|SERVICE", "who sends: a role, a user, or an AWS service such as events.amazonaws.com")
			organizationFlag(fs, &organization, "sends")
			source.define(fs, "sends")
			fs.BoolVar(&readAttributes, "read-attributes", false, "it reads the queue's attributes too")
			fs.BoolVar(&byURL, "look-up-url", false, "it looks up the queue's URL by its name")
		},
		required: []requiredFlag{{"queue", "the ARN of a queue"}},
		iam:      true,
		hops: func() ([]policygen.Hop, error) {
			list, err1 := queuesOf(queues, keys)
			who, err2 := callerOf(principal, organization)
			p := policygen.Producer{Principal: who, Queues: list, Source: policygen.ARN(source.arn), SourceAccount: source.account,
				SourceOrganization: policygen.OrganizationID(source.organization), ReadAttributes: readAttributes, LookUpURL: byURL}
			return p.Hops(), errors.Join(err1, err2)
		},
	})
}

// sourceFlags holds the flags that say what an AWS service acts for.
type sourceFlags struct{ arn, account, organization string }

func (s *sourceFlags) define(fs *pflag.FlagSet, does string) {
	onceFlag(fs, &s.arn, "source", "ARN", "what an AWS service "+does+" for, such as a rule, bucket or alarm")
	onceFlag(fs, &s.account, "source-account", "ID", "the account of the source, where its ARN does not tell (S3)")
	onceFlag(fs, &s.organization, "source-org", "ID", "every account of an organization, such as o-exampleorgid, instead of one; where AWS documents that the service passes it")
}
