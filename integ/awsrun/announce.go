package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/hopgrant/hopgrant/integ/internal/flow"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// announce says what the run creates, costs and deletes.
func announce(w io.Writer, tools programs.Set, flows []flow.Flow, o options) error {
	fmt.Fprintln(w, "This run creates, one stack after the other:")
	for _, f := range flows {
		contents, err := f.Contents(tools)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  stack %s (examples/%s): %s\n", f.Stacks[0].Name, f.Example, strings.Join(contents, ", "))
	}
	if o.bootstrap {
		fmt.Fprintln(w, "  stack CDKToolkit, by cdk bootstrap, if it is not there")
	}
	fmt.Fprint(w, `It publishes some dozen messages to each topic, receives them, and removes statements of queue policies
`)
	if o.keys {
		fmt.Fprintln(w, "and of key policies")
	}
	fmt.Fprint(w, `and puts them back.

It costs, at the prices of 2026 that we know of: a customer managed key 1 USD a month, by the hour and not while it waits
for its deletion; alarms 0.10 USD a month each, by the hour; a few hundred requests to SNS, SQS and KMS, less than
0.01 USD. Together well below 0.10 USD. Your account may have other prices.

It deletes: every stack, with cdk destroy, also after an error or an interrupt; then what such a stack leaves behind: keys
are scheduled for deletion in seven days, buckets are emptied and deleted. Log groups stay and are named.
`)
	if o.bootstrap {
		fmt.Fprintln(w, "The stack CDKToolkit stays.")
	}
	fmt.Fprintln(w)
	return nil
}
