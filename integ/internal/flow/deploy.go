package flow

import (
	"context"
	"errors"
	"fmt"

	"github.com/hopgrant/hopgrant/integ/internal/account"
	"github.com/hopgrant/hopgrant/integ/internal/emulator"
	"github.com/hopgrant/hopgrant/integ/internal/programs"
)

// Deploy creates the flow's stacks on the emulator, in order, and reads back what was created. If change is not nil, it
// may alter each template first. The omissions are what the emulator does not support and templates therefore lose. If
// a stack fails, the stacks before it are deleted.
func (f Flow) Deploy(ctx context.Context, t programs.Set, e *emulator.Emulator, change func(emulator.Template)) (*Deployed, []emulator.Omission, error) {
	var stacks []*account.Stack
	var omitted []emulator.Omission
	fail := func(err error) (*Deployed, []emulator.Omission, error) {
		return nil, omitted, errors.Join(fmt.Errorf("flow %s: %w", f.Example, err), deleteAll(ctx, stacks))
	}
	for _, fs := range f.Stacks {
		template, o, err := fs.load(t, change)
		if err != nil {
			return fail(err)
		}
		omitted = append(omitted, o...)
		c := e.Clients(or(fs.Account, emulator.Account), or(fs.Region, "us-east-1"))
		if err := c.Seed(ctx); err != nil {
			return fail(err)
		}
		s, err := c.Deploy(ctx, fs.Name, template.JSON(), nil)
		if err != nil {
			return fail(err)
		}
		stacks = append(stacks, s)
		if err := checkSkipped(s, template); err != nil {
			return fail(err)
		}
	}
	d, err := ReadBack(ctx, stacks...)
	if err != nil {
		return fail(err)
	}
	return d, omitted, nil
}

// Delete deletes the stacks, the last one first.
func (d *Deployed) Delete(ctx context.Context) error { return deleteAll(ctx, d.stacks) }

func deleteAll(ctx context.Context, stacks []*account.Stack) error {
	var errs []error
	for i := len(stacks) - 1; i >= 0; i-- {
		errs = append(errs, stacks[i].CleanUp(ctx))
	}
	return errors.Join(errs...)
}

func (fs Stack) load(t programs.Set, change func(emulator.Template)) (emulator.Template, []emulator.Omission, error) {
	template, err := fs.read(t)
	if err != nil {
		return nil, nil, err
	}
	if change != nil {
		change(template)
	}
	template, omitted := template.ForEmulator()
	return template, omitted, nil
}

// checkSkipped returns an error for each resource of the template that the emulator claims to have created and did not,
// because it does not know the type.
func checkSkipped(s *account.Stack, t emulator.Template) error {
	var errs []error
	for id := range t.Resources() {
		if s.Physical[id] == "" {
			errs = append(errs, fmt.Errorf("stack %q: the emulator skipped %s (%s); leave its type out on purpose, or add it to the emulator", s.Name, id, t.Type(id)))
		}
	}
	return errors.Join(errs...)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
