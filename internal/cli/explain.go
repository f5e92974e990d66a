package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/topology"
)

// newExplain returns the command that shows every hop and its verdict.
func (c *Command) newExplain() *cobra.Command {
	var flags loadFlags
	var format string
	cmd := &cobra.Command{
		Use:   "explain PATH...",
		Short: "Show every hop of a template, plan or app, and why it works or does not",
		Long: `Show every hop in templates, cloud assemblies, plans, fanout.yaml files and snapshots of accounts with its verdict: ok,
broken, or unknown if the files lack something. For each call of a hop that is not ok, say how AWS would decide, and why.

--format html writes one page with a picture, the findings and what mends them, which needs no network; mermaid and dot write the picture for other tools.
- is stdin.

Exit status: 0 even if hops are broken (hopgrant check tells), 2 wrong usage or a file that cannot be read.`,
		Example: `  hopgrant explain template.yaml
  hopgrant explain cdk.out --format html > hops.html
  hopgrant explain plan.json --format mermaid`,
		Args: needsPaths,
	}
	cmd.Flags().SortFlags = false
	choiceFlag(cmd, &format, "format", "FORMAT", "how the hops are shown", "text", "json", "mermaid", "dot", "html")
	flags.define(cmd)
	flags.input.define(cmd)
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if err := flags.configure(paths); err != nil {
			return err
		}
		judge := check.Explain
		if format == "html" {
			var o check.Options
			flags.judgedAs(&o)
			judge = func(t []*topology.Topology) check.Report { return check.Run(t, o) }
		}
		reports, loadErr := loadEach(c, &flags, paths, judge)
		if len(reports) == 0 && loadErr != nil {
			return loadErr
		}
		out, err := c.hops(check.Join(reports), format, paths)
		if err != nil {
			return err
		}
		return errors.Join(c.write(out), loadErr)
	}
	return cmd
}

// hops returns the hops in a format.
func (c *Command) hops(r check.Report, format string, paths []string) ([]byte, error) {
	switch format {
	case "json":
		return report.HopsJSON(r)
	case "mermaid":
		return report.HopsMermaid(r.Hops), nil
	case "dot":
		return report.HopsDOT(r.Hops), nil
	case "html":
		return report.HopsHTML(r, paths, report.Style{Fix: fixWriter(asInput)})
	}
	return report.HopsText(r, c.style()), nil
}
