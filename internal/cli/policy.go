package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/internal/generator"
	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicy returns the command that prints policies, one subcommand for each role in a fan-out.
func (c *Command) newPolicy() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Print the policies that a role of a fan-out needs, to paste",
		Long: `Print the smallest policies under which one role of a fan-out works, or the whole
fan-out.

A role needs up to four policies: the caller's identity policy, the policies of
the topic and the queue, and the policy of the KMS key that encrypts either.
Which of them depends on the caller: an IAM principal of the same account needs
an identity policy only, one of another account the resource's policy too, and
an AWS service the resource's policy alone. The accounts are those of the ARNs
and of --principal.

A line above each policy says where to paste it. --on prints one policy and
nothing else. The policy of a queue, topic or key replaces the one that is
there: --merge completes that one.

ARNs may contain references, in single quotes so that the shell leaves them
alone: Terraform's with --format terraform ('${aws_sqs_queue.orders.arn}', or
without the braces),
Fn::Sub variables with --format cloudformation or cdk-go ('${Orders.Arn}',
'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders'), and both with --format
json, which keeps them as they are.`,
		Example: `  hopgrant policy consumer --queue arn:aws:sqs:us-east-2:123456789012:orders \
    --key arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  aws sqs get-queue-attributes --queue-url URL --attribute-names All |
    hopgrant policy sns --topic ARN --queue ARN --merge - --diff`,
		Args: noSuchCommand,
		RunE: needsCommand,
	}
	cmd.AddCommand(c.policyRoles()...)
	return cmd
}

// A policyRole is a command that prints the policies of one role.
type policyRole struct {
	cmd *cobra.Command
	// flags defines the role's own flags.
	flags func(*pflag.FlagSet)
	// required are the flags that must be given, and what they are.
	required []requiredFlag
	// hops returns the role's hops for the flags as given. Its error joins problems that policygen cannot find.
	hops func() ([]policygen.Hop, error)
	// iam says that IAM principals may be callers, so that --key-access applies.
	iam bool
}

// policyCommand returns the command of a role.
func (c *Command) policyCommand(r policyRole) *cobra.Command {
	var o policyOutput
	cmd := r.cmd
	cmd.Args = noArguments
	cmd.Flags().SortFlags = false
	r.flags(cmd.Flags())
	o.grantFlags(cmd, r.iam)
	o.outputFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		missing := missingFlags(cmd, r.required)
		if o.isTerraform() {
			bareReferences(cmd)
		}
		hops, err := r.hops()
		if errs := append(missing, err, o.check()); errors.Join(errs...) != nil {
			return nameFlags(cmd, errors.Join(append(errs, generator.OtherProblems(hops)...)...))
		}
		policies, err := policygen.Generate(o.options(), policygen.Hops(hops))
		if err != nil {
			return nameFlags(cmd, err)
		}
		return nameFlags(cmd, c.printPolicies(&o, policies, hops))
	}
	return cmd
}
