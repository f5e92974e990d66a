package cli

import "github.com/spf13/cobra"

func (c *Command) newPolicy() *cobra.Command {
	return &cobra.Command{
		Use:   "policy",
		Short: "Print the policies that a hop needs, to paste",
		Args:  noSuchCommand,
		RunE:  needsCommand,
	}
}
