package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/migrate"
)

// MigrationMarkdown returns a plan for a ticket: a section for each step, with boxes to tick for what is changed, waited for and looked
// at.
func MigrationMarkdown(p migrate.Plan, style Style) ([]byte, error) {
	var b bytes.Buffer
	for _, s := range p.Subjects {
		fmt.Fprintf(&b, "## %s: from %s to %s\n\n", markdownText(subjectName(&s)), markdownText(s.From), markdownText(s.To))
	}
	for _, r := range p.Refused {
		fmt.Fprintf(&b, "**Refused:** %s\n\n", markdownText(r))
	}
	for i := range p.Steps {
		if err := stepMarkdown(&b, i+1, &p.Steps[i], style); err != nil {
			return nil, err
		}
	}
	if len(p.Notes) > 0 {
		b.WriteString("### Notes\n\n")
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "- %s\n", markdownText(n))
	}
	return noCommands(b.Bytes()), nil
}

func stepMarkdown(b *bytes.Buffer, n int, s *migrate.Step, style Style) error {
	fmt.Fprintf(b, "### %d. %s\n\n", n, markdownText(s.Title))
	block := func(language, text string) {
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		fmt.Fprintf(b, "\n%s\n\n", indent(fence+language+"\n"+cleanLines(strings.TrimRight(text, "\n"))+"\n"+fence, "  "))
	}
	if len(s.Diff) > 0 {
		b.WriteString("- [ ] Deploy this change:\n")
		block("diff", string(s.Diff))
	}
	for i := range s.ByHand {
		h := &s.ByHand[i]
		text, err := handStatements(h, style)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "- [ ] %s\n", markdownText(handSentence(h)))
		if text != "" {
			block("", text)
		}
	}
	if len(s.Commands) > 0 {
		b.WriteString("- [ ] Run:\n")
		block("sh", strings.Join(s.Commands, "\n"))
	}
	for _, w := range s.Waits {
		fmt.Fprintf(b, "- [ ] Wait %s: %s (<%s>)\n", duration(w.For), markdownText(w.Why), w.AWS)
	}
	for _, q := range s.Done {
		fmt.Fprintf(b, "- [ ] Look %s:\n", markdownText(q.What))
		block("sh", q.Command)
	}
	fmt.Fprintf(b, "\nTo go back: %s.\n\n", markdownText(s.Back))
	for _, proof := range s.Proofs {
		fmt.Fprintf(b, "- Proven: %s\n", markdownText(proofSentence(&proof)))
	}
	b.WriteByte('\n')
	return nil
}
