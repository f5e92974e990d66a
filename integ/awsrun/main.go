// Awsrun deploys the examples to a real AWS account, sends messages through them, removes statements to see messages
// lost, records what happened as cases for the evaluator's corpus, and destroys everything again.
//
//	make integ-aws ARGS='-yes'
//
// It needs credentials and a Region in the environment, as the AWS command line does, and costs a few cents. It first
// prints what it creates, costs and deletes, and goes on only with -yes. If AWS_ENDPOINT_URL is set it runs against an
// emulator; the cases then recorded are no evidence about AWS, and say so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "awsrun: error:", err)
		}
		stop()
		os.Exit(1)
	}
}

// options are the values of the flags.
type options struct {
	yes, bootstrap, keys bool
	examples             []string
	record               string
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	var examples string
	fs := flag.NewFlagSet("awsrun", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.BoolVar(&o.yes, "yes", false, "create, and pay for, what is printed first")
	fs.BoolVar(&o.bootstrap, "bootstrap", false, "also prepare the account and Region for the CDK (cdk bootstrap), which stays")
	fs.BoolVar(&o.keys, "keys", false, "also take away statements of key policies, each of which takes six minutes to count")
	fs.StringVar(&examples, "examples", "", "examples, separated by commas (default all that need one account)")
	fs.StringVar(&o.record, "record", "", "folder for the recorded corpus cases (default none)")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if fs.NArg() > 0 {
		return o, fmt.Errorf("argument %q: unexpected, want flags only", fs.Arg(0))
	}
	if examples != "" {
		o.examples = strings.Split(examples, ",")
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	tools, err := programs.Find()
	if err != nil {
		return err
	}
	flows, err := chosen(o.examples)
	if err != nil {
		return err
	}
	if err := announce(stdout, tools, flows, o); err != nil {
		return err
	}
	if !o.yes {
		return errors.New("nothing was created: run again with -yes to go on")
	}
	clients, err := account.LoadClients(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "account %s, region %s\n", clients.Account, clients.Region)
	scratch, err := os.MkdirTemp("", "hopgrant-awsrun-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	r := &runner{ctx: ctx, tools: tools, clients: clients, options: o, out: stdout, scratch: scratch}
	if err := r.prepare(); err != nil {
		return err
	}
	for _, f := range flows {
		if err := r.example(f); err != nil {
			r.failures = append(r.failures, fmt.Errorf("example %s: %w", f.Example, err))
		}
		if err := ctx.Err(); err != nil {
			r.failures = append(r.failures, fmt.Errorf("interrupted: %w", err))
			break
		}
	}
	return errors.Join(errors.Join(r.failures...), r.writeRecords())
}

// chosen returns the flows of the named examples, or all if there are no names.
func chosen(names []string) ([]flow.Flow, error) {
	all := flow.OneAccount()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, f := range all {
		known = append(known, f.Example)
	}
	var flows []flow.Flow
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, fmt.Errorf("example %q: unknown here, want some of %s", name, strings.Join(known, ", "))
		}
		flows = append(flows, all[i])
	}
	return flows, nil
}
