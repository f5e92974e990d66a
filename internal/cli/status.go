package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses of [Command.Main].
const (
	StatusOK       = 0 // nothing found
	StatusFindings = 1
	StatusUsage    = 2 // wrong usage or bad input
	StatusFailed   = 3 // hopgrant itself failed: a panic, or an error of input or output
)

// errFindings ends a command with [StatusFindings]. The findings are its result, on stdout; nothing is reported on stderr.
var errFindings = errors.New("there are findings")

// A failure is an error that is not the user's: it ends a command with [StatusFailed]. Every other error, [errFindings]
// aside, is wrong usage or bad input, and ends it with [StatusUsage].
type failure struct{ error }

// Unwrap returns what failed.
func (f failure) Unwrap() error { return f.error }

// failed makes err, or each error that it joins, one that ends the command with [StatusFailed].
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

// A hinted error has a hint for the user, printed after all errors.
type hinted struct {
	error
	hint string
}

// Unwrap returns the error without the hint.
func (h hinted) Unwrap() error { return h.error }

// withHint adds a hint to err: one sentence, lower case, no period, of what to do.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return hinted{err, fmt.Sprintf(format, args...)}
}

// report prints err to stderr, one line for each error that it joins and then the hints, and returns the exit status.
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
		fmt.Fprintf(c.Stderr, "hopgrant: error: %s\n", l)
	}
	for _, h := range hints {
		fmt.Fprintf(c.Stderr, "hopgrant: hint: %s\n", h)
	}
	var f failure
	if errors.As(err, &f) {
		return StatusFailed
	}
	return StatusUsage
}

// reportPanic prints what a panic said, and its stack if HOPGRANT_DEBUG is set.
func (c *Command) reportPanic(r any, stack []byte) int {
	fmt.Fprintf(c.Stderr, "hopgrant: error: internal error: %s\n", strings.ReplaceAll(fmt.Sprint(r), "\n", " "))
	if c.getenv("HOPGRANT_DEBUG") != "" {
		c.Stderr.Write(stack)
	} else {
		fmt.Fprintln(c.Stderr, "hopgrant: hint: this is a bug of hopgrant; HOPGRANT_DEBUG=1 prints the stack for the report")
	}
	return StatusFailed
}

// walkErrors calls visit with err and everything that it wraps or joins, and leaf with the errors that are printed: those
// that join no others, in their outermost wrapping.
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
	for _, l := range list {
		if l == s {
			return list
		}
	}
	return append(list, s)
}
