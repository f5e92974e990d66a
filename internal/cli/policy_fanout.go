package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/fanoutfile"
	"github.com/hopgrant/hopgrant/policygen"
)

// newPolicyFanout returns the command that prints the policies of a whole fan-out.
func (c *Command) newPolicyFanout() *cobra.Command {
	var (
		path string
		o    policyOutput
	)
	cmd := &cobra.Command{
		Use:   "fanout -f fanout.yaml",
		Short: "Everybody in a fan-out that a file describes",
		Long: `Print every policy of a fan-out that a YAML file describes (- is stdin), with
its publishers, topics, queues, consumers and dead-letter queues.
docs/fanout-yaml.md describes the file. Flags take precedence over the file.`,
		Example: `  # fanout.yaml:
  #   topics:
  #     - arn: arn:aws:sns:us-east-2:123456789012:events
  #   queues:
  #     - arn: arn:aws:sqs:us-east-2:123456789012:orders
  #       key: arn:aws:kms:us-east-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
  #       consumers:
  #         - principal: arn:aws:iam::123456789012:role/orders
  hopgrant policy fanout -f fanout.yaml --output-dir policies`,
		Args: noArguments,
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.VarP(&once{value: &path, kind: "FILE"}, "file", "f", "the file, or - for stdin")
	_ = cmd.MarkFlagFilename("file", "yaml", "yml")
	o.grantFlags(cmd, true)
	o.outputFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		errs := append(missingFlags(cmd, []requiredFlag{{"file", "the fan-out's file, or - for stdin"}}), o.check())
		if err := errors.Join(errs...); err != nil {
			return err
		}
		b, err := c.readInput(path)
		if err != nil {
			return err
		}
		f, err := fanoutfile.Parse(inputName(path), b)
		if err != nil {
			return err
		}
		o.override(cmd, &f.Options)
		policies, err := f.Policies()
		if err != nil {
			return err
		}
		return f.Locate(c.printPolicies(&o, policies, f.Fanout.Hops()))
	}
	return cmd
}

// override replaces the file's options by those of the flags that are given, and adds what a file cannot say.
func (o *policyOutput) override(cmd *cobra.Command, file *policygen.Options) {
	flags := o.options()
	if cmd.Flags().Changed("key-access") {
		file.KeyAccess = flags.KeyAccess
	}
	if cmd.Flags().Changed("tls-only") {
		file.TLSOnly = flags.TLSOnly
	}
	if file.Account == "" || cmd.Flags().Changed("key-account") {
		file.Account = flags.Account
	}
	file.KeyStatementsOnly = flags.KeyStatementsOnly
}
