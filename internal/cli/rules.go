package cli

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/report"
	"github.com/hopgrant/hopgrant/internal/value"
)

// newRules returns the command that lists and explains the rules of hopgrant check.
func (c *Command) newRules() *cobra.Command {
	return &cobra.Command{
		Use:   "rules [ID...]",
		Short: "List the rules of hopgrant check, or explain some",
		Example: `  hopgrant rules
  hopgrant rules key-policy-sns`,
		ValidArgsFunction: cobra.FixedCompletions(check.RuleIDs(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(_ *cobra.Command, ids []string) error {
			rules, err := lookUpRules("rule", ids)
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if len(ids) == 0 {
				report.RulesText(&b, check.Rules(), c.style())
			}
			for i, r := range rules {
				if i > 0 {
					b.WriteString("\n")
				}
				report.RuleText(&b, r, c.style())
			}
			return c.write(b.Bytes())
		},
	}
}

// lookUpRules returns the rules with the given ids. Its errors say what the ids are, such as "--rule".
func lookUpRules(what string, ids []string) ([]*check.Rule, error) {
	var rules []*check.Rule
	var errs []error
	for _, id := range ids {
		r, ok := check.LookUp(id)
		if !ok {
			errs = append(errs, withHint(fmt.Errorf("%s %q: there is no such rule%s", what, id, similarRule(id)), "hopgrant rules lists them"))
			continue
		}
		rules = append(rules, r)
	}
	return rules, errors.Join(errs...)
}

// similarRule returns ", want X" if the id is like that of a rule.
func similarRule(id string) string {
	if like := value.Nearest(id, check.RuleIDs()); like != "" {
		return ", want " + like
	}
	return ""
}
