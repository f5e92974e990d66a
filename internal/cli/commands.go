package cli

import "github.com/spf13/cobra"

// commands returns every command, in the order of the help text. A command is a method newXxx in a file of its own.
func (c *Command) commands() []*cobra.Command {
	return []*cobra.Command{
		c.newPolicy(),
		c.newSimulate(),
		c.newCheck(),
		c.newExplain(),
		c.newRules(),
	}
}
