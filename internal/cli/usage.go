package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hopgrant/hopgrant/internal/value"
)

// wrongUsage is an error in the command line itself, such as an unknown flag. Its hint is the command's help text.
type wrongUsage struct{ error }

// Unwrap returns the error.
func (w wrongUsage) Unwrap() error { return w.error }

// usageErrorf returns an error in the command line, in the form what "value": got, want, fix.
func usageErrorf(format string, args ...any) error { return wrongUsage{fmt.Errorf(format, args...)} }

// flagError returns pflag's errors in our form.
func flagError(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		flag := "--" + name
		if unknown.GetSpecifiedShortnames() != "" {
			flag = "-" + name
		}
		if like := similarFlag(cmd, name); like != "" {
			return usageErrorf("flag %q: %s has no such flag, want --%s", flag, cmd.CommandPath(), like)
		}
		return usageErrorf("flag %q: %s has no such flag", flag, cmd.CommandPath())
	case errors.As(err, &missing):
		return usageErrorf("--%s: it has no value, want %s", missing.GetFlag().Name, wanted(missing.GetFlag()))
	case errors.As(err, &invalid):
		value := ""
		if invalid.GetValue() != "" {
			value = " " + strconv.Quote(invalid.GetValue())
		}
		return usageErrorf("--%s%s: %w", invalid.GetFlag().Name, value, invalid.Unwrap())
	}
	return wrongUsage{err}
}

// wanted returns what a flag's value may be.
func wanted(f *pflag.Flag) string {
	if c, ok := f.Value.(interface{ values() []string }); ok {
		return value.Or(c.values())
	}
	return f.Value.Type()
}

// similarFlag returns the one flag of cmd whose name begins with name, or else is most like it, or "".
func similarFlag(cmd *cobra.Command, name string) string {
	var all, begun []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		all = append(all, f.Name)
		if len(name) >= 3 && strings.HasPrefix(f.Name, name) {
			begun = append(begun, f.Name)
		}
	})
	if len(begun) == 1 {
		return begun[0]
	}
	return value.Nearest(name, all)
}

// noSuchCommand is the Args of commands that only have subcommands.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		return usageErrorf("command %q: %s has no such command, want %s", args[0], cmd.CommandPath(), value.Or(like))
	}
	return usageErrorf("command %q: %s has no such command", args[0], cmd.CommandPath())
}

// needsCommand is the RunE of commands that only have subcommands, apart from hopgrant itself, which prints its help.
func needsCommand(cmd *cobra.Command, _ []string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "completion" && sub.Name() != "help" {
			names = append(names, sub.Name())
		}
	}
	return usageErrorf("command: none is given, want %s", value.Or(names))
}

// noArguments is the Args of commands that only take flags.
func noArguments(cmd *cobra.Command, args []string) error {
	var errs []error
	for _, a := range args {
		errs = append(errs, usageErrorf("argument %q: %s takes flags only", a, cmd.CommandPath()))
	}
	return errors.Join(errs...)
}

// A choice is a flag with a closed set of values, such as --format. Its value is in the variable that it points to.
type choice[T ~string] struct {
	value *T
	kind  string // what the help text calls the value
	of    []T
}

// choiceFlag defines a flag with a closed set of values. The first of them is the default unless one is chosen; an empty first
// value makes the flag optional. The help text calls the value kind, such as "FORMAT", and lists the values after usage. The
// shell completes them.
func choiceFlag[T ~string](cmd *cobra.Command, chosen *T, name, kind, usage string, of ...T) {
	if *chosen == "" {
		*chosen = of[0]
	}
	c := choice[T]{chosen, kind, of}
	cmd.Flags().Var(c, name, usage+": "+value.Or(c.values()))
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.values(), cobra.ShellCompDirectiveNoFileComp))
}

// values returns the values that can be given.
func (c choice[T]) values() []string {
	var all []string
	for _, v := range c.of {
		if v != "" {
			all = append(all, string(v))
		}
	}
	return all
}

// String returns the value.
func (c choice[T]) String() string {
	if c.value == nil {
		return ""
	}
	return string(*c.value)
}

// Set refuses values that are not in the set.
func (c choice[T]) Set(s string) error {
	if s == "" || !slices.Contains(c.of, T(s)) {
		return fmt.Errorf("unknown, want %s", value.Or(c.values()))
	}
	*c.value = T(s)
	return nil
}

// Type returns what the help text shows as the flag's value.
func (c choice[T]) Type() string { return c.kind }
