package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/load"
	"github.com/hopgrant/hopgrant/internal/mend"
	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// migrateFlags holds the flags of hopgrant migrate.
type migrateFlags struct {
	load    loadFlags
	format  string
	to      migrate.Encryption
	request migrate.Request
}

// newMigrate returns the command that plans how queues and topics get another encryption.
func (c *Command) newMigrate() *cobra.Command {
	var f migrateFlags
	cmd := &cobra.Command{
		Use:   "migrate PATH... --queue QUEUE --to ENCRYPTION",
		Short: "Plan another encryption, or another key, under which no message is lost",
		Long: `Print the steps by which queues and topics get another encryption or another key, and no message is lost: neither those under way nor
those that wait in the queue or its dead-letter queue. A message stays under the key that it was sent under, so that whoever reads is
admitted to the new key first, and may use the old one until nothing under it is left.

A step says what to change, as a diff of the file, how long to wait then and why, how to see that it is done, and how to go back. Deploy one
step after the other: the next diff is one of the file as it is then. Nothing is written.

Every state on the way is proven: each hop that depends on the encryption is judged for messages under the old key and under the new one.
What cannot be proven is refused, with the reason, such as a consumer that is not known, or alias/aws/sqs where SNS delivers.

PATH is what hopgrant check reads. A queue, topic or key is named by its id there, the path of its construct, its ARN or its name. --key also
takes the ARN of a key that is not in the files: the steps then say what its policy needs.

Exit status: 0 there is a plan, or nothing to do; 1 it is refused; 2 wrong usage or a file that cannot be read.`,
		Example: `  hopgrant migrate template.yaml --queue Orders --to sse-sqs
  hopgrant migrate template.yaml --queue Orders --to customer-managed-key --key OrdersKey
  hopgrant migrate infra --topic aws_sns_topic.sales --to customer-managed-key --key aws_kms_key.sales --format markdown`,
		Args: needsPaths,
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().StringArrayVar(&f.request.Queues, "queue", nil, "the `QUEUE` that gets another encryption; may be repeated")
	cmd.Flags().StringArrayVar(&f.request.Topics, "topic", nil, "the `TOPIC` that gets another encryption; may be repeated")
	choiceFlag(cmd, &f.to, "to", "ENCRYPTION", "the encryption that is wanted; none is for topics", "", migrate.SSESQS, migrate.CustomerManaged, migrate.AWSManaged, migrate.None)
	onceFlag(cmd.Flags(), &f.request.Key, "key", "KEY", "the customer managed key: its id in the files, or its ARN; without it, the first step makes one")
	cmd.Flags().StringArrayVar(&f.request.Readers, "reader", nil, "the `ARN` of a role or user that receives from the queue and its dead-letter queue, and is not in the files; may be repeated")
	cmd.Flags().StringArrayVar(&f.request.Senders, "sender", nil, "the `ARN` of a role or user that sends to the queue or publishes to the topic, and is not in the files; may be repeated")
	choiceFlag(cmd, &f.format, "format", "FORMAT", "how the plan is printed", "text", "json", "markdown")
	f.load.define(cmd)
	f.load.input.defineConfig(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		f.request.To = f.to
		if err := f.load.configure(paths); err != nil {
			return err
		}
		return c.runMigrate(&f, paths)
	}
	return cmd
}

// A planned world is the plan for what was read together, and the report on it before the first step.
type planned struct {
	plan       migrate.Plan
	err        error
	topologies []*topology.Topology
	report     check.Report
}

func (c *Command) runMigrate(f *migrateFlags, paths []string) error {
	if err := f.request.Check(); err != nil {
		_, errs := f.load.options()
		return usageErrorf("%w", errors.Join(append(leaves(err), errs...)...))
	}
	if slices.Contains(paths, load.Stdin) {
		return usageErrorf("-: a plan changes files, want files or directories")
	}
	worlds, err := loadEach(c, &f.load, paths, func(t []*topology.Topology) planned {
		plan, err := migrate.New(t, f.request)
		return planned{plan, err, t, check.Explain(t)}
	})
	if err != nil {
		return err // whoever is in the file that cannot be read is not known
	}
	w, err := theOne(worlds)
	if err != nil {
		return err
	}
	c.writeSteps(&w.plan, w.topologies, func(content map[string][]byte) string {
		load := f.load
		load.content = content
		reports, err := loadEach(c, &load, paths, check.Explain)
		if err != nil {
			return err.Error()
		}
		after := check.Join(reports)
		return mend.Worse(&w.report, &after)
	})
	out, err := c.migration(w.plan, f.format)
	if err != nil {
		return err
	}
	if err := c.write(out); err != nil {
		return err
	}
	if len(w.plan.Refused) > 0 {
		return errFindings
	}
	return nil
}

// theOne returns the world that has what the request names.
func theOne(worlds []planned) (*planned, error) {
	var found *planned
	var errs []error
	for i := range worlds {
		switch w := &worlds[i]; {
		case w.err != nil:
			errs = append(errs, w.err)
		case found != nil:
			return nil, fmt.Errorf("--queue, --topic: %s and %s have one of that name, want the path of one", found.topologies[0].Path, w.topologies[0].Path)
		default:
			found = w
		}
	}
	if found == nil {
		return nil, errors.Join(errs...)
	}
	return found, nil
}

// migration returns a plan in a format.
func (c *Command) migration(p migrate.Plan, format string) ([]byte, error) {
	style := c.style()
	style.Fix = fixWriter(asInput)
	switch format {
	case "json":
		return report.MigrationJSON(p)
	case "markdown":
		return report.MigrationMarkdown(p, style)
	}
	return report.MigrationText(p, style)
}
