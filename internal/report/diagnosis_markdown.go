package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/diagnose"
)

// DiagnosesMarkdown returns diagnoses for a ticket: a section for each, with the statements and commands in blocks.
func DiagnosesMarkdown(all []diagnose.Diagnosis) ([]byte, error) {
	var b bytes.Buffer
	for i := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		diagnosisMarkdown(&b, &all[i])
	}
	return noCommands(b.Bytes()), nil
}

func diagnosisMarkdown(b *bytes.Buffer, d *diagnose.Diagnosis) {
	fmt.Fprintf(b, "## %s\n\n**Why:** %s%s\n", markdownText(d.Denied), markdownText(d.Why), times(d))
	if d.Denier != "" {
		fmt.Fprintf(b, "\n**Policy:** %s\n", markdownText(d.Denier))
	}
	for i := range d.Answers {
		a := &d.Answers[i]
		from, to := hopEnds(a)
		word := hopWord(d)
		fmt.Fprintf(b, "\n### %s: %s, %s to %s\n", strings.ToUpper(word[:1])+word[1:], a.Hop.Kind, markdownText(from), markdownText(to))
		for _, f := range a.InFile {
			h := &f.Hop
			fmt.Fprintf(b, "\nIn %s: %s, %s to %s, is **%s**. %s\n", markdownText(h.By.At.String()), h.Kind, markdownText(h.From.Label()), markdownText(h.To.Label()),
				h.Verdict, markdownText(f.Says))
		}
		if a.Unsolved != "" {
			fmt.Fprintf(b, "\n%s\n", markdownText(a.Unsolved))
		}
		for _, r := range a.Remedies {
			text := statementsJSON(r.Document.Statements)
			fmt.Fprintf(b, "\n- [ ] %s:\n\n%s\n", markdownText(remedySentence(&r)), indent("```json\n"+cleanLines(text)+"\n```", "  "))
		}
	}
	if len(d.Missing) > 0 {
		fmt.Fprintf(b, "\nFill in %s, which the text does not tell.\n", markdownText(strings.Join(d.Missing, ", ")))
	}
	if len(d.Notes) > 0 {
		b.WriteString("\n### Notes\n\n")
	}
	for _, n := range d.Notes {
		fmt.Fprintf(b, "- %s\n", markdownText(n))
	}
	if len(d.Open) > 0 {
		b.WriteString("\n### Open\n")
	}
	for _, q := range d.Open {
		fmt.Fprintf(b, "\n- [ ] %s:\n\n%s\n", markdownText(q.What), indent("```sh\n"+clean(q.Command)+"\n```", "  "))
	}
}
