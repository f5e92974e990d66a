package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
)

// RulesText writes one line for each rule.
func RulesText(b *bytes.Buffer, rules []*check.Rule, style Style) {
	width := 0
	for _, r := range rules {
		width = max(width, len(r.ID))
	}
	for _, r := range rules {
		fmt.Fprintf(b, "%-*s  %s%s  %s\n", width, r.ID, style.paint(colorOf(r.Severity), string(r.Severity)),
			strings.Repeat(" ", len("warning")-len(r.Severity)), r.Title)
	}
}

// RuleText writes all about one rule.
func RuleText(b *bytes.Buffer, r *check.Rule, style Style) {
	fmt.Fprintf(b, "%s (%s)\n%s\n\n%s\n", style.paint(bold, r.ID), style.paint(colorOf(r.Severity), string(r.Severity)), r.Title, r.Text)
	if r.Basis != "" {
		fmt.Fprintf(b, "\nNot all of it is documented by AWS: %s\n", r.Basis)
	}
	bad, good := r.Examples()
	fmt.Fprintf(b, "\n%s\n\n%s\n\n%s\n\n%s\n", style.paint(red, "Reported:"), indent(bad, "    "), style.paint(green, "Not reported:"), indent(good, "    "))
	b.WriteString("\nSee\n")
	for _, page := range append([]string{r.Help()}, r.AWS...) {
		fmt.Fprintf(b, "  %s\n", page)
	}
}
