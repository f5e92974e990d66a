// Package cli is hopgrant's command line, as a value with injected streams. A command that does something has a method newXxx
// in the file of its name.
//
// # One voice
//
// Results go to stdout, everything else to stderr, in lines that start with "hopgrant: error: " or "hopgrant: hint: ".
// Errors have the form what "value": got, want, fix; they are lower case, have no period, and name the flag, or the file
// and line, that the user can change. All problems are reported, one line each. A command that ends with status 2 or 3 has
// written nothing to stdout, unless its documentation says that it answers line by line, or prints what could be read.
package cli

import (
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/load"
)

// A Command is the command line with its streams and environment.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string // nil means an empty environment
	Version        string              // what --version prints; empty means the version of the built module

	readAccount accountReader // in place of account.Read; nil means that
	listMembers memberLister  // in place of account.Members; nil means that
	out         *output       // Stdout, and its first error
	hinted      []string      // hints that are printed once
}

// Main runs the command line args, without the program's name, and returns the exit status: see [StatusOK] and its siblings.
// It does not panic: a panic is reported with status 3.
func (c *Command) Main(args []string) (status int) {
	defer func() {
		if r := recover(); r != nil {
			stack := debug.Stack()
			if p, ok := r.(*load.Panic); ok {
				stack = p.Stack
			}
			status = c.reportPanic(r, stack)
		}
	}()
	root := c.Root()
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	if c.out.err != nil {
		err = failed(fmt.Errorf("stdout: writing failed: %w", c.out.err))
	}
	return c.report(cmd, err)
}

// Root returns the command line as cobra has it, for manual pages and completions.
func (c *Command) Root() *cobra.Command {
	c.out = &output{w: c.Stdout}
	root := &cobra.Command{
		Use:   "hopgrant",
		Short: "Exactly the grants that each hop of an SNS to SQS fan-out needs",
		Long: `hopgrant writes the smallest policies under which messages flow from publishers
to SNS topics, from topics to SQS queues, and from queues to consumers, also
where KMS keys encrypt them.

Exit status: 0 nothing found, 1 findings (of check, those of --fail-on), 2 wrong
usage or bad input, 3 hopgrant itself failed.`,
		Version:       c.version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("hopgrant {{.Version}}\n")
	root.SetUsageTemplate(c.usage())
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := cmd.Long
		if text == "" {
			text = cmd.Short
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n%s", c.style().Paragraphs(strings.TrimRight(text, " \n")), cmd.UsageString())
	})
	root.SetIn(c.Stdin)
	root.SetOut(c.out)
	root.SetErr(c.Stderr)
	root.SetFlagErrorFunc(flagError)
	// The help text lists the commands in this order.
	root.AddCommand(c.newPolicy(), c.newSimulate(), c.newCheck(), c.newExplain(), c.newDiagnose(), c.newDoctor(), c.newMigrate(), c.newRules(), c.newConfig(), c.newVersion())
	return root
}

// version returns what --version prints after the program's name.
func (c *Command) version() string {
	if c.Version != "" {
		return c.Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// getenv returns the value of an environment variable.
func (c *Command) getenv(name string) string {
	if c.Getenv == nil {
		return ""
	}
	return c.Getenv(name)
}

// write writes a command's whole result to stdout. Commands collect their result first, so that an error leaves stdout empty.
func (c *Command) write(result []byte) error {
	_, err := c.out.Write(result)
	return err
}

// output remembers the first error of a writer, and writes nothing after it.
type output struct {
	w   io.Writer
	err error
}

// Write writes p, unless an earlier Write failed.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}
