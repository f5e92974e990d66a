//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/organization"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/value"
)

// accountsFlags holds the flags for reading many accounts.
type accountsFlags struct {
	accounts string
	role     string
	out      string
	maxAge   time.Duration
	parallel int
	ownerTag string
}

// allAccounts is the value of --accounts that stands for those of the organization.
const allAccounts = "organization"

func (f *accountsFlags) define(cmd *cobra.Command) {
	f.ownerTag = "owner"
	onceFlag(cmd.Flags(), &f.accounts, "accounts", "FILE", "read many accounts: those of the file, or organization for those of the organization")
	onceFlag(cmd.Flags(), &f.out, "out", "DIR", "with --accounts: the folder of snapshots and findings, which is gone on from")
	cmd.Flags().DurationVar(&f.maxAge, "max-age", 12*time.Hour, "with --accounts: how old a snapshot in --out may be that is not read again")
	cmd.Flags().IntVar(&f.parallel, "parallel", 8, "with --accounts: how many accounts are read at once")
	onceFlag(cmd.Flags(), &f.ownerTag, "owner-tag", "KEY", "with --accounts: the tag that names the owner of a topic, queue or key")
	_ = cmd.MarkFlagDirname("out")
}

// roleName is the form of a role's name, perhaps with a path.
//
// [CreateRole]
//
// [CreateRole]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var roleName = regexp.MustCompile(`^/?([\w+=,.@-]+/)*[\w+=,.@-]{1,64}$`)

// complete checks the flags for many accounts, and sets those of reading that follow from them.
func (f *accountsFlags) complete(cmd *cobra.Command, d *doctorFlags) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, usageErrorf(format, args...)) }
	if f.accounts == "" {
		for _, name := range []string{"out", "max-age", "parallel", "owner-tag"} {
			if cmd.Flags().Changed(name) {
				wrong("--%s: it is for many accounts, want --accounts too", name)
			}
		}
		return errors.Join(errs...)
	}
	for _, name := range []string{"account", "assume-role", "organization", "snapshot", "resume", "topic", "queue", "key", "fix-format"} {
		if cmd.Flags().Changed(name) {
			wrong("--%s: it is for one account, want no --accounts", name)
		}
	}
	switch {
	case d.read.Role == "":
		wrong("--accounts: as whom they are read is not known, want --role NAME too, of a role that is in each account")
	case !roleName.MatchString(d.read.Role):
		errs = append(errs, fmt.Errorf("--role %q: not the name of a role, want one that is in each account, such as hopgrant-reader", d.read.Role))
	}
	switch {
	case d.printPolicy:
	case f.out == "":
		wrong("--accounts: there is no place for what is read, want --out DIR too")
	case !slices.Contains([]string{"text", "json"}, d.check.format):
		wrong("--format %q: it has no form for the summary of many accounts, want text or json", d.check.format)
	case f.accounts == allAccounts && len(d.read.Regions) == 0:
		wrong("--accounts organization: which Regions are read is not known, want --region too")
	}
	if f.parallel < 1 {
		errs = append(errs, fmt.Errorf("--parallel %d: nothing would be read, want 1 or more", f.parallel))
	}
	f.role, d.read.Role, d.read.OwnerTag = d.read.Role, "", f.ownerTag
	return errors.Join(errs...)
}

// A memberLister lists the accounts of an organization, as [account.Members] does.
type memberLister = func(context.Context, account.Options) ([]account.Member, error)

// runAccounts reads many accounts, judges them together, and prints the summary.
func (c *Command) runAccounts(f *doctorFlags) error {
	o, err := c.checkOptions(&f.check)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	targets, inactive, err := c.targets(ctx, f)
	if err != nil {
		return err
	}
	folder := organization.Folder(f.many.out)
	if err := os.MkdirAll(f.many.out, 0o700); err != nil {
		return fmt.Errorf("--out %q: %w", f.many.out, cause(err))
	}
	reading, err := organization.Read(ctx, targets, organization.Options{
		Role: f.many.role, Folder: folder, MaxAge: f.many.maxAge, Parallel: f.many.parallel, Progress: c.accountsProgress(f), Read: c.readTarget(f),
	})
	interrupted := ctx.Err() != nil
	stop() // the second interrupt ends the process
	if err != nil {
		return failed(fmt.Errorf("--out %q: %w", f.many.out, cause(err)))
	}
	s, err := folder.Judge(targets, reading, organization.Judging{Check: o, OwnerTag: f.many.ownerTag, Fails: f.check.failOn.fails, Encode: report.FindingsJSON})
	if err != nil {
		return failed(fmt.Errorf("--out %q: %w", f.many.out, err))
	}
	s.Inactive = inactive
	data := report.AccountsJSON(s)
	if err := value.ReplaceFile(folder.Summary(), data, 0o600); err != nil {
		return failed(fmt.Errorf("--out %q: %w", f.many.out, cause(err)))
	}
	if f.check.format == "text" {
		data = report.AccountsText(s, f.many.out, f.many.ownerTag, c.style())
	}
	if err := c.write(data); err != nil {
		return err
	}
	switch {
	case interrupted:
		return withHint(errors.New("accounts: reading was interrupted, so that not all of them are here"), "the same command goes on from what is in --out")
	case len(s.Failed) > 0:
		return fmt.Errorf("accounts: %d of %d account-Regions could not be read, want the reason that the summary has for each mended", s.Regions-s.Read, s.Regions)
	case s.Failing > 0:
		return errFindings
	}
	return nil
}

// targets returns the accounts that are to be read, and those that cannot be because of their state.
func (c *Command) targets(ctx context.Context, f *doctorFlags) ([]organization.Target, []organization.Inactive, error) {
	if f.many.accounts != allAccounts {
		data, err := c.readInput(f.many.accounts)
		if err != nil {
			return nil, nil, err
		}
		targets, err := organization.ParseTargets(inputName(f.many.accounts), data, f.read.Regions)
		return targets, nil, err
	}
	list := c.listMembers
	if list == nil {
		list = account.Members
	}
	members, err := list(ctx, f.read)
	var targets []organization.Target
	var inactive []organization.Inactive
	for _, m := range members {
		if m.Active() {
			targets = append(targets, organization.Target{Account: m.Account, Regions: f.read.Regions})
		} else {
			inactive = append(inactive, organization.Inactive{Account: m.Account, State: m.State})
		}
	}
	return targets, inactive, err
}

// readTarget returns what reads one of the accounts.
func (c *Command) readTarget(f *doctorFlags) func(context.Context, organization.Request) (*live.Snapshot, error) {
	read := c.readAccount
	if read == nil {
		read = account.Read
	}
	return func(ctx context.Context, r organization.Request) (*live.Snapshot, error) {
		o := f.read
		o.Role, o.Account, o.Regions, o.Resume, o.MaxAge, o.Checkpoint = r.Role, r.Account, r.Regions, r.Resume, r.MaxAge, r.Checkpoint
		return read(ctx, o)
	}
}

// accountsProgress returns what writes how many accounts are done over the line before; nil if nobody would see it.
func (c *Command) accountsProgress(f *doctorFlags) func(done, total int) {
	if f.quiet || !isTerminal(c.Stderr) || c.getenv("TERM") == "dumb" {
		return nil
	}
	return func(done, total int) {
		fmt.Fprintf(c.Stderr, "\r\x1b[Kread %d of %d accounts", done, total)
		if done == total {
			fmt.Fprint(c.Stderr, "\r\x1b[K")
		}
	}
}
