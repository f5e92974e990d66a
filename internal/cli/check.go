package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/snippet"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
)

// checkFlags holds the flags of hopgrant check.
type checkFlags struct {
	load      loadFlags
	format    string
	fixFormat snippet.Format
	severity  check.Severity
	failOn    failOn
	rules     []string
	baseline  string
	write     bool // the baseline is written
	fix       []string
	fixKey    string
	diff      bool
}

// failOn says which findings end a check with [StatusFindings]: a severity, or one of the values below.
type failOn string

const (
	failOnUnknown failOn = "unknown" // errors, and hops that could not be decided
	failNever     failOn = "never"
)

// fails reports whether a finding ends the check with [StatusFindings].
func (on failOn) fails(f *check.Finding) bool {
	switch on {
	case failNever:
		return false
	case failOnUnknown:
		return f.Severity == check.Error || f.Undecided()
	}
	return f.Severity.AtLeast(check.Severity(on))
}

// newCheck returns the command that finds broken hops and grants that are wider than needed.
func (c *Command) newCheck() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check PATH...",
		Short: "Find the hops that lose messages, and grants wider than needed",
		Long: `Check every hop from publisher to topic to queue to consumer in templates, cloud assemblies, Terraform sources, plans
and states, fanout.yaml files, and snapshots of accounts (hopgrant doctor). Do the policies and keys in them allow each call
of the hop? And do they allow more than the hops need?

A finding says which message is lost, and shows the smallest statements that mend it. A hop that cannot be decided
never counts as one that works: the last line counts them, and --severity info reports each. Info is also what AWS's
defaults leave open, such as a queue without a dead-letter queue.

Findings of --fail-on and worse end the check with status 1, and are always shown: by default errors, so that warnings
alone end with status 0. --fail-on unknown is for strict pipelines: errors, and every hop that cannot be decided.

Templates and cloud assemblies that are given together, or that are in one directory, are read as one deployment where one
exports what another imports or, with known accounts and Regions, names by its ARN. Where several have what one names, it is
not known which is meant. Of a cloud assembly, text names resources by the paths of their constructs.

To accept a finding, name its rule and a reason in a comment above a resource that the finding is about, or at the end of
its first line, in YAML and Terraform:

  # hopgrant:ignore no-dead-letter-queue what is lost here can be computed again
  resource "aws_sqs_queue" "orders" {

or in the Metadata of a CloudFormation resource:

  Metadata:
    hopgrant:
      ignore:
        - rule: no-dead-letter-queue
          reason: what is lost here can be computed again

To accept all of them at once, run hopgrant check --baseline FILE --write-baseline PATH, and from then on use --baseline FILE. A
rule that is not for you is turned off, or given another severity, in .hopgrant.yaml, with the reason; see hopgrant config.

Of the files in a directory, those are left out that .gitignore files or --exclude name, hidden ones and dependencies. What is left
out, and what is nothing to check, is counted.

--fix writes what mends errors and warnings into CloudFormation and SAM templates, YAML and JSON, fanout.yaml files and Terraform sources, and
--fix=RULE,... what mends the findings of these rules, infos too. A mend is verified before it is written: its finding is gone, no hop is worse and no finding
is new. Comments, order and style stay. What is left, and why, is said. A queue under alias/aws/sqs gets SSE-SQS,
or with --fix-key the customer managed key of that name. --diff prints the changes and writes nothing.

What is found in the other files is printed where one cannot be read. - is stdin, for a template, plan, state, fanout.yaml or snapshot.

Exit status: 0 no finding of --fail-on, 1 findings of --fail-on, 2 wrong usage or a file that cannot be read, 3 hopgrant
itself failed.`,
		Example: `  hopgrant check template.yaml --region eu-central-1
  hopgrant check cdk.out --format github --fail-on warning
  hopgrant check infra/prod --var-file prod.tfvars
  terraform show -json plan.out | hopgrant check -`,
		Args: needsPaths,
	}
	cmd.Flags().SortFlags = false
	choiceFlag(cmd, &f.format, "format", "FORMAT", "how findings are printed", "text", "json", "sarif", "github", "gitlab", "junit")
	f.define(cmd, snippet.StatementFormats()...)
	f.load.define(cmd)
	f.load.input.define(cmd)
	cmd.Flags().BoolVar(&f.write, "write-baseline", false, "write the findings to the file of --baseline, and end with status 0")
	fixFlag(cmd, &f.fix)
	onceFlag(cmd.Flags(), &f.fixKey, "fix-key", "ID", "with --fix: the customer managed key that queues and topics get in place of an AWS managed one, with all grants; queues get SSE-SQS otherwise. A key that is not there is added")
	cmd.Flags().BoolVar(&f.diff, "diff", false, "with --fix: print the changes as a unified diff, or as JSON with the diff of each file and what is mended, and write nothing")
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if err := f.load.configure(paths); err != nil {
			return err
		}
		f.configured(cmd)
		f.complete(cmd)
		if cmd.Flags().Changed("fix-format") && f.format != "text" {
			c.hint("--fix-format has no effect: --format %s has mends as JSON", f.format)
		}
		fix := cmd.Flags().Changed("fix")
		if err := f.conflict(fix, paths); err != nil {
			return err
		}
		if fix {
			return c.runFix(&f, paths)
		}
		return c.runCheck(&f, paths)
	}
	return cmd
}

// conflict returns an error about flags that do not go together, or not with the paths. fix is set where --fix is given.
func (f *checkFlags) conflict(fix bool, paths []string) error {
	switch {
	case f.write && f.baseline == "":
		return usageErrorf("--write-baseline: there is no file to write, want --baseline FILE too")
	case f.write && fix:
		return usageErrorf("--write-baseline: --fix mends what would be known, want one of them")
	case fix && slices.Contains(paths, load.Stdin):
		return usageErrorf("--fix: stdin cannot be changed, want files or directories")
	case fix && f.diff && f.format != "text" && f.format != "json":
		return usageErrorf("--diff: changes are no findings, want --format text or json")
	case !keyID.MatchString(f.fixKey):
		return usageErrorf("--fix-key %q: no name of a key, want the logical id of one in the template, or the label of an aws_kms_key", f.fixKey)
	case !fix && f.fixKey != "":
		return usageErrorf("--fix-key: nothing is changed, want --fix too")
	case !fix && f.diff:
		return usageErrorf("--diff: there is nothing to compare, want --fix too")
	}
	return nil
}

// keyID matches what may be the logical id of a key, or the label of one in Terraform; or nothing.
var keyID = regexp.MustCompile(`^((aws_kms_key\.)?[A-Za-z_][A-Za-z0-9_-]*)?$`)

// define defines the flags that say what is found and shown; fixFormats are the languages of mends.
func (f *checkFlags) define(cmd *cobra.Command, fixFormats ...snippet.Format) {
	choiceFlag(cmd, &f.fixFormat, "fix-format", "FORMAT", "the language of the statements that mend a finding, with --format text; input: that of the file", append([]snippet.Format{asInput}, fixFormats...)...)
	f.settingFlags(cmd)
	cmd.Flags().StringSliceVar(&f.rules, "rule", nil, "check only these rules (hopgrant rules lists them)")
	_ = cmd.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions(check.RuleIDs(), cobra.ShellCompDirectiveNoFileComp))
}

// complete sets flags that follow from others: a rule that is asked for by name is reported.
func (f *checkFlags) complete(cmd *cobra.Command) {
	if len(f.rules) > 0 && !cmd.Flags().Changed("severity") {
		f.severity = check.Info
	}
}

// settingFlags defines the flags about findings that the configuration may set.
func (f *checkFlags) settingFlags(cmd *cobra.Command) {
	choiceFlag(cmd, &f.severity, "severity", "SEVERITY", "the least severity that is reported", check.Warning, check.Error, check.Info)
	choiceFlag(cmd, &f.failOn, "fail-on", "SEVERITY", "which findings end with status 1", failOn(check.Error), failOn(check.Warning), failOn(check.Info),
		failOnUnknown, failNever)
	onceFlag(cmd.Flags(), &f.baseline, "baseline", "FILE", "findings that are known: what --write-baseline wrote, or the output of check --format json")
}

// needsPaths is the Args of commands that read files.
func needsPaths(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageErrorf("%s: no path given, want files or directories", cmd.CommandPath())
	}
	return nil
}

func (c *Command) runCheck(f *checkFlags, paths []string) error {
	o, err := c.checkOptions(f)
	reports, loadErr := loadEach(c, &f.load, paths, func(t []*topology.Topology) check.Report {
		return check.Run(t, o).WithoutHops()
	})
	if err != nil || len(reports) == 0 && loadErr != nil {
		return errors.Join(err, loadErr)
	}
	r := check.Join(reports)
	if f.write {
		return errors.Join(c.writeBaseline(f.baseline, r), loadErr)
	}
	if err := c.printFindings(f, r); err != nil {
		return err
	}
	return f.end(&r, loadErr)
}

// printFindings prints a report in the format that the flags ask for.
func (c *Command) printFindings(f *checkFlags, r check.Report) error {
	out, err := c.findings(f, r)
	if err != nil {
		return err
	}
	return c.write(out)
}

// end returns the error with which a check ends whose findings are printed. What could be read is printed, and what could not is
// named.
func (f *checkFlags) end(r *check.Report, loadErr error) error {
	if loadErr != nil {
		return loadErr
	}
	for i := range r.Findings {
		if f.failOn.fails(&r.Findings[i]) {
			return errFindings
		}
	}
	return nil
}

func (c *Command) checkOptions(f *checkFlags) (check.Options, error) {
	o := check.Options{Severity: f.severity, Rules: f.rules, Undecided: f.failOn == failOnUnknown}
	if least := check.Severity(f.failOn); slices.Contains(check.Severities, least) && !least.AtLeast(f.severity) {
		o.Severity = least // what ends the check with status 1 is shown
	}
	f.load.judgedAs(&o)
	_, err := lookUpRules("--rule", f.rules)
	if f.baseline == "" || f.write {
		return o, err
	}
	data, readErr := c.readInput(f.baseline)
	if readErr == nil {
		if o.Baseline, readErr = check.ReadBaseline(data, filepath.Dir(f.baseline)); readErr != nil {
			readErr = fmt.Errorf("--baseline %q: %w", f.baseline, readErr)
		}
	}
	return o, errors.Join(err, readErr)
}

// writeBaseline writes the findings of a report as a baseline.
func (c *Command) writeBaseline(path string, r check.Report) error {
	if err := value.ReplaceFile(path, check.WriteBaseline(r, filepath.Dir(path)), 0o644); err != nil {
		return failed(fileError(path, err))
	}
	c.hint("%s: %d findings are known from now on", report.Line(path), len(r.Findings))
	return nil
}

// findings returns the report in the format that the flags ask for.
func (c *Command) findings(f *checkFlags, r check.Report) ([]byte, error) {
	switch f.format {
	case "json":
		return report.FindingsJSON(r)
	case "sarif":
		return report.FindingsSARIF(fromRepository(r), c.version())
	case "github":
		return report.FindingsGitHub(fromRepository(r))
	case "gitlab":
		if undecided := report.Undecided(r); undecided != "" {
			c.hint("%s", undecided)
		}
		return report.FindingsGitLab(fromRepository(r))
	case "junit":
		rules := check.Rules()
		if len(f.rules) > 0 {
			rules, _ = lookUpRules("--rule", f.rules)
		}
		return report.FindingsJUnit(fromRepository(r), rules, f.failOn.fails)
	}
	style := c.style()
	style.Fix, style.Change = fixWriter(f.fixFormat), changeCommand
	return report.FindingsText(r, style)
}
