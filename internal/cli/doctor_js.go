package cli

import "github.com/spf13/cobra"

// An accountReader reads an account, and a memberLister lists accounts, which a browser does not: a page of ours asks nobody, and the AWS SDK
// would double the program.
type (
	accountReader = struct{}
	memberLister  = struct{}
)

// newDoctor returns a command that says so. Snapshots of accounts are read by the other commands.
func (c *Command) newDoctor() *cobra.Command {
	return &cobra.Command{
		Use:                "doctor [SNAPSHOT]",
		Short:              "Find the hops that lose messages in a live account, with evidence",
		Hidden:             true,
		DisableFlagParsing: true,
		RunE: func(*cobra.Command, []string) error {
			return usageErrorf("doctor: a browser reads no account, want hopgrant check on a snapshot of one")
		},
	}
}
