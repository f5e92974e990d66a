package report

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/hopgrant/hopgrant/internal/migrate"
	"github.com/hopgrant/hopgrant/policygen"
)

// MigrationText returns a plan for people: its steps, or why there is none.
func MigrationText(p migrate.Plan, style Style) ([]byte, error) {
	var b bytes.Buffer
	for _, s := range p.Subjects {
		fmt.Fprintln(&b, style.wrap(fmt.Sprintf("%s: %s -> %s", style.paint(bold, clean(subjectName(&s))), clean(s.From), clean(s.To)), "", "  "))
	}
	for _, r := range p.Refused {
		style.field(&b, style.paint(red, "refused")+": "+clean(r))
	}
	for i := range p.Steps {
		if err := stepText(&b, i+1, &p.Steps[i], style); err != nil {
			return nil, err
		}
	}
	if len(p.Steps) > 0 {
		b.WriteByte('\n')
	}
	for _, n := range p.Notes {
		fmt.Fprintln(&b, style.wrap("note: "+clean(n), "", "  "))
	}
	return noCommands(b.Bytes()), nil
}

func subjectName(s *migrate.Subject) string {
	if s.Topic {
		return "topic " + s.Element.Label()
	}
	return "queue " + s.Element.Label()
}

func stepText(b *bytes.Buffer, n int, s *migrate.Step, style Style) error {
	fmt.Fprintf(b, "\n%s\n", style.wrap(style.paint(bold, fmt.Sprintf("%d. %s", n, clean(s.Title))), "", "   "))
	if len(s.Diff) > 0 {
		fmt.Fprintf(b, "  change:\n%s\n", indent(cleanLines(strings.TrimRight(string(s.Diff), "\n")), "    "))
	}
	for i := range s.ByHand {
		h := &s.ByHand[i]
		text, err := handStatements(h, style)
		if err != nil {
			return err
		}
		style.field(b, "change: "+clean(handSentence(h)))
		if text != "" {
			fmt.Fprintf(b, "%s\n", indent(cleanLines(text), "    "))
		}
	}
	for _, c := range s.Commands {
		fmt.Fprintf(b, "  run: %s\n", clean(c))
	}
	for _, w := range s.Waits {
		style.field(b, "wait "+duration(w.For)+": "+clean(w.Why))
		fmt.Fprintf(b, "    %s\n", style.paint(dim, w.AWS))
	}
	for _, q := range s.Done {
		style.field(b, "look: "+clean(q.What))
		fmt.Fprintf(b, "    %s\n", style.paint(dim, clean(q.Command)))
	}
	style.field(b, "back: "+clean(s.Back))
	for _, proof := range s.Proofs {
		style.field(b, "proven: "+clean(proofSentence(&proof)))
	}
	return nil
}

// handSentence says what is to be changed by hand, and why.
func handSentence(h *migrate.Hand) string {
	if h.Why == "" {
		return h.What
	}
	return h.What + " (" + h.Why + ")"
}

// handStatements returns the statements of a change by hand.
func handStatements(h *migrate.Hand, style Style) (string, error) {
	switch {
	case h.Finding != nil:
		text, _, err := style.write(h.Finding, &h.Finding.Fix[0])
		return strings.TrimRight(text, "\n"), err
	case h.Statement != nil:
		return statementsJSON([]policygen.Statement{*h.Statement}), nil
	}
	return "", nil
}

func proofSentence(p *migrate.Proof) string {
	s := fmt.Sprintf("%s, %s ok", p.Messages, count(p.OK, "hop"))
	if p.AsBefore > 0 {
		s += fmt.Sprintf(", %d not ok as before the first step", p.AsBefore)
	}
	return s
}

// duration returns a time in the largest unit in which it is a whole number.
func duration(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= unit.of && d%unit.of == 0 {
			return count(int(d/unit.of), unit.name)
		}
	}
	return count(int(d/time.Second), "second")
}
