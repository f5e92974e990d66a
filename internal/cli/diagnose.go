package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/diagnose"
	"github.com/hopgrant/hopgrant/internal/report"
)

// diagnoseFlags holds the flags of hopgrant diagnose.
type diagnoseFlags struct {
	load      loadFlags
	format    string
	text      string
	templates []string
}

// newDiagnose returns the command that finds the denied call in a pasted text.
func (c *Command) newDiagnose() *cobra.Command {
	var f diagnoseFlags
	cmd := &cobra.Command{
		Use:   "diagnose [FILE...]",
		Short: "Find the denied call in a log, an error or an event, and the statement for it",
		Long: `Read what people paste when a queue stays empty, from files or from stdin: delivery status logs of SNS, errors of SQS, SNS, KMS
and Lambda with what SDKs write around them, events of CloudTrail (also a gzip file), dead letters of SNS and EventBridge, and events
of CloudFormation stacks. Say which call was denied, why, which hop it belongs to, and whose policy must change, and print the
statements for it.

It says only what the text proves. What the text leaves open comes with the command that tells, and a name that it lacks is a
reference such as ${QueueArn}. With --template, which takes whatever hopgrant check reads, the hop is looked up there, and
what the text proves is compared with the verdict there.

Of the text, only names of resources and callers are repeated: no messages, sessions or keys.

Exit status: 0 a denial was found, 2 wrong usage, or an input in which nothing is known.`,
		Example: `  hopgrant diagnose delivery.json
  pbpaste | hopgrant diagnose --template cdk.out
  hopgrant diagnose --format markdown 123456789012_CloudTrail_us-east-1_20261101T0000Z.json.gz`,
	}
	cmd.Flags().SortFlags = false
	onceFlag(cmd.Flags(), &f.text, "text", "TEXT", "the text itself, in place of files")
	cmd.Flags().StringArrayVar(&f.templates, "template", nil, "look the hop up in the template, assembly, plan, snapshot or directory `PATH`; may be repeated")
	choiceFlag(cmd, &f.format, "format", "FORMAT", "how the answer is printed", "text", "json", "markdown")
	f.load.define(cmd)
	f.load.input.defineConfig(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		given := cmd.Flags().Changed("text")
		if given && len(paths) > 0 {
			return usageErrorf("--text: files are given too, want one of them")
		}
		if len(paths) == 0 && !given {
			paths = []string{"-"}
		}
		return c.runDiagnose(&f, paths)
	}
	return cmd
}

func (c *Command) runDiagnose(f *diagnoseFlags, paths []string) error {
	var all []diagnose.Diagnosis
	var errs []error
	read := func(name string, data []byte, err error) {
		var found []diagnose.Diagnosis
		if err == nil {
			found, err = diagnose.Read(name, data)
		}
		all, errs = append(all, found...), append(errs, err)
	}
	if len(paths) == 0 {
		read("--text", []byte(f.text), nil)
	}
	for _, path := range paths {
		data, err := c.readInput(path)
		read(inputName(path), data, err)
	}
	if err := c.tie(f, all); err != nil {
		errs = append(errs, err)
	}
	err := errors.Join(errs...)
	var unknown *diagnose.UnknownError
	if errors.As(err, &unknown) {
		err = withHint(err, "paste all of it: what stands around an error says which call failed")
	}
	if len(all) == 0 {
		return err
	}
	out, formatErr := c.diagnoses(all, f.format)
	if formatErr != nil {
		return formatErr
	}
	return errors.Join(c.write(out), err) // what could be read is printed, and what could not is named
}

// tie looks up the hops of the diagnoses in the files of --template.
func (c *Command) tie(f *diagnoseFlags, all []diagnose.Diagnosis) error {
	if len(f.templates) == 0 {
		_, errs := f.load.options()
		return errors.Join(errs...)
	}
	if err := f.load.configure(f.templates); err != nil {
		return err
	}
	reports, err := loadEach(c, &f.load, f.templates, check.Explain)
	hops := check.Join(reports).Hops
	for i := range all {
		d := &all[i]
		if more := d.Tie(hops); more > 0 {
			d.Notes = append(d.Notes, fmt.Sprintf("of the hops of the files, %d more may be meant", more))
		}
		if err == nil && !d.Tied() && len(d.Answers) > 0 {
			d.Notes = append(d.Notes, "no hop of the files given is of this kind and has these names")
		}
	}
	return err
}

// diagnoses returns diagnoses in a format.
func (c *Command) diagnoses(all []diagnose.Diagnosis, format string) ([]byte, error) {
	switch format {
	case "json":
		return report.DiagnosesJSON(all)
	case "markdown":
		return report.DiagnosesMarkdown(all)
	}
	return report.DiagnosesText(all, c.style())
}
