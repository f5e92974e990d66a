package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/report"
)

// The exit statuses of [Command.Main].
const (
	StatusOK       = 0 // nothing found
	StatusFindings = 1
	StatusUsage    = 2 // wrong usage or bad input
	StatusFailed   = 3 // hopgrant itself failed: a panic, or an error of input or output
)

// errFindings ends a command with [StatusFindings]. The findings are its result on stdout; nothing goes to stderr.
var errFindings = errors.New("there are findings")

// A failure is an error that is not the user's. It ends a command with [StatusFailed]. Every other error except [errFindings]
// is wrong usage or bad input, and ends the command with [StatusUsage].
type failure struct{ error }

// Unwrap returns what failed.
func (f failure) Unwrap() error { return f.error }

// failed returns err as a failure, or nil.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

// A hinted error has a hint for the user, which is printed after all errors.
type hinted struct {
	error
	hint string
}

// Unwrap returns the error without the hint.
func (h hinted) Unwrap() error { return h.error }

// withHint adds a hint to err that says what to do in one sentence, in lower case and without a period.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return hinted{err, fmt.Sprintf(format, args...)}
}

// report prints err to stderr and returns the exit status. It prints one line for each error that err joins, then the hints.
func (c *Command) report(cmd *cobra.Command, err error) int {
	switch {
	case err == nil:
		return StatusOK
	case errors.Is(err, errFindings):
		return StatusFindings
	}
	var lines, hints []string
	walkErrors(err, func(err error) {
		if h, ok := err.(hinted); ok {
			hints = appendNew(hints, h.hint)
		}
		if _, ok := err.(wrongUsage); ok {
			hints = appendNew(hints, "see "+cmd.CommandPath()+" --help")
		}
	}, func(leaf error) {
		for line := range strings.SplitSeq(strings.TrimSpace(leaf.Error()), "\n") {
			lines = appendNew(lines, line)
		}
	})
	for _, l := range lines {
		fmt.Fprintf(c.Stderr, "hopgrant: error: %s\n", report.Line(l))
	}
	for _, h := range hints {
		fmt.Fprintf(c.Stderr, "hopgrant: hint: %s\n", report.Line(h))
	}
	var f failure
	if errors.As(err, &f) {
		return StatusFailed
	}
	return StatusUsage
}

// reportPanic prints the value of a panic, and its stack if HOPGRANT_DEBUG is set.
func (c *Command) reportPanic(r any, stack []byte) int {
	fmt.Fprintf(c.Stderr, "hopgrant: error: internal error: %s\n", report.Line(fmt.Sprint(r)))
	if c.getenv("HOPGRANT_DEBUG") != "" {
		c.Stderr.Write(stack)
	} else {
		fmt.Fprintln(c.Stderr, "hopgrant: hint: this is a bug of hopgrant; HOPGRANT_DEBUG=1 prints the stack for the report")
	}
	return StatusFailed
}

// leaves returns the errors that err joins, each as it is printed.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	var all []error
	walkErrors(err, func(error) {}, func(leaf error) { all = append(all, leaf) })
	return all
}

// walkErrors calls visit with err and everything that it wraps or joins. It calls leaf with each error that joins no others,
// in its outermost wrapping.
func walkErrors(err error, visit, leaf func(error)) {
	printed := err
	for err != nil {
		visit(err)
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			for _, err := range e.Unwrap() {
				walkErrors(err, visit, leaf)
			}
			return
		case hinted, failure, wrongUsage:
			err = errors.Unwrap(err)
			printed = err
		default:
			err = errors.Unwrap(err)
		}
	}
	leaf(printed)
}

// appendNew appends s unless it is there already.
func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
