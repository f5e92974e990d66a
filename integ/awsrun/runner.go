package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/flow"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// A runner runs flows in one account and Region.
type runner struct {
	ctx     context.Context
	tools   programs.Set
	clients *account.Clients
	options options
	out     io.Writer

	failures []error
	records  []record
	attempts int    // the number of attempts to lose a message
	scratch  string // a temporary folder
}

// prepare makes sure that the account is bootstrapped for the CDK.
func (r *runner) prepare() error {
	if r.options.bootstrap {
		return r.cdk(r.ctx, "", "bootstrap", fmt.Sprintf("aws://%s/%s", r.clients.Account, r.clients.Region))
	}
	if ok, err := r.clients.Bootstrapped(r.ctx); err != nil || ok {
		return err
	}
	return fmt.Errorf("account %s, region %s: not bootstrapped for the CDK; run again with -bootstrap", r.clients.Account, r.clients.Region)
}

// cdk runs the CDK's command line on an example.
func (r *runner) cdk(ctx context.Context, example string, args ...string) error {
	program, err := r.tools.Node("cdk")
	if err != nil {
		return err
	}
	if example != "" {
		args = append(args, "--app", "go run ./examples/"+example, "--output", r.assembly(example))
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = r.tools.Root
	cmd.Env = append(os.Environ(), "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20", "CDK_DISABLE_VERSION_CHECK=1", "CI=true")
	cmd.Stdout, cmd.Stderr = r.out, r.out
	// An interrupt of the terminal must not cut a destroy short.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cdk %s: %w", args[0], err)
	}
	return nil
}

// assembly returns where the CDK puts an example's cloud assembly. The folder belongs to this run, because another run
// may be going on.
func (r *runner) assembly(example string) string { return filepath.Join(r.scratch, example) }

// destroyTimeout limits the destruction of one example, including after an interrupt.
const destroyTimeout = 15 * time.Minute

// example deploys an example, sends messages through it, removes statements, and destroys it whatever happened.
func (r *runner) example(f flow.Flow) (err error) {
	stack := f.Stacks[0].Name
	if exists, err := r.clients.StackExists(r.ctx, stack); err != nil {
		return err
	} else if exists {
		return fmt.Errorf("stack %q: exists in this account already, and may be somebody's; delete it or choose another Region", stack)
	}
	var deployed *account.Stack
	defer func() { err = errors.Join(err, r.destroy(f, deployed)) }()
	if err := r.cdk(r.ctx, f.Example, "deploy", stack, "--require-approval", "never"); err != nil {
		return err
	}
	if deployed, err = r.clients.FindStack(r.ctx, stack); err != nil {
		return err
	}
	d, err := flow.ReadBack(r.ctx, deployed)
	if err != nil {
		return err
	}
	problems, err := f.Judge(d)
	if err != nil {
		return err
	}
	if err := f.Empty(r.ctx, d); err != nil {
		return err
	}
	ran, err := f.Run(r.ctx, d)
	if err != nil {
		return err
	}
	if problems = append(problems, ran...); len(problems) > 0 {
		return errors.New(problems.String())
	}
	fmt.Fprintf(r.out, "example %s: every message arrived\n", f.Example)
	return r.lose(f, d)
}

// lose removes one statement after the other, and expects each removal to lose a message.
func (r *runner) lose(f flow.Flow, d *flow.Deployed) error {
	deliveries := f.Deliveries(d)
	var errs []error
	for _, name := range sortedKeys(deliveries) {
		v := deliveries[name]
		r.record(f, d, v, nil, true)
		tried := map[string]bool{}
		for _, call := range v.Hop.Calls() {
			for _, c := range d.Carriers(call) {
				if tried[c.String()] || c.Attached.OnKey && !r.options.keys {
					continue
				}
				tried[c.String()] = true
				r.attempts++
				arrived, err := f.PublishWithout(r.ctx, d, v, c, r.attempts)
				if err != nil {
					return errors.Join(append(errs, err)...)
				}
				r.record(f, d, v, &c, arrived)
				if arrived {
					errs = append(errs, fmt.Errorf("%s: without %s the message arrived, want it lost", v.Hop, c))
					continue
				}
				fmt.Fprintf(r.out, "%s: lost without %s, as wanted\n", v.Hop, c)
			}
		}
	}
	return errors.Join(errs...)
}

// destroy deletes the example's stack and what it leaves behind.
func (r *runner) destroy(f flow.Flow, deployed *account.Stack) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), destroyTimeout)
	defer cancel()
	stack := f.Stacks[0].Name
	if deployed == nil { // a failed deployment may leave something behind too
		var err error
		if deployed, err = r.clients.ReadStack(ctx, stack); err != nil {
			fmt.Fprintf(r.out, "example %s: nothing known of what was created: %v\n", f.Example, err)
		}
	}
	errs := []error{r.cdk(ctx, f.Example, "destroy", stack, "--force")}
	if exists, err := r.clients.StackExists(ctx, stack); err != nil || exists {
		// The command line needs the example to compile, but the stack must be deleted in any case.
		errs = append(errs, err, (&account.Stack{Clients: r.clients, Name: stack}).Delete(ctx))
	}
	if deployed != nil {
		errs = append(errs, r.deleteRetained(ctx, f, deployed))
	}
	return errors.Join(errs...)
}

func (r *runner) deleteRetained(ctx context.Context, f flow.Flow, deployed *account.Stack) error {
	retained, err := f.Retained(r.tools, deployed)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range sortedKeys(retained) {
		done, err := r.clients.DeleteRetained(ctx, retained[id], id)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s stays behind: %w", retained[id], id, err))
			continue
		}
		fmt.Fprintf(r.out, "%s %s: %s\n", retained[id], id, done)
	}
	return errors.Join(errs...)
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
