package report

import (
	"bytes"
	"fmt"
	"slices"

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
		head := []string{"publisher", "topic", "queue", "consumer"}
		if style.Width > 0 && total(widths(head, rows)) > style.Width {
			head = slices.Delete(head, 1, 2) // the line above names the topic
			for i := range rows {
				rows[i] = slices.Delete(rows[i], 1, 2)
			}
		}
		table(&b, head, rows, style)
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
		fmt.Fprintf(&b, "%s\n%s\n\n", style.wrap(fmt.Sprintf("%s %s (%s)", style.paint(yellow, "not known"), clean(u.Label()), clean(u.At.String())), "", "    "),
			style.wrap(clean(u.Why), "    ", "    "))
	}
	notesText(&b, r, style)
	if len(r.Notes) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintln(&b, style.wrap(hopCounts(summarize(r))+notKnown(r), "", ""))
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

// verdict returns the cell of a hop's verdict, such as "ok" or "broken [1]".
func verdict(h *check.Hop, marks map[*check.Hop]int, style Style) cell {
	text := h.Verdict.String()
	if n := marks[h]; n > 0 {
		text += fmt.Sprintf(" [%d]", n)
	}
	return cell{after: style.paint(verdictColor(h.Verdict), text)}
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
	return cell{name: clean(n.name), after: "  " + verdict(h, marks, style).after}
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
			queue.before = "(dead letters) "
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

// why writes the reasons of the hops that are not ok.
func why(b *bytes.Buffer, hops []check.Hop, marks map[*check.Hop]int, style Style) {
	for i := range hops {
		h := &hops[i]
		n := marks[h]
		if n == 0 {
			continue
		}
		line := func(by, format string, args ...any) {
			fmt.Fprintln(b, style.wrap(fmt.Sprintf(format, args...), by, by))
		}
		fmt.Fprintln(b, style.wrap(fmt.Sprintf("[%d] %s %s, %s -> %s (%s)", n, style.paint(verdictColor(h.Verdict), h.Verdict.String()), h.Kind,
			clean(h.From.Label()), clean(h.To.Label()), clean(h.By.At.String())), "", "    "))
		if h.Scenario != "" {
			line("    ", "when %s", clean(h.Scenario))
		}
		if h.Inferred != "" {
			line("    ", "inferred from %s", clean(h.Inferred))
		}
		said := false
		for k := range h.Calls {
			c := &h.Calls[k]
			outcome := style.paint(verdictColor(outcomeVerdict(c.Outcome)), c.Outcome.String())
			line("    ", "%s on %s: %s", c.Action, clean(holder(c)), outcome)
			if c.Outcome != eval.Allowed {
				line("      ", "%s", clean(c.Why()))
				said = said || c.Why() == h.Why
			}
		}
		if !said {
			line("    ", "%s", clean(h.Why))
		}
		for k := range h.Evidence {
			fmt.Fprintln(b, style.wrap("evidence: "+evidenceText(&h.Evidence[k]), "    ", "    "))
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
			fmt.Fprintln(b, style.wrap("evidence: "+evidenceText(&h.Evidence[k]), "    ", "    "))
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
