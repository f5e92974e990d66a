package cli

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
)

// newRules returns the command that lists and explains the rules of hopgrant check.
func (c *Command) newRules() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules [ID...]",
		Short: "List the rules of hopgrant check, or explain some",
		Example: `  hopgrant rules
  hopgrant rules key-policy-sns`,
		ValidArgsFunction: cobra.FixedCompletions(ruleIDs(), cobra.ShellCompDirectiveNoFileComp),
	}
	cmd.RunE = func(cmd *cobra.Command, ids []string) error {
		var b bytes.Buffer
		if len(ids) == 0 {
			report.RulesText(&b, check.Rules(), c.style())
			return c.write(&b)
		}
		var errs []error
		for i, id := range ids {
			r, ok := check.LookUp(id)
			if !ok {
				errs = append(errs, withHint(fmt.Errorf("rule %q: there is no such rule%s", id, similarRule(id)), "hopgrant rules lists them"))
				continue
			}
			if i > 0 {
				b.WriteString("\n")
			}
			report.RuleText(&b, r, c.style())
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		return c.write(&b)
	}
	return cmd
}
