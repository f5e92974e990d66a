//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/live"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// An accountReader reads an account as [account.Read] does.
type accountReader = func(context.Context, account.Options) (*live.Snapshot, error)

// defineReading defines the flags for reading an account.
func (f *doctorFlags) defineReading(cmd *cobra.Command) {
	onceFlag(cmd.Flags(), &f.read.Profile, "profile", "NAME", "the profile of the AWS configuration")
	cmd.Flags().StringArrayVar(&f.read.Regions, "region", nil, "a `REGION` to read; may be repeated; by default that of the profile or environment")
	onceFlag(cmd.Flags(), &f.read.Account, "account", "ID", "the account that it must be")
	onceFlag(cmd.Flags(), &f.read.Role, "role", "ARN", "the role to assume for reading; with --accounts its name")
	onceFlag(cmd.Flags(), &f.read.ExternalID, "external-id", "ID", "the external id of --role")
	cmd.Flags().StringArrayVar(&f.roles, "assume-role", nil, "a role to assume in another account, by its `ARN`, for what is named there; may be repeated")
	cmd.Flags().BoolVar(&f.read.Organization, "organization", false, "read the service and resource control policies above the account too")
	cmd.Flags().DurationVar(&f.read.Since, "since", 0, "how far back evidence is looked for, such as 24h; by default 14 days")
	cmd.Flags().BoolVar(&f.read.NoEvidence, "no-evidence", false, "read no metrics, logs and events")
	onceFlag(cmd.Flags(), &f.snapshot, "snapshot", "FILE", "write what was read into this file")
	cmd.Flags().BoolVar(&f.resume, "resume", false, "go on from what --snapshot has, if it is younger than an hour")
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "show no progress")
	cmd.Flags().BoolVar(&f.printPolicy, "print-policy", false, "print the identity policy that reading needs, and read nothing")
	_ = cmd.MarkFlagFilename("snapshot", "json")
	f.many.define(cmd)
}

// readingFlags are those that are about reading an account, and mean nothing for a snapshot.
var readingFlags = []string{"profile", "region", "account", "role", "external-id", "assume-role", "organization", "since", "no-evidence", "snapshot", "resume", "quiet", "print-policy",
	"accounts", "out", "max-age", "parallel", "owner-tag"}

// printReadPolicy prints the policy that reading needs.
func (c *Command) printReadPolicy(f *doctorFlags) error {
	a := policygen.Attachment{On: policygen.OnIdentity, Account: f.read.Account, Document: account.Policy(f.read)}
	if f.read.Role != "" {
		a.Principal, a.Account = policygen.RoleARN(f.read.Role), text.Known(f.read.Role, text.Account)
	}
	out, err := snippet.Render(policygen.Policies{a}, snippet.Format(f.check.format))
	if err != nil {
		return err
	}
	return c.write(out)
}

// snapshot returns the snapshot of a file, or of the account. With an error it may be there too, and is then not all.
func (c *Command) snapshot(f *doctorFlags, paths []string) (*live.Snapshot, error) {
	if len(paths) > 0 {
		data, err := c.readInput(paths[0])
		if err != nil {
			return nil, err
		}
		if !live.Detect(data[:min(len(data), 64<<10)]) {
			return nil, withHint(fmt.Errorf("file %q: it is no snapshot, want one that hopgrant doctor --snapshot has written", inputName(paths[0])),
				"hopgrant check reads templates, plans and states")
		}
		return live.Parse(inputName(paths[0]), data)
	}
	if err := f.checkSnapshot(); err != nil {
		return nil, err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if f.resume {
		// A snapshot that is not there, or not whole, is read anew.
		f.read.Resume, _ = live.ReadFile(f.snapshot)
	}
	var saveErr error
	save := func(s *live.Snapshot) { saveErr = live.WriteFile(f.snapshot, s) }
	if f.snapshot != "" {
		f.read.Checkpoint = save
	}
	if !f.quiet && isTerminal(c.Stderr) && c.getenv("TERM") != "dumb" {
		f.read.Progress = c.showProgress
		defer fmt.Fprint(c.Stderr, "\r\x1b[K")
	}
	read := c.readAccount
	if read == nil {
		read = account.Read
	}
	s, err := read(ctx, f.read)
	if s != nil && f.snapshot != "" {
		save(s)
	}
	if saveErr != nil {
		err = errors.Join(err, failed(fmt.Errorf("--snapshot %q: %w", f.snapshot, cause(saveErr))))
	}
	if errors.Is(err, context.Canceled) && s != nil {
		err = withHint(fmt.Errorf("account: reading was interrupted, so that not all of it is here"), "--snapshot and --resume go on from what was read")
	}
	return s, err
}

// checkSnapshot returns an error if --snapshot cannot be written, or is a file of another kind, before anything is read.
func (f *doctorFlags) checkSnapshot() error {
	if f.snapshot == "" {
		return nil
	}
	if head, size := value.Beginning(f.snapshot); size > 0 && !live.Detect(head) {
		return fmt.Errorf("--snapshot %q: the file is there and is no snapshot, want another name", f.snapshot)
	}
	folder := filepath.Dir(f.snapshot)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("--snapshot %q: there is no directory %q, want a file in one that is there", f.snapshot, folder)
	}
	if info, err := os.Stat(f.snapshot); err == nil && info.IsDir() {
		return fmt.Errorf("--snapshot %q: it is a directory, want a file", f.snapshot)
	}
	return nil
}

// showProgress writes how far the reading has come over the line before.
func (c *Command) showProgress(p account.Progress) {
	line := fmt.Sprintf("read %d of %d topics, %d of %d queues, %d of %d keys; %d calls", p.Topics, p.TopicsOf, p.Queues, p.QueuesOf, p.Keys, p.KeysOf, p.Calls)
	if p.Throttled > 0 {
		line += fmt.Sprintf(", %d throttled", p.Throttled)
	}
	fmt.Fprintf(c.Stderr, "\r\x1b[K%s", line)
}
