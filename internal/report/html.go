package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/hopgrant/hopgrant/internal/check"
	"github.com/hopgrant/hopgrant/policygen"
)

//go:embed page.gohtml
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// A page is what the HTML template shows.
type page struct {
	Title   string
	Paths   string
	Counts  string
	Width   int
	Height  int
	Columns []pageColumn
	Nodes   []pageNode
	Hops    []pageHop
	Broken  int
	Unknown int
	OK      int
}

type pageColumn struct {
	Title string
	X     int
}

type pageNode struct {
	X, Y, W, H    int
	Name, Sub     string
	Full          string // tooltip
	Class, Symbol string
}

type pageHop struct {
	N                int
	Kind, From, To   string
	Verdict, Why     string
	At, Scenario     string
	Inferred         string
	Path             string // SVG
	LabelX, LabelY   int
	Calls            []pageCall
	Moved            bool
}

type pageCall struct {
	Action, On, Caller, Resource string
	Decision, Class, Why         string
	Unsure, Doc                  string
}

// Measures of the picture, in pixels.
const (
	nodeWidth  = 230
	nodeHeight = 54
	rowGap     = 22
	columnGap  = 130
	margin     = 24
	headHeight = 46
)

// HopsHTML returns the hops as one page: publishers, topics, queues and consumers in columns, and the reasons on click. It
// holds everything that it shows and asks the network for nothing.
func HopsHTML(hops []check.Hop, paths []string) ([]byte, error) {
	f := newFlow(hops)
	p := page{Title: "hopgrant explain", Paths: clean(strings.Join(paths, ", ")), Counts: hopCounts(summarize(check.Report{Hops: hops}))}
	at := f.layout(&p)
	for i, e := range f.edges {
		p.Hops = append(p.Hops, f.pageHop(i, e, at))
		switch e.hop.Verdict {
		case check.Broken:
			p.Broken++
		case check.OK:
			p.OK++
		default:
			p.Unknown++
		}
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// layout places the nodes, and returns the place of each.
func (f *flow) layout(p *page) map[*node]*pageNode {
	at := map[*node]*pageNode{}
	rows := 1
	place := map[*node]float64{}
	for c, title := range columnTitles {
		x := margin + c*(nodeWidth+columnGap)
		p.Columns = append(p.Columns, pageColumn{title, x + nodeWidth/2})
		nodes := f.ordered(column(c), place)
		rows = max(rows, len(nodes))
		for i, n := range nodes {
			place[n] = float64(i)
			at[n] = &pageNode{X: x, Y: headHeight + margin + i*(nodeHeight+rowGap), W: nodeWidth, H: nodeHeight,
				Name: shorten(clean(n.label()), 30), Sub: shorten(clean(n.sub), 36), Full: tooltip(n), Class: class(n), Symbol: columnTitles[c]}
		}
	}
	f.center(at, rows)
	for _, n := range f.nodes {
		p.Nodes = append(p.Nodes, *at[n])
	}
	p.Width = 2*margin + len(columnTitles)*nodeWidth + (len(columnTitles)-1)*columnGap
	p.Height = headHeight + 2*margin + rows*(nodeHeight+rowGap)
	return at
}

// ordered returns the nodes of a column beside what they hang on: by the middle of their neighbours in earlier columns, a
// dead-letter queue below its source.
func (f *flow) ordered(c column, place map[*node]float64) []*node {
	nodes := f.column(c)
	weight := map[*node]float64{}
	for i, n := range nodes {
		sum, count := 0.0, 0
		for _, e := range f.edges {
			other := e.from
			if e.from == n {
				other = e.to
			} else if e.to != n {
				continue
			}
			if y, ok := place[other]; ok && other.column < c {
				sum, count = sum+y, count+1
			}
		}
		weight[n] = float64(i)
		if count > 0 {
			weight[n] = sum / float64(count)
		}
	}
	for _, e := range f.edges {
		if e.from.column == c && e.to.column == c && e.hop.Kind == policygen.DeadLetter {
			weight[e.to] = weight[e.from] + 0.01
		}
	}
	slices.SortStableFunc(nodes, func(a, b *node) int {
		switch {
		case weight[a] < weight[b]:
			return -1
		case weight[a] > weight[b]:
			return 1
		}
		return 0
	})
	return nodes
}

// center moves the columns with fewer nodes to the middle.
func (f *flow) center(at map[*node]*pageNode, rows int) {
	for c := range columnTitles {
		nodes := f.column(column(c))
		shift := (rows - len(nodes)) * (nodeHeight + rowGap) / 2
		for _, n := range nodes {
			at[n].Y += shift
		}
	}
}

func tooltip(n *node) string {
	text := n.label()
	if n.sub != "" {
		text += "\n" + n.sub
	}
	if n.at.Line > 0 {
		text += "\n" + n.at.String()
	}
	return clean2(text)
}

// clean2 is clean, but keeps lines.
func clean2(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return strings.Join(lines, "\n")
}

func class(n *node) string {
	class := "node " + columnTitles[n.column]
	if n.foreign {
		class += " foreign"
	}
	if n.dlq {
		class += " dlq"
	}
	return class
}

func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := most * 2 / 3
	return string(r[:head]) + "…" + string(r[len(r)-(most-head-1):])
}

func (f *flow) pageHop(i int, e edge, at map[*node]*pageNode) pageHop {
	h := e.hop
	p := pageHop{N: i, Kind: string(h.Kind), From: clean(e.from.label()), To: clean(e.to.label()), Verdict: h.Verdict.String(), Why: clean(h.Why),
		At: clean(h.By.At.String()), Scenario: clean(h.Scenario), Inferred: clean(h.Inferred), Moved: h.Moved}
	p.Path, p.LabelX, p.LabelY = curve(*at[e.from], *at[e.to], i)
	for k := range h.Calls {
		c := &h.Calls[k]
		class := "unknown"
		switch {
		case c.Outcome.Denied():
			class = "broken"
		case c.Outcome.String() == "allowed":
			class = "ok"
		}
		p.Calls = append(p.Calls, pageCall{Action: c.Action, On: clean(holder(c)), Caller: clean(c.Caller.String()), Resource: clean(string(c.Resource)),
			Decision: c.Outcome.String(), Class: class, Why: clean(c.Why()), Unsure: c.Unsure, Doc: c.Doc})
	}
	return p
}

// curve returns the SVG path of an edge and the place of its label.
func curve(from, to pageNode, i int) (path string, x, y int) {
	x1, y1 := from.X+from.W, from.Y+from.H/2
	x2, y2 := to.X, to.Y+to.H/2
	if from.X == to.X {
		// Within a column the edge bows out to the right.
		x2 = to.X + to.W
		bow := 36 + 10*(i%4)
		return fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1+10, x1+bow, y1+10, x2+bow, y2-6, x2+2, y2-6), x1 + bow*3/4, (y1 + y2) / 2
	}
	if from.X > to.X {
		x1, x2 = from.X, to.X+to.W
	}
	middle := (x1 + x2) / 2
	return fmt.Sprintf("M%d %d C%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2-2, y2), middle, (y1 + y2) / 2
}
