package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/internal/topology"
	"github.com/hopgrant/hopgrant/policygen/eval"
)

// HopsText returns the hops for people: a table of publishers, queues and consumers for each topic, then the hops of queues
// without a topic, then the reasons of each hop that is not ok, and what is not known.
func HopsText(r check.Report, style Style) []byte {
	var b bytes.Buffer
	hops := r.Hops
	if len(hops) == 0 && len(r.Unread) == 0 {
		b.WriteString("no hops: there is no publisher, subscription or consumer of a topic or queue\n")
		return b.Bytes()
	}
	f := newFlow(hops)
	marks := number(hops)
	drawn := map[*check.Hop]bool{}
	for _, t := range f.column(topics) {
		rows := f.rows(t, drawn, marks, style)
		fmt.Fprintf(&b, "%s %s\n", style.paint(bold, "topic "+clean(t.name)), style.paint(dim, "("+clean(t.sub)+")"))
		table(&b, []string{"publisher", "topic", "queue", "consumer"}, rows, style)
		b.WriteByte('\n')
	}
	if rows := f.rest(drawn, marks, style); len(rows) > 0 {
		fmt.Fprintln(&b, style.paint(bold, "other hops"))
		table(&b, []string{"hop", "from", "to", "verdict"}, rows, style)
		b.WriteByte('\n')
	}
	why(&b, hops, marks, style)
	seen(&b, hops, style)
	for i := range r.Unread {
		u := &r.Unread[i]
		fmt.Fprintf(&b, "%s %s (%s)\n%s\n\n", style.paint(yellow, "not known"), clean(u.Label()), clean(u.At.String()), wrap(clean(u.Why), "    ", style.Width))
	}
	if notesText(&b, r, style); len(r.Notes) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintln(&b, hopCounts(summarize(r))+notKnown(r))
	return noCommands(b.Bytes())
}

// number numbers the hops that are not ok. The tables refer to their reasons by these numbers.
func number(hops []check.Hop) map[*check.Hop]int {
	marks := map[*check.Hop]int{}
	for i := range hops {
		if hops[i].Verdict != check.OK {
			marks[&hops[i]] = len(marks) + 1
		}
	}
	return marks
}

// A cell is one field of a table. Its width does not count what sets colours.
type cell struct {
	text  string
	width int
}

func plain(s string) cell { return cell{s, utf8.RuneCountInString(s)} }

// verdict returns the cell of a hop's verdict, such as "ok" or "broken [1]".
func verdict(h *check.Hop, marks map[*check.Hop]int, style Style) cell {
	text := h.Verdict.String()
	if n := marks[h]; n > 0 {
		text += fmt.Sprintf(" [%d]", n)
	}
	return cell{style.paint(verdictColor(h.Verdict), text), len(text)}
}

func verdictColor(v check.Verdict) string {
	switch v {
	case check.OK:
		return green
	case check.Broken:
		return red
	}
	return yellow
}

// named returns the cell of a node and the verdict of the hop to or from it.
func named(n *node, h *check.Hop, marks map[*check.Hop]int, style Style) cell {
	v := verdict(h, marks, style)
	name := clean(n.name)
	return cell{name + "  " + v.text, utf8.RuneCountInString(name) + 2 + v.width}
}

// rows returns the rows of a topic's table, with its publishers beside its queues and their consumers. It adds the hops to
// drawn.
func (f *flow) rows(t *node, drawn map[*check.Hop]bool, marks map[*check.Hop]int, style Style) [][]cell {
	var left [][]cell
	for _, e := range f.into[t] {
		drawn[e.hop] = true
		left = append(left, []cell{named(e.from, e.hop, marks, style)})
	}
	var right [][]cell
	for _, e := range f.out[t] {
		drawn[e.hop] = true
		queue := named(e.to, e.hop, marks, style)
		if e.hop.Record().ToDeadLetters() {
			queue.text, queue.width = "(dead letters) "+queue.text, queue.width+len("(dead letters) ")
		}
		first := true
		for _, r := range f.out[e.to] {
			if !r.hop.Record().Leaves() {
				continue
			}
			drawn[r.hop] = true
			right = append(right, []cell{queue, named(r.to, r.hop, marks, style)})
			if first {
				queue, first = plain(""), false
			}
		}
		if first {
			right = append(right, []cell{queue, plain("-")})
		}
	}
	var rows [][]cell
	for i := 0; i < max(len(left), len(right), 1); i++ {
		row := []cell{plain("-"), plain(""), plain(""), plain("")}
		if i < len(left) {
			row[0] = left[i][0]
		} else if i > 0 {
			row[0] = plain("")
		}
		if i == 0 {
			row[1] = plain(clean(t.name))
		}
		if i < len(right) {
			row[2], row[3] = right[i][0], right[i][1]
		}
		rows = append(rows, row)
	}
	return rows
}

// rest returns a row for each hop that is not drawn.
func (f *flow) rest(drawn map[*check.Hop]bool, marks map[*check.Hop]int, style Style) [][]cell {
	var rows [][]cell
	for _, e := range f.edges {
		if drawn[e.hop] {
			continue
		}
		kind := string(e.hop.Kind)
		rows = append(rows, []cell{plain(kind), plain(clean(e.from.name)), plain(clean(e.to.name)), verdict(e.hop, marks, style)})
	}
	return rows
}

// table writes rows in aligned columns.
func table(b *bytes.Buffer, head []string, rows [][]cell, style Style) {
	widths := make([]int, len(head))
	for i, h := range head {
		widths[i] = len(h)
	}
	for _, r := range rows {
		for i, c := range r {
			widths[i] = max(widths[i], c.width)
		}
	}
	line := func(cells []cell, color string) {
		var text strings.Builder
		for i, c := range cells {
			text.WriteString("  " + style.paint(color, c.text))
			if i < len(cells)-1 {
				text.WriteString(strings.Repeat(" ", widths[i]-c.width))
			}
		}
		fmt.Fprintln(b, strings.TrimRight(text.String(), " "))
	}
	cells := make([]cell, len(head))
	for i, h := range head {
		cells[i] = plain(h)
	}
	line(cells, dim)
	for _, r := range rows {
		line(r, "")
	}
}

// why writes the reasons of the hops that are not ok.
func why(b *bytes.Buffer, hops []check.Hop, marks map[*check.Hop]int, style Style) {
	for i := range hops {
		h := &hops[i]
		n := marks[h]
		if n == 0 {
			continue
		}
		fmt.Fprintf(b, "[%d] %s %s, %s -> %s (%s)\n", n, style.paint(verdictColor(h.Verdict), h.Verdict.String()), h.Kind,
			clean(h.From.Label()), clean(h.To.Label()), clean(h.By.At.String()))
		if h.Scenario != "" {
			fmt.Fprintf(b, "    when %s\n", clean(h.Scenario))
		}
		if h.Inferred != "" {
			fmt.Fprintf(b, "    inferred from %s\n", clean(h.Inferred))
		}
		said := false
		for k := range h.Calls {
			c := &h.Calls[k]
			outcome := style.paint(verdictColor(outcomeVerdict(c.Outcome)), c.Outcome.String())
			fmt.Fprintf(b, "    %s on %s: %s\n", c.Action, clean(holder(c)), outcome)
			if c.Outcome != eval.Allowed {
				fmt.Fprintf(b, "%s\n", wrap(clean(c.Why()), "      ", style.Width))
				said = said || c.Why() == h.Why
			}
		}
		if !said {
			fmt.Fprintf(b, "%s\n", wrap(clean(h.Why), "    ", style.Width))
		}
		for k := range h.Evidence {
			fmt.Fprintf(b, "%s\n", wrap("evidence: "+evidenceText(&h.Evidence[k]), "    ", style.Width))
		}
		b.WriteByte('\n')
	}
}

// seen writes the evidence against hops that are ok, unless a hop that is not explains it.
func seen(b *bytes.Buffer, hops []check.Hop, style Style) {
	explained := map[topology.Evidence]bool{}
	for i := range hops {
		for _, e := range hops[i].Evidence {
			explained[e] = explained[e] || hops[i].Verdict != check.OK
		}
	}
	for i := range hops {
		h := &hops[i]
		if h.Verdict != check.OK || !slices.ContainsFunc(h.Evidence, func(e topology.Evidence) bool { return e.Failed && !explained[e] }) {
			continue
		}
		fmt.Fprintf(b, "%s %s, %s -> %s, with evidence of failures\n", style.paint(green, "ok"), h.Kind, clean(h.From.Label()), clean(h.To.Label()))
		for k := range h.Evidence {
			fmt.Fprintf(b, "%s\n", wrap("evidence: "+evidenceText(&h.Evidence[k]), "    ", style.Width))
		}
		b.WriteByte('\n')
	}
}

// outcomeVerdict returns the verdict to which a call's outcome leads, by which it is coloured.
func outcomeVerdict(o eval.Outcome) check.Verdict {
	switch {
	case o.Denied():
		return check.Broken
	case o == eval.Allowed:
		return check.OK
	}
	return check.Unknown
}

// wrap breaks text into lines of at most width columns, each of which starts with by. A width of 0 or more than 120 means 100.
func wrap(text, by string, width int) string {
	if width == 0 || width > 120 {
		width = 100
	}
	var lines []string
	line := by
	for word := range strings.FieldsSeq(text) {
		if line != by && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = by
		}
		if line != by {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}
