package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/internal/value"
	"github.com/hopgrant/hopgrant/policygen"
)

// Style says how text for people looks. The zero value is plain.
type Style struct {
	Color bool
	Width int // columns of the terminal; 0 means no limit
	// Fix formats the statements of a finding's fix, such as in YAML or HCL; nil means JSON. It reports whether the text is a command
	// that sets the whole policy. Change returns a command that makes the changes of a finding; "" if there is none.
	Fix    func(*check.Finding, *check.Fix) (text string, whole bool, err error)
	Change func(*check.Finding) string
}

const (
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "34"
	bold   = "1"
	dim    = "2"
)

// paint returns text in a colour, if the style has colours.
func (s Style) paint(color, text string) string {
	if !s.Color || text == "" || color == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// FindingsText returns a report for people: one block for each finding, and a line with the totals.
func FindingsText(r check.Report, style Style) ([]byte, error) {
	var b bytes.Buffer
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintln(&b, style.wrap(fmt.Sprintf("%s: %s: %s %s", style.paint(bold, clean(f.At.String())), style.paint(colorOf(f.Severity), string(f.Severity)), clean(f.Message),
			style.paint(dim, "["+f.Rule+"]")), "", "    "))
		hopText(&b, f.Hop, style)
		for j := range f.Others {
			hopText(&b, f.Others[j].Hop, style)
		}
		for j := range f.Evidence {
			fmt.Fprintf(&b, "  evidence: %s\n", evidenceText(&f.Evidence[j]))
		}
		if f.Scenario != "" {
			style.field(&b, "when: "+clean(f.Scenario))
		}
		if f.Advice != "" {
			style.field(&b, "mend: "+clean(f.Advice))
		}
		if err := fixText(&b, f, style); err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "  help: %s\n\n", f.Help)
	}
	gapsText(&b, r, style)
	fmt.Fprintln(&b, style.wrap(totals(r, style), "", "  "))
	return noCommands(b.Bytes()), nil
}

// field writes a line that is about what the line before it names.
func (s Style) field(b *bytes.Buffer, text string) { fmt.Fprintln(b, s.wrap(text, "  ", "    ")) }

func hopText(b *bytes.Buffer, h *check.Hop, style Style) {
	if h == nil {
		return
	}
	style.field(b, fmt.Sprintf("hop: %s, %s -> %s", h.Kind, clean(h.From.Label()), clean(h.To.Label())))
	if h.Inferred != "" {
		style.field(b, fmt.Sprintf("seen: nobody declares the hop, but %s is for it", clean(h.Inferred)))
	}
}

func fixText(b *bytes.Buffer, f *check.Finding, style Style) error {
	all, err := style.mends(f)
	for _, m := range all {
		style.field(b, "mend: "+m.How)
		fmt.Fprintln(b, indent(m.Text, "    "))
	}
	return err
}

// A mend is a text that mends a finding, and how.
type mend struct{ How, Text string }

// mends returns what mends a finding.
func (s Style) mends(f *check.Finding) (all []mend, err error) {
	add := func(how, text string) { all = append(all, mend{how, cleanLines(strings.TrimRight(text, "\n"))}) }
	if s.Change != nil {
		if command := s.Change(f); command != "" {
			add("run", command)
			return all, nil
		}
	}
	for i := range f.Fix {
		fix := &f.Fix[i]
		text, whole, err := s.write(f, fix)
		switch {
		case err != nil:
			return all, fmt.Errorf("statements of %s: %w", f.Rule, err)
		case whole && fix.On == policygen.OnIdentity:
			add("run, which gives "+clean(fix.Of)+" an inline policy", text)
		case whole:
			add("run, which sets the "+string(fix.On)+" policy of "+clean(fix.Of)+" as it was read, with these statements", text)
		default:
			add(clean(fix.AddTo()), text)
		}
	}
	return all, nil
}

// write returns the statements of what mends a finding as [Style.Fix] writes them, by default as JSON.
func (s Style) write(f *check.Finding, fix *check.Fix) (text string, whole bool, err error) {
	if s.Fix == nil {
		return statementsJSON(fix.Document.Statements), false, nil
	}
	return s.Fix(f, fix)
}

// statementsJSON returns the statements as JSON, separated by commas.
func statementsJSON(statements []policygen.Statement) string {
	var all []string
	for _, st := range statements {
		all = append(all, strings.TrimRight(string(value.EncodeJSON(st, "  ")), "\n"))
	}
	return strings.Join(all, ",\n")
}

// totals returns the last line of a report.
func totals(r check.Report, style Style) string {
	s := summarize(r)
	if len(r.Findings) == 0 {
		found := style.paint(green, "nothing found")
		if r.Broken == 0 && r.Unknown+len(r.Unread) > 0 {
			found = style.paint(yellow, "nothing broken")
		}
		return found + fmt.Sprintf(" in %s: %s", readOf(r), decided(r)) + extra(s)
	}
	var parts []string
	for _, p := range []struct {
		n     int
		what  string
		color string
	}{{s.Errors, "error", red}, {s.Warnings, "warning", yellow}, {s.Infos, "info", blue}} {
		if p.n > 0 {
			parts = append(parts, style.paint(p.color, count(p.n, p.what)))
		}
	}
	return strings.Join(parts, ", ") + fmt.Sprintf(" in %s: %s", readOf(r), decided(r)) + extra(s)
}

// readOf says what was read: the account, or how many files.
func readOf(r check.Report) string {
	if r.Place != "" && r.Files == 1 {
		return r.Place
	}
	return count(r.Files, "file")
}

func hopCounts(s summaryJSON) string {
	if s.Hops == 0 {
		return "no hops"
	}
	text := fmt.Sprintf("%s, %d ok", count(s.Hops, "hop"), s.OK)
	if s.Broken > 0 {
		text += fmt.Sprintf(", %d broken", s.Broken)
	}
	if s.Unknown > 0 {
		text += fmt.Sprintf(", %d unknown", s.Unknown)
	}
	return text
}

// decided counts the hops by verdict. What is not decided is always said, whichever findings are shown.
func decided(r check.Report) string {
	s := summarize(r)
	text := hopCounts(s)
	switch {
	case s.Hops == 0 && r.Ends == 1:
		text += " of the only topic or queue"
	case s.Hops == 0 && r.Ends > 1:
		text += fmt.Sprintf(" of the %d topics and queues", r.Ends)
	}
	if s.Unknown > 0 {
		s.Unknown = 0
		text = hopCounts(s) + fmt.Sprintf("; %d of %s not decided, hopgrant explain tells why", r.Unknown, count(s.Hops, "hop"))
	}
	if parts := notKnown(r); parts != "" {
		text += parts
		if slices.ContainsFunc(r.Unread, func(u topology.Unknown) bool { return !u.Gap }) {
			text += ", --severity info tells which"
		}
	}
	return text
}

// notKnown counts what could not be placed.
func notKnown(r check.Report) string {
	if len(r.Unread) == 0 {
		return ""
	}
	return "; " + count(len(r.Unread), "part") + " not known"
}

func extra(s summaryJSON) string {
	text := ""
	if s.Suppressed > 0 {
		text += fmt.Sprintf("; %d suppressed", s.Suppressed)
	}
	if s.Known > 0 {
		text += fmt.Sprintf("; %d in the baseline", s.Known)
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func colorOf(s check.Severity) string {
	switch s {
	case check.Error:
		return red
	case check.Warning:
		return yellow
	}
	return blue
}

func indent(s, by string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) }

// RulesText writes one line for each rule to b.
func RulesText(b *bytes.Buffer, rules []*check.Rule, style Style) {
	width := 0
	for _, r := range rules {
		width = max(width, len(r.ID))
	}
	for _, r := range rules {
		first := fmt.Sprintf("%-*s  %s%s  ", width, r.ID, style.paint(colorOf(r.Severity), string(r.Severity)), strings.Repeat(" ", len("warning")-len(r.Severity)))
		fmt.Fprintln(b, style.wrap(r.Title, first, strings.Repeat(" ", columns(first))))
	}
}

// RuleText writes the documentation of one rule to b.
func RuleText(b *bytes.Buffer, r *check.Rule, style Style) {
	fmt.Fprintf(b, "%s (%s)\n%s\n\n%s\n", style.paint(bold, r.ID), style.paint(colorOf(r.Severity), string(r.Severity)), style.wrap(r.Title, "", ""), style.Paragraphs(r.Text))
	if r.Basis != "" {
		fmt.Fprintf(b, "\n%s\n", style.wrap("AWS does not document all of it: "+r.Basis, "", ""))
	}
	bad, good := r.Examples()
	fmt.Fprintf(b, "\n%s\n\n%s\n\n%s\n\n%s\n", style.paint(red, "Reported:"), indent(bad, "    "), style.paint(green, "Not reported:"), indent(good, "    "))
	b.WriteString("\nSee\n")
	for _, page := range append([]string{r.Help()}, r.AWS...) {
		fmt.Fprintf(b, "  %s\n", page)
	}
}
