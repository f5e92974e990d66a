package check

import (
	"fmt"
	"strings"
)

// Markdown returns the documentation of all rules, as docs/rules.md has it.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Rules\n\n<!-- Made by go generate ./internal/check from the rules and their examples. -->\n\n" +
		"`hopgrant check` judges every hop, from publisher to topic to queue to consumer, and reports what follows. " +
		"Errors are messages that are lost and calls that are denied; warnings are grants wider than needed, and risks; " +
		"`--severity info` also shows what could not be decided.\n\n" +
		"A finding can be accepted in a template, with a reason, in the `Metadata` of a resource that it is about:\n\n" +
		"```yaml\nMetadata:\n  hopgrant:\n    ignore:\n      - rule: no-dead-letter-queue\n        reason: what is lost here can be computed again\n```\n\n" +
		"| rule | severity | |\n|---|---|---|\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, r.ID, r.Severity, r.Title)
	}
	for _, r := range rules {
		bad, good := r.Examples()
		fmt.Fprintf(&b, "\n## %s\n\n%s: %s.\n\n%s\n\n", r.ID, strings.ToUpper(string(r.Severity[:1]))+string(r.Severity[1:]), r.Title, r.Text)
		if r.Basis != "" {
			fmt.Fprintf(&b, "Not all of it is documented by AWS: %s\n\n", r.Basis)
		}
		b.WriteString("AWS:")
		for i, page := range r.AWS {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, " <%s>", page)
		}
		fmt.Fprintf(&b, "\n\nReported:\n\n```yaml\n%s\n```\n\nNot reported:\n\n```yaml\n%s\n```\n", bad, good)
	}
	return b.String()
}
