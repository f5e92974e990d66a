package report

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
)

// HopsMermaid returns the picture of the hops as a Mermaid flowchart, in which broken hops are red and unknown ones dashed.
//
// [Mermaid flowcharts]
//
// [Mermaid flowcharts]: https://mermaid.js.org/syntax/flowchart.html
func HopsMermaid(hops []check.Hop) []byte {
	f := newFlow(hops)
	var b bytes.Buffer
	b.WriteString("flowchart LR\n")
	for c, title := range columnTitles {
		nodes := f.column(column(c))
		if len(nodes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  subgraph %s\n", title)
		for _, n := range nodes {
			open, end := `["`, `"]`
			switch column(c) {
			case topics:
				open, end = `(["`, `"])`
			case queues:
				open, end = `[("`, `")]`
			}
			fmt.Fprintf(&b, "    %s%s%s%s\n", n.id, open, mermaidText(n.name), end)
		}
		b.WriteString("  end\n")
	}
	var bad []string
	for i, e := range f.edges {
		arrow, mark := "-->", ""
		switch e.hop.Verdict {
		case check.Broken:
			bad = append(bad, fmt.Sprint(i))
			mark = " broken"
		case check.Unknown:
			arrow, mark = "-.->", " unknown"
		}
		fmt.Fprintf(&b, "  %s %s|%s| %s\n", e.from.id, arrow, string(e.hop.Kind)+mark, e.to.id)
	}
	if len(bad) > 0 {
		fmt.Fprintf(&b, "  linkStyle %s stroke:#c62828,stroke-width:3px\n", strings.Join(bad, ","))
	}
	return b.Bytes()
}

var columnTitles = []string{"publishers", "topics", "queues", "consumers"}

// HopsDOT returns the picture of the hops for Graphviz.
//
// [DOT language]
//
// [DOT language]: https://graphviz.org/doc/info/lang.html
func HopsDOT(hops []check.Hop) []byte {
	f := newFlow(hops)
	var b bytes.Buffer
	b.WriteString("digraph hops {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n")
	for c, title := range columnTitles {
		nodes := f.column(column(c))
		if len(nodes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  subgraph cluster_%s {\n    label=%q;\n    color=gray;\n", title, title)
		shape := [...]string{"box", "ellipse", "cylinder", "box"}[c]
		for _, n := range nodes {
			style := "solid"
			if n.foreign {
				style = "dashed"
			}
			fmt.Fprintf(&b, "    %s [label=%s, shape=%s, style=%s];\n", n.id, dotText(n.name), shape, style)
		}
		b.WriteString("  }\n")
	}
	for _, e := range f.edges {
		attributes := "color=darkgreen"
		switch e.hop.Verdict {
		case check.Broken:
			attributes = "color=red, penwidth=2, fontcolor=red"
		case check.Unknown:
			attributes = "style=dashed"
		}
		fmt.Fprintf(&b, "  %s -> %s [label=%s, %s];\n", e.from.id, e.to.id, dotText(string(e.hop.Kind)), attributes)
	}
	b.WriteString("}\n")
	return b.Bytes()
}
