//go:build !js

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/live/account"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/text"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// doctorFlags holds the flags of hopgrant doctor.
type doctorFlags struct {
	check       checkFlags
	read        account.Options
	many        accountsFlags
	roles       []string
	snapshot    string
	resume      bool
	quiet       bool
	printPolicy bool
}

// newDoctor returns the command that checks a live account.
func (c *Command) newDoctor() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor [SNAPSHOT]",
		Short: "Find the hops that lose messages in a live account, with evidence",
		Long: `Read an account in one or more Regions, and check every hop as hopgrant check does in templates, with evidence beside each verdict:
failed deliveries, what waits in dead-letter queues, denied calls. Nothing is changed. The credentials are those of the AWS CLI:
environment, profiles, roles.

Whatever AWS does not answer, because the call is denied or throttled, is named, and what hangs on it is unknown and never ok. What was
not looked at is named too.

--topic, --queue and --key narrow reading and report to what hangs on them; findings of severity info are then shown too, among them
why a queue may be empty though its hops work.

--snapshot writes what was read into a file without messages and secrets, and hopgrant doctor FILE reads it again, without an account;
so do hopgrant check, explain and diagnose. - is stdin.

--accounts reads many accounts side by side: those of a file, which has an account id on each line and behind it the Regions, if they are
others than --region, or those of the organization. --role is then the name of the role that is assumed in each of them. What is read and
found is in --out, a folder for each account: the same command goes on where it was interrupted. Hops that cross accounts are judged with
both sides known. What is printed is a summary: findings by rule, account and owner, and each account that could not be read.

--print-policy prints the smallest identity policy that reading needs, for these flags.

What mends a finding is shown as commands of the AWS CLI, which set whole policies: those that were read, with the statements.

Exit status: 0 no finding of --fail-on, 1 findings of --fail-on, 2 wrong usage, or nothing could be read, 3 hopgrant itself failed.`,
		Example: `  hopgrant doctor --profile shop --region eu-central-1 --queue orders
  hopgrant doctor --region eu-central-1 --region eu-west-1 --snapshot shop.json --fail-on unknown
  hopgrant doctor shop.json --format html > shop.html
  hopgrant doctor --accounts organization --role hopgrant-reader --region eu-central-1 --out accounts
  hopgrant doctor --print-policy --format terraform`,
		Args: atMostOnePath,
	}
	cmd.Flags().SortFlags = false
	formats := []string{"text", "json", "sarif", "html"}
	for _, p := range snippet.Formats() {
		if p != snippet.JSON {
			formats = append(formats, string(p))
		}
	}
	choiceFlag(cmd, &f.check.format, "format", "FORMAT", "how findings are printed, or with --print-policy the policy", formats...)
	f.check.define(cmd, append(snippet.StatementFormats(), snippet.AWSCLI)...)
	cmd.Flags().StringArrayVar(&f.read.Topics, "topic", nil, "only what hangs on the topic, by `NAME` or ARN; may be repeated")
	cmd.Flags().StringArrayVar(&f.read.Queues, "queue", nil, "only what hangs on the queue, by `NAME`, URL or ARN; may be repeated")
	cmd.Flags().StringArrayVar(&f.read.Keys, "key", nil, "only what hangs on the key, by `ID`, alias or ARN; may be repeated")
	f.defineReading(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if err := f.complete(cmd, paths); err != nil {
			return err
		}
		switch {
		case f.printPolicy:
			return c.printReadPolicy(&f)
		case f.many.accounts != "":
			return c.runAccounts(&f)
		}
		return c.runDoctor(&f, paths)
	}
	return cmd
}

func atMostOnePath(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageErrorf("%s: %d paths given, want one snapshot, or none to read the account", cmd.CommandPath(), len(args))
	}
	return nil
}

// complete checks the flags together, and sets what follows from them.
func (f *doctorFlags) complete(cmd *cobra.Command, paths []string) error {
	var errs []error
	for _, name := range readingFlags {
		if len(paths) > 0 && cmd.Flags().Changed(name) {
			errs = append(errs, usageErrorf("--%s: it is for reading an account, want no snapshot %q", name, paths[0]))
		}
	}
	policy := slices.Contains(snippet.Formats(), snippet.Format(f.check.format))
	switch {
	case f.printPolicy && !cmd.Flags().Changed("format"):
		f.check.format = string(snippet.JSON)
	case f.printPolicy && !policy:
		errs = append(errs, usageErrorf("--format %q: it is for findings, want %s", f.check.format, value.Or(snippetFormats())))
	case !f.printPolicy && policy && f.check.format != "json":
		errs = append(errs, usageErrorf("--format %q: it is for policies, want --print-policy too", f.check.format))
	}
	if f.resume && f.snapshot == "" {
		errs = append(errs, usageErrorf("--resume: there is nothing to go on from, want --snapshot too"))
	}
	for _, r := range f.read.Regions {
		errs = append(errs, checkRegion("--region", r))
	}
	errs = append(errs, checkAccount("--account", f.read.Account), f.many.complete(cmd, f))
	if f.read.Role != "" && !isRole(f.read.Role) {
		errs = append(errs, fmt.Errorf("--role %q: not a role, want its ARN", f.read.Role))
	}
	f.read.Roles = map[string]string{}
	for _, role := range f.roles {
		switch in := text.Known(role, text.Account); {
		case !isRole(role):
			errs = append(errs, fmt.Errorf("--assume-role %q: not a role, want its ARN", role))
		case f.read.Roles[in] != "":
			errs = append(errs, fmt.Errorf("--assume-role %q: there is one of account %s already, want one of each account", role, in))
		default:
			f.read.Roles[in] = role
		}
	}
	if f.narrowed() && !cmd.Flags().Changed("severity") {
		f.check.severity = check.Info
	}
	f.check.complete(cmd)
	return errors.Join(errs...)
}

func (f *doctorFlags) narrowed() bool {
	return len(f.read.Topics)+len(f.read.Queues)+len(f.read.Keys) > 0
}

func isRole(arn string) bool {
	p, ok := text.SplitARN(arn)
	return ok && p[text.Service] == "iam" && text.IsAccount(p[text.Account]) && strings.HasPrefix(p[text.Resource], "role/")
}

func snippetFormats() []string {
	var all []string
	for _, f := range snippet.Formats() {
		all = append(all, string(f))
	}
	return all
}

func (c *Command) runDoctor(f *doctorFlags, paths []string) error {
	o, err := c.checkOptions(&f.check)
	if err != nil {
		return err
	}
	snapshot, readErr := c.snapshot(f, paths)
	if snapshot == nil {
		return readErr
	}
	name := "the account"
	if len(paths) > 0 {
		name = inputName(paths[0])
	}
	t, err := snapshot.Topology(name)
	if err != nil {
		return errors.Join(err, readErr)
	}
	r := check.Run([]*topology.Topology{t}, o)
	if f.narrowed() {
		r = r.About(f.read.Topics, f.read.Queues, f.read.Keys)
		readErr = errors.Join(append(check.Nameless(t, f.read.Topics, f.read.Queues, f.read.Keys), readErr)...)
	}
	if f.check.format == "html" {
		page, err := report.HopsHTML(r, []string{name}, report.Style{Fix: fixWriter(f.check.fixFormat), Change: changeCommand})
		if err != nil {
			return err
		}
		if err := c.write(page); err != nil {
			return err
		}
	} else if err := c.printFindings(&f.check, r); err != nil {
		return err
	}
	return f.check.end(&r, readErr)
}
